//! Precision, recall, F1 and Cohen's kappa of a confusion matrix, with intervals.

use metrics::{ConfidenceInterval, ConfusionMatrix};

use crate::figure::Figure;

/// Number of metrics in resamples beside the F1 of each class: kappa and three means over classes.
const OVERALL: usize = 4;

/// Scores of one class, or their means over all classes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ScoreRow {
    /// Name of the class.
    pub name: String,
    pub precision: Figure,
    pub recall: Figure,
    pub f1: Figure,
    /// Number of images of the class.
    pub images: usize,
}

/// Figures of a confusion matrix with their 95 % intervals: Wilson's for proportions, those of a
/// bootstrap over images for the others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Agreement {
    pub accuracy: Figure,
    pub kappa: Figure,
    /// One row a class, in label order.
    pub classes: Vec<ScoreRow>,
    /// Means over the classes.
    pub mean: ScoreRow,
}

/// Returns the number of metrics that [`resampled_metrics`] sets.
pub(super) fn resampled_count(classes: usize) -> usize {
    OVERALL + classes
}

/// Sets the metrics of a sample whose intervals need resamples: kappa, mean precision, mean recall,
/// mean F1, and the F1 of each class.
pub(super) fn resampled_metrics(confusion: &ConfusionMatrix, values: &mut [Option<f64>]) {
    let (overall, classes) = values.split_at_mut(OVERALL);
    let mean = confusion.macro_average();
    overall[0] = confusion.kappa();
    overall[1] = mean.map(|mean| mean.precision);
    overall[2] = mean.map(|mean| mean.recall);
    overall[3] = mean.map(|mean| mean.f1);
    for (class, value) in classes.iter_mut().enumerate() {
        *value = confusion.class(class).f1;
    }
}

impl Agreement {
    /// Computes the figures. `intervals` are those of [`resampled_metrics`]; empty until they are
    /// computed.
    pub fn new(
        confusion: &ConfusionMatrix,
        names: &[String],
        intervals: &[Option<ConfidenceInterval>],
    ) -> Self {
        let interval = |metric: usize| intervals.get(metric).copied().flatten();
        let mean = confusion.macro_average();
        let classes = names.iter().take(confusion.counts.len()).enumerate().map(|(class, name)| {
            let right = confusion.counts[class][class];
            let predicted = confusion.counts.iter().map(|row| row[class]).sum();
            let images = confusion.counts[class].iter().sum();
            ScoreRow {
                name: name.clone(),
                precision: Figure::proportion(right, predicted),
                recall: Figure::proportion(right, images),
                f1: Figure::new(confusion.class(class).f1, interval(OVERALL + class)),
                images,
            }
        });
        Self {
            accuracy: Figure::proportion(confusion.right(), confusion.cases()),
            kappa: Figure::new(confusion.kappa(), interval(0)),
            classes: classes.collect(),
            mean: ScoreRow {
                name: "Mean of classes".to_owned(),
                precision: Figure::new(mean.map(|mean| mean.precision), interval(1)),
                recall: Figure::new(mean.map(|mean| mean.recall), interval(2)),
                f1: Figure::new(mean.map(|mean| mean.f1), interval(3)),
                images: confusion.cases(),
            },
        }
    }

    /// Says how the accuracy compares with guessing, and what an interval without width means.
    pub fn sentence(&self) -> String {
        let (Some(accuracy), Some(interval)) = (self.accuracy.value, self.accuracy.interval) else {
            return String::new();
        };
        let chance = 1.0 / self.classes.len().max(1) as f64;
        let mut said = if interval.low > chance {
            "The network is better than guessing: its whole interval lies above chance."
        } else if interval.high < chance {
            "The network is worse than guessing: its whole interval lies below chance."
        } else {
            "The accuracy cannot be told from guessing: its interval contains chance."
        }
        .to_owned();
        if self.kappa.lacks_width() && accuracy == 1.0 {
            said += " As no image is wrong, resampling has nothing to vary, and its intervals have no \
                     width (–). That does not make these figures certain: Wilson’s interval has one.";
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        ["benign", "malignant"].map(str::to_owned).to_vec()
    }

    fn of_counts(counts: [[usize; 2]; 2]) -> ConfusionMatrix {
        ConfusionMatrix { counts: counts.map(Vec::from).to_vec() }
    }

    #[test]
    fn rows_have_the_intervals_of_their_own_metrics() {
        let confusion = of_counts([[40, 10], [5, 45]]);
        let interval = |low: f64| Some(ConfidenceInterval { low, high: low + 0.1 });
        let intervals: Vec<_> = (0..6).map(|at| interval(f64::from(at) / 10.0)).collect();
        let found = Agreement::new(&confusion, &names(), &intervals);
        assert_eq!(found.kappa.interval, interval(0.0));
        assert_eq!(found.mean.recall.interval, interval(0.2));
        assert_eq!(found.classes[1].f1.interval, intervals[5]);
        assert_eq!(found.classes[1].precision, Figure::proportion(45, 55));
        assert_eq!(found.classes[0].recall, Figure::proportion(40, 50));
        assert_eq!((found.classes[0].images, found.mean.images), (50, 100));
        let before = Agreement::new(&confusion, &names(), &[]);
        assert_eq!(before.kappa.interval, None);
    }

    #[test]
    fn metrics_of_a_sample_are_those_of_its_matrix() {
        let confusion = of_counts([[40, 10], [5, 45]]);
        let mut values = vec![None; resampled_count(2)];
        resampled_metrics(&confusion, &mut values);
        let figures = Agreement::new(&confusion, &names(), &[]);
        let expected = [
            figures.kappa.value,
            figures.mean.precision.value,
            figures.mean.recall.value,
            figures.mean.f1.value,
            figures.classes[0].f1.value,
            figures.classes[1].f1.value,
        ];
        assert_eq!(values, expected);
    }

    #[test]
    fn the_sentence_compares_with_chance() {
        let said = |counts| Agreement::new(&of_counts(counts), &names(), &[]).sentence();
        assert!(said([[40, 10], [5, 45]]).contains("better than guessing"));
        assert!(said([[5, 45], [40, 10]]).contains("worse than guessing"));
        assert!(said([[26, 24], [24, 26]]).contains("cannot be told from guessing"));
        assert_eq!(said([[0, 0], [0, 0]]), "");
    }

    #[test]
    fn intervals_without_width_are_explained() {
        let certain = vec![Some(ConfidenceInterval { low: 1.0, high: 1.0 }); 6];
        let perfect = Agreement::new(&of_counts([[9, 0], [0, 9]]), &names(), &certain);
        assert!(perfect.sentence().contains("no width"));
    }
}
