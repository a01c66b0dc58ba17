//! ROC and precision–recall curve of one class against the rest.

use metrics::{
    AreaEstimate, BinaryCases, ConfidenceInterval, LabeledRows, MetricError, PrecisionRecallPoint,
    RocPoint, area_under_roc, average_precision, delong, precision_recall_curve, roc_curve,
};

use crate::figure::Figure;

/// One class against the rest, ranked by the probability of the class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BinaryFigures {
    /// Index of the class.
    pub class: usize,
    /// Whether each image belongs to the class, in pack order.
    pub positive: Vec<bool>,
    /// Probability of the class of each image.
    pub scores: Vec<f32>,
    /// The same, ranked.
    pub cases: BinaryCases,
    /// A point for each different score in descending order, after the point of no positive result.
    pub roc: Vec<RocPoint>,
    /// The points of the same thresholds.
    pub precision_recall: Vec<PrecisionRecallPoint>,
    /// Area under the ROC curve with DeLong's interval.
    pub area: Figure,
    pub average_precision: f64,
}

impl BinaryFigures {
    /// Computes both curves, given labels and probabilities of shape `[images, classes]`.
    ///
    /// # Errors
    ///
    /// Returns an error if all images or none belong to the class, or if labels and probabilities do
    /// not match.
    pub fn new(
        labels: &[u8],
        probabilities: &[f32],
        classes: usize,
        class: usize,
    ) -> Result<Self, MetricError> {
        let rows = LabeledRows::new(labels, probabilities, classes)?;
        let cases = BinaryCases::one_against_rest(rows, class)?;
        let (positive, scores) = rows
            .iter()
            .map(|(label, row)| (label == class, row.get(class).copied().unwrap_or_default()))
            .unzip();
        let interval: Option<ConfidenceInterval> =
            delong(&cases).map(|AreaEstimate { interval, .. }| interval);
        Ok(Self {
            class,
            positive,
            scores,
            roc: roc_curve(&cases),
            precision_recall: precision_recall_curve(&cases),
            area: Figure::new(Some(area_under_roc(&cases)), interval),
            average_precision: average_precision(&cases),
            cases,
        })
    }

    /// Returns the fraction of the images that belong to the class.
    pub fn prevalence(&self) -> f64 {
        self.cases.total().positive as f64 / self.cases.cases() as f64
    }

    /// Returns the index of the point of the curves with the decisions of a threshold: images with at
    /// least this score are positive.
    pub fn index_of(&self, threshold: f32) -> usize {
        self.roc.partition_point(|point| point.threshold >= threshold).saturating_sub(1)
    }

    /// Says what the area means, and whether it is more than chance.
    pub fn sentence(&self, name: &str) -> String {
        let area = self.area.value.unwrap_or(f64::NAN);
        let meaning = format!(
            "Of all pairs of an image of “{name}” and another one, the former gets the higher \
             probability of “{name}” in {}.",
            ui::format::percent(area)
        );
        match self.area.interval {
            None => {
                let few = self.cases.total();
                format!(
                    "{meaning} With {} of the class and {} others the area has no interval: it takes \
                     two of each.",
                    ui::format::plural(few.positive, "image", "images"),
                    ui::format::count(few.negative)
                )
            }
            Some(interval) if !interval.has_width() => format!(
                "{meaning} The two groups do not overlap, so DeLong’s interval has no width. That does \
                 not make the area certain: a new image may lie between them."
            ),
            Some(interval) if interval.contains(0.5) => {
                format!("{meaning} That could be chance: the interval of the area contains 0.5.")
            }
            Some(_) => meaning,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(labels: &[u8], scores: &[f32]) -> Result<BinaryFigures, MetricError> {
        let probabilities: Vec<f32> = scores.iter().flat_map(|p| [1.0 - p, *p]).collect();
        BinaryFigures::new(labels, &probabilities, 2, 1)
    }

    #[test]
    fn both_curves_have_the_points_of_the_same_thresholds() {
        let found = figures(&[1, 0, 1, 0, 0], &[0.9, 0.8, 0.6, 0.6, 0.1]).unwrap();
        let thresholds: Vec<f32> = found.roc.iter().map(|point| point.threshold).collect();
        let others: Vec<f32> = found.precision_recall.iter().map(|point| point.threshold).collect();
        assert_eq!(thresholds, others);
        assert_eq!(thresholds.len(), 5);
        assert_eq!(found.prevalence(), 0.4);
    }

    #[test]
    fn the_point_of_a_threshold_makes_the_same_decisions() {
        let found = figures(&[1, 0, 1, 0, 0], &[0.9, 0.8, 0.6, 0.6, 0.1]).unwrap();
        for threshold in [f32::INFINITY, 0.95, 0.9, 0.85, 0.6, 0.3, 0.0] {
            let counts =
                metrics::OutcomeCounts::at_threshold(&found.positive, &found.scores, threshold);
            let point = found.roc[found.index_of(threshold)];
            assert_eq!(counts.sensitivity(), Some(point.true_positive_rate), "{threshold}");
        }
    }

    #[test]
    fn the_sentence_says_what_an_interval_lacks() {
        let said =
            |labels: &[u8], scores: &[f32]| figures(labels, scores).unwrap().sentence("Hand");
        let good = said(&[1, 1, 1, 1, 0, 0, 0, 0], &[0.9, 0.8, 0.7, 0.35, 0.4, 0.3, 0.2, 0.1]);
        assert!(good.ends_with("in 93.8 %."), "{good}");
        assert!(said(&[1, 0], &[0.9, 0.8]).contains("it takes two of each"));
        assert!(said(&[1, 1, 0, 0], &[0.9, 0.8, 0.2, 0.1]).contains("no width"));
        assert!(said(&[1, 0, 1, 0], &[0.9, 0.8, 0.2, 0.1]).contains("could be chance"));
    }

    #[test]
    fn one_class_only_has_no_curve() {
        assert_eq!(figures(&[0, 0], &[0.9, 0.8]), Err(MetricError::OnlyNegatives(2)));
    }
}
