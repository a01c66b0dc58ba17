//! Confusion matrix: accuracy, precision, recall, F1, Cohen's kappa.

use crate::prediction::predicted_classes;

/// Confusion matrix of a classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// Number of cases per true and predicted class, `counts[truth][prediction]`.
    pub counts: Vec<Vec<usize>>,
}

/// Scores of one class. A score is `None` where it is undefined: precision for a class that is
/// never predicted, recall for a class without cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScore {
    /// Fraction of the cases predicted as this class that belong to it.
    pub precision: Option<f64>,
    /// Fraction of the cases of this class that are predicted as such.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN).
    pub f1: Option<f64>,
    /// Number of cases of this class.
    pub images: usize,
}

/// Means over classes, each class with the same weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacroAverage {
    /// Mean precision.
    pub precision: f64,
    /// Mean recall.
    pub recall: f64,
    /// Mean F1. Not the harmonic mean of the other two.
    pub f1: f64,
}

impl ConfusionMatrix {
    /// Counts the predictions given by probabilities (or logits) of shape `[labels.len(),
    /// classes]`, in row-major order. If the numbers of labels and rows differ, the surplus is
    /// ignored, and so are labels and rows that give no valid class.
    pub fn new(labels: &[u8], probabilities: &[f32], classes: usize) -> Self {
        let predictions = predicted_classes(probabilities, classes);
        Self::of_sample(labels, &predictions, classes, 0..labels.len())
    }

    /// Counts the cases of a sample, which may contain a case several times, as in
    /// [`bootstrap`](crate::bootstrap()). A case without label, without prediction or with an
    /// invalid class is ignored.
    pub fn of_sample(
        labels: &[u8],
        predictions: &[Option<usize>],
        classes: usize,
        sample: impl IntoIterator<Item = usize>,
    ) -> Self {
        let mut counts = vec![vec![0; classes]; classes];
        for case in sample {
            if let (Some(label), Some(Some(predicted))) = (labels.get(case), predictions.get(case))
                && let Some(row) = counts.get_mut(usize::from(*label))
                && let Some(count) = row.get_mut(*predicted)
            {
                *count += 1;
            }
        }
        Self { counts }
    }

    /// Returns the number of cases.
    pub fn cases(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// Returns the number of cases on the diagonal.
    pub fn right(&self) -> usize {
        (0..self.counts.len()).map(|class| self.counts[class][class]).sum()
    }

    /// Returns the fraction of cases on the diagonal, or `None` if there are no cases.
    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.right(), self.cases())
    }

    /// Returns precision, recall and F1 of one class.
    pub fn class(&self, class: usize) -> ClassScore {
        let right = self.counts[class][class];
        let images = self.labeled(class);
        let predicted = self.predicted(class);
        ClassScore {
            precision: ratio(right, predicted),
            recall: ratio(right, images),
            f1: ratio(2 * right, images + predicted),
            images,
        }
    }

    /// Returns the means over the classes that occur among labels or predictions, or `None` if
    /// there are no cases. An undefined score of such a class counts as 0. This is scikit-learn's
    /// `average="macro", zero_division=0`.
    pub fn macro_average(&self) -> Option<MacroAverage> {
        let occurs = |class: &usize| self.labeled(*class) + self.predicted(*class) > 0;
        let classes = (0..self.counts.len()).filter(occurs);
        let scores: Vec<ClassScore> = classes.map(|class| self.class(class)).collect();
        let mean = |score: fn(&ClassScore) -> Option<f64>| {
            scores.iter().map(|class| score(class).unwrap_or(0.0)).sum::<f64>()
                / scores.len() as f64
        };
        (!scores.is_empty()).then(|| MacroAverage {
            precision: mean(|class| class.precision),
            recall: mean(|class| class.recall),
            f1: mean(|class| class.f1),
        })
    }

    /// Returns Cohen's kappa, the agreement of labels and predictions beyond chance: (p₀ − pₑ) /
    /// (1 − pₑ), with the accuracy p₀ and the accuracy pₑ expected if predictions were independent
    /// of labels (Cohen 1960). 1 is full agreement, 0 what chance gives, negative values are worse.
    ///
    /// Returns `None` if there are no cases, or if labels and predictions are all of one class.
    pub fn kappa(&self) -> Option<f64> {
        let all = self.cases() as f64;
        // In f64 since products of counts do not fit into the 32 bits of usize in WebAssembly.
        let product = |class| self.labeled(class) as f64 * self.predicted(class) as f64;
        let expected: f64 = (0..self.counts.len()).map(product).sum();
        let possible = all * all - expected;
        (possible > 0.0).then(|| (self.right() as f64 * all - expected) / possible)
    }

    fn labeled(&self, class: usize) -> usize {
        self.counts[class].iter().sum()
    }

    fn predicted(&self, class: usize) -> usize {
        self.counts.iter().map(|row| row[class]).sum()
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_counted_matrix() {
        // True classes 0, 0, 0, 1, 1, 2; predicted classes 0, 0, 1, 1, 1, 0.
        let rows = [0, 0, 1, 1, 1, 0].map(|c| {
            let mut row = [0.1_f32; 3];
            row[c] = 0.8;
            row
        });
        let confusion = ConfusionMatrix::new(&[0, 0, 0, 1, 1, 2], rows.as_flattened(), 3);
        assert_eq!(confusion.counts, [[2, 1, 0], [0, 2, 0], [1, 0, 0]]);
        assert_eq!(confusion.accuracy(), Some(4.0 / 6.0));
        let first = confusion.class(0);
        assert_eq!((first.precision, first.recall), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert_eq!(first.f1, Some(2.0 / 3.0));
        let last = confusion.class(2);
        assert_eq!((last.precision, last.recall, last.f1), (None, Some(0.0), Some(0.0)));
        assert_eq!(last.images, 1);
        // Expected agreement: (3·3 + 2·3 + 1·0) / 36.
        assert_eq!(confusion.kappa(), Some((4.0 * 6.0 - 15.0) / (36.0 - 15.0)));
        let average = confusion.macro_average().unwrap();
        assert!((average.recall - (2.0 / 3.0 + 1.0 + 0.0) / 3.0).abs() < 1e-15);
    }

    #[test]
    fn odd_input_counts_nothing() {
        assert_eq!(ConfusionMatrix::new(&[], &[], 3).accuracy(), None);
        assert_eq!(
            ConfusionMatrix::new(&[9, 0], &[0.5, 0.5, f32::NAN, f32::NAN], 2).accuracy(),
            None
        );
        assert_eq!(ConfusionMatrix::new(&[0], &[], 0).macro_average(), None);
        assert_eq!(ConfusionMatrix::of_sample(&[0], &[Some(7)], 2, [0, 5]).cases(), 0);
    }

    #[test]
    fn a_class_that_occurs_nowhere_does_not_change_the_mean() {
        let two = ConfusionMatrix { counts: vec![vec![3, 1], vec![2, 4]] };
        let three = ConfusionMatrix { counts: vec![vec![3, 0, 1], vec![0, 0, 0], vec![2, 0, 4]] };
        assert_eq!(two.macro_average(), three.macro_average());
        assert_eq!(two.kappa(), three.kappa());
    }

    #[test]
    fn kappa_is_zero_for_a_constant_and_undefined_for_one_class() {
        assert_eq!(ConfusionMatrix { counts: vec![vec![5, 0], vec![3, 0]] }.kappa(), Some(0.0));
        assert_eq!(ConfusionMatrix { counts: vec![vec![5, 0], vec![0, 0]] }.kappa(), None);
        assert_eq!(ConfusionMatrix { counts: vec![vec![0; 2]; 2] }.kappa(), None);
    }
}
