//! Scores of a classifier: confusion matrix, precision, recall, F1.

/// Returns the index of the largest value, or of the first one if several are equal. Returns `None`
/// for an empty slice or if all values are NaN.
pub fn argmax(values: &[f32]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (index, value) in values.iter().enumerate() {
        if !value.is_nan() && best.is_none_or(|b| *value > values[b]) {
            best = Some(index);
        }
    }
    best
}

/// Computes the softmax of one vector of logits without overflow.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exps: Vec<f32> = logits.iter().map(|l| (l - max).exp()).collect();
    let sum: f32 = exps.iter().sum();
    exps.into_iter().map(|e| e / sum).collect()
}

/// Confusion matrix of a classifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// Number of images per true and predicted class, `counts[truth][prediction]`.
    pub counts: Vec<Vec<usize>>,
}

/// Scores of one class. A score is `None` where it is undefined: precision for a class that is
/// never predicted, recall for a class without test images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScore {
    /// Fraction of the images predicted as this class that belong to it.
    pub precision: Option<f64>,
    /// Fraction of the images of this class that are predicted as such.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN).
    pub f1: Option<f64>,
    /// Number of images of this class.
    pub images: usize,
}

impl ConfusionMatrix {
    /// Counts the predictions given by probabilities (or logits) of shape `[labels.len(),
    /// classes]`, in row-major order. If the numbers of labels and rows differ, the surplus is
    /// ignored, and so are labels and rows that give no valid class.
    pub fn new(labels: &[u8], probabilities: &[f32], classes: usize) -> Self {
        let mut counts = vec![vec![0; classes]; classes];
        if classes > 0 {
            for (label, row) in labels.iter().zip(probabilities.chunks_exact(classes)) {
                if let (Some(counts), Some(predicted)) =
                    (counts.get_mut(usize::from(*label)), argmax(row))
                {
                    counts[predicted] += 1;
                }
            }
        }
        Self { counts }
    }

    /// Returns the fraction of images on the diagonal, or `None` if there are no images.
    pub fn accuracy(&self) -> Option<f64> {
        let right: usize = (0..self.counts.len()).map(|c| self.counts[c][c]).sum();
        ratio(right, self.counts.iter().flatten().sum())
    }

    /// Returns precision, recall and F1 of one class.
    pub fn class(&self, class: usize) -> ClassScore {
        let right = self.counts[class][class];
        let images: usize = self.counts[class].iter().sum();
        let called: usize = self.counts.iter().map(|row| row[class]).sum();
        ClassScore {
            precision: ratio(right, called),
            recall: ratio(right, images),
            f1: ratio(2 * right, images + called),
            images,
        }
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Returns the mean of the values that are `Some`, or `None` if there are none.
pub fn mean_of_some(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) =
        values.flatten().fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    (count > 0).then(|| sum / count as f64)
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
    }

    #[test]
    fn odd_input_counts_nothing() {
        assert_eq!(ConfusionMatrix::new(&[], &[], 3).accuracy(), None);
        assert_eq!(
            ConfusionMatrix::new(&[9, 0], &[0.5, 0.5, f32::NAN, f32::NAN], 2).accuracy(),
            None
        );
    }

    #[test]
    fn softmax_holds_for_large_logits() {
        let p = softmax(&[1000.0, 1000.0, -1000.0]);
        assert_eq!(p, [0.5, 0.5, 0.0]);
        assert_eq!(argmax(&[f32::NAN, 1.0, 1.0]), Some(1));
    }

    #[test]
    fn a_mean_leaves_out_what_is_not_there() {
        assert_eq!(mean_of_some([Some(0.5), None, Some(1.0)].into_iter()), Some(0.75));
        assert_eq!(mean_of_some([None].into_iter()), None);
    }
}
