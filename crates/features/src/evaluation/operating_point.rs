//! A threshold with the decisions that it makes, and what they mean for 1,000 patients.

use metrics::{
    OutcomeCounts, PredictiveValues, natural_frequencies, threshold_for_sensitivity,
    youden_threshold,
};
use ui::format;

use super::binary_figures::BinaryFigures;
use crate::figure::{self, Figure};

/// Number of imagined patients.
pub(super) const PATIENTS: usize = 1000;

/// Prevalences that the slider offers, in percent.
pub(super) const PREVALENCES_PERCENT: [f64; 18] = [
    0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0,
    90.0,
];

/// Rule that chooses the operating point on the evaluated images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ThresholdRule {
    /// The largest sum of sensitivity and specificity.
    Youden,
    /// The highest threshold that finds 95 % of the positive images.
    Sensitivity95,
    /// A threshold chosen by hand.
    Fixed(f32),
}

impl ThresholdRule {
    /// Returns the threshold on these images.
    pub fn threshold(self, figures: &BinaryFigures) -> f32 {
        match self {
            ThresholdRule::Youden => youden_threshold(&figures.cases).threshold,
            ThresholdRule::Sensitivity95 => {
                threshold_for_sensitivity(&figures.cases, 0.95).threshold
            }
            ThresholdRule::Fixed(threshold) => threshold,
        }
    }
}

/// Group of images, or of patients, by truth and decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    TruePositive,
    FalseNegative,
    FalsePositive,
    TrueNegative,
}

impl Outcome {
    /// All groups, those with positive truth first.
    pub const ALL: [Outcome; 4] = [
        Outcome::TruePositive,
        Outcome::FalseNegative,
        Outcome::FalsePositive,
        Outcome::TrueNegative,
    ];

    /// Returns the name of the group.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::TruePositive => "true positives",
            Outcome::FalseNegative => "false negatives",
            Outcome::FalsePositive => "false positives",
            Outcome::TrueNegative => "true negatives",
        }
    }

    /// Returns what happens to the group in plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Outcome::TruePositive => "found",
            Outcome::FalseNegative => "missed",
            Outcome::FalsePositive => "false alarms",
            Outcome::TrueNegative => "rightly negative",
        }
    }

    /// Returns the size of the group.
    pub fn of(self, counts: &OutcomeCounts) -> usize {
        match self {
            Outcome::TruePositive => counts.true_positives,
            Outcome::FalseNegative => counts.false_negatives,
            Outcome::FalsePositive => counts.false_positives,
            Outcome::TrueNegative => counts.true_negatives,
        }
    }

    /// Returns whether an image belongs to the group, given its truth and its decision.
    pub fn holds(self, is_positive: bool, is_predicted_positive: bool) -> bool {
        let outcome = match (is_positive, is_predicted_positive) {
            (true, true) => Outcome::TruePositive,
            (true, false) => Outcome::FalseNegative,
            (false, true) => Outcome::FalsePositive,
            (false, false) => Outcome::TrueNegative,
        };
        self == outcome
    }
}

/// A threshold with its decisions on the evaluated images, at a prevalence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OperatingPoint {
    pub threshold: f32,
    /// Index of its point on the curves.
    pub index: usize,
    /// Number of evaluated images of each group.
    pub images: OutcomeCounts,
    pub sensitivity: Figure,
    pub specificity: Figure,
    /// Fraction of patients with the class, 0 to 1.
    pub prevalence: f64,
    /// Predictive values at this prevalence.
    pub values: PredictiveValues,
    /// Number of the imagined patients in each group, at this prevalence.
    pub patients: OutcomeCounts,
}

impl OperatingPoint {
    /// Applies a threshold. The prevalence is that of the images if `None`.
    pub fn new(figures: &BinaryFigures, threshold: f32, prevalence: Option<f64>) -> Self {
        let images = OutcomeCounts::at_threshold(&figures.positive, &figures.scores, threshold);
        let sensitivity = Figure::proportion(images.true_positives, images.positives());
        let specificity = Figure::proportion(images.true_negatives, images.negatives());
        let prevalence = prevalence.unwrap_or_else(|| figures.prevalence());
        let none = PredictiveValues { positive: None, negative: None };
        Self {
            threshold,
            index: figures.index_of(threshold),
            images,
            sensitivity,
            specificity,
            prevalence,
            values: images.predictive_values_at(prevalence).unwrap_or(none),
            patients: natural_frequencies(
                PATIENTS,
                prevalence,
                sensitivity.value.unwrap_or_default(),
                specificity.value.unwrap_or_default(),
            ),
        }
    }

    /// Describes the point: “threshold 0.424: sensitivity 91.2 %, specificity 88.0 %”.
    pub fn text(&self) -> String {
        format!(
            "threshold {}: sensitivity {}, specificity {}",
            figure::threshold(self.threshold),
            self.sensitivity.percent(),
            self.specificity.percent()
        )
    }

    /// Says what the decisions mean for the patients.
    pub fn patients_sentence(&self, name: &str) -> String {
        let OutcomeCounts { true_positives, false_positives, true_negatives, false_negatives } =
            self.patients;
        let with = true_positives + false_negatives;
        let positive = true_positives + false_positives;
        let negative = true_negatives + false_negatives;
        let all = format::count(PATIENTS);
        let missed = match (with, false_negatives) {
            (0, _) => format!("Of {all} patients, none is “{name}”"),
            (1, 0) => format!("Of {all} patients, 1 is “{name}” and is found"),
            (_, 0) => {
                format!("Of {all} patients, {} are “{name}”; all are found", format::count(with))
            }
            _ => format!(
                "Of {all} patients, {} “{name}”: {} found, {} missed",
                is_or_are(with),
                format::count(true_positives),
                format::count(false_negatives)
            ),
        };
        let found = match positive {
            0 => "No result is positive.".to_owned(),
            _ => format!(
                "Of {}, {} right: {}.",
                format::plural(positive, "positive result", "positive results"),
                is_or_are(true_positives),
                percent(self.values.positive)
            ),
        };
        let passed = match negative {
            0 => "No result is negative.".to_owned(),
            _ => format!(
                "Of {}, {} right: {}.",
                format::plural(negative, "negative result", "negative results"),
                is_or_are(true_negatives),
                percent(self.values.negative)
            ),
        };
        format!("{missed}. {found} {passed}")
    }
}

/// Returns the position of the slider at a prevalence, 0 to 1: that of the nearest one, as a ratio.
pub(super) fn prevalence_position(prevalence: f64) -> usize {
    let distance = |at: &usize| (PREVALENCES_PERCENT[*at].ln() - (prevalence * 100.0).ln()).abs();
    let nearest = (0..PREVALENCES_PERCENT.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.unwrap_or_default()
}

fn percent(value: Option<f64>) -> String {
    Figure::new(value, None).percent()
}

fn is_or_are(count: usize) -> String {
    format!("{} {}", format::count(count), if count == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> BinaryFigures {
        let scores = [0.9, 0.8, 0.7, 0.35, 0.4, 0.3, 0.2, 0.1];
        let probabilities: Vec<f32> = scores.iter().flat_map(|p| [1.0 - p, *p]).collect();
        BinaryFigures::new(&[1, 1, 1, 1, 0, 0, 0, 0], &probabilities, 2, 1).unwrap()
    }

    #[test]
    fn a_threshold_is_chosen_by_its_rule() {
        assert_eq!(ThresholdRule::Youden.threshold(&figures()), 0.7);
        assert_eq!(ThresholdRule::Sensitivity95.threshold(&figures()), 0.35);
        assert_eq!(ThresholdRule::Fixed(0.25).threshold(&figures()), 0.25);
    }

    #[test]
    fn groups_hold_every_image_once() {
        let figures = figures();
        let point = OperatingPoint::new(&figures, 0.35, None);
        for outcome in Outcome::ALL {
            let members = figures.positive.iter().zip(&figures.scores);
            let count =
                members.filter(|(truth, score)| outcome.holds(**truth, **score >= 0.35)).count();
            assert_eq!(count, outcome.of(&point.images), "{outcome:?}");
        }
        assert_eq!(
            Outcome::ALL.map(|outcome| outcome.of(&point.patients)).iter().sum::<usize>(),
            PATIENTS
        );
    }

    #[test]
    fn the_sentence_counts_patients() {
        let said = |threshold, prevalence| {
            OperatingPoint::new(&figures(), threshold, Some(prevalence)).patients_sentence("cancer")
        };
        assert_eq!(
            said(0.35, 0.01),
            "Of 1,000 patients, 10 are “cancer”; all are found. \
             Of 257 positive results, 10 are right: 3.9 %. Of 743 negative results, 743 are right: 100.0 %."
        );
        assert!(
            said(0.7, 0.01).contains("10 are “cancer”: 8 found, 2 missed"),
            "{}",
            said(0.7, 0.01)
        );
        assert!(said(f32::INFINITY, 0.5).contains("No result is positive."));
        assert!(said(0.0, 0.5).contains("No result is negative."));
    }

    #[test]
    fn the_slider_stands_at_the_nearest_prevalence() {
        assert_eq!(PREVALENCES_PERCENT[prevalence_position(0.01)], 1.0);
        assert_eq!(PREVALENCES_PERCENT[prevalence_position(1.0 / 6.0)], 15.0);
        assert_eq!(PREVALENCES_PERCENT[prevalence_position(0.0001)], 0.1);
        assert_eq!(PREVALENCES_PERCENT[prevalence_position(1.0)], 90.0);
    }
}
