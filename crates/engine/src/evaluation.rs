//! Evaluation on the validation or test set, one batch at a time, so that commands can be handled in between.

pub mod mask_metrics;
pub mod segmentation;
pub mod sliding_window;

use std::ops::Range;
use std::rc::Rc;

use model::score::{argmax, softmax};
use protocol::Evaluation;

/// Point of a run at which its network is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationPoint {
    /// The end of this epoch; 0 for the untrained network.
    EpochEnd(usize),
    /// Any other step.
    Step,
    /// The test set was opened.
    TestSet,
    /// The network of an earlier epoch was restored.
    Restored,
}

/// An evaluation in progress, with the results accumulated so far.
#[derive(Debug)]
pub struct PendingEvaluation<E, A> {
    /// When the network is evaluated.
    pub at: EvaluationPoint,
    /// The images on which it is evaluated.
    pub on: Rc<E>,
    /// Seconds spent so far.
    pub seconds: f64,
    /// Results of the evaluated batches.
    pub accumulator: A,
    images: usize,
    batch: usize,
    done: usize,
}

impl<E, A> PendingEvaluation<E, A> {
    /// Creates an evaluation of `images` images in batches of `batch`.
    pub fn new(
        at: EvaluationPoint,
        on: Rc<E>,
        images: usize,
        batch: usize,
        accumulator: A,
    ) -> Self {
        Self { at, on, seconds: 0.0, accumulator, images, batch, done: 0 }
    }

    /// Returns the next batch of images, or `None` after the last.
    pub fn next(&self) -> Option<Range<usize>> {
        let start = self.done;
        (start < self.images).then(|| start..self.images.min(start + self.batch))
    }

    /// Marks the batch returned by [`next`](Self::next) as evaluated. It took `seconds`.
    pub fn advance(&mut self, seconds: f64) {
        self.done = self.images.min(self.done + self.batch);
        self.seconds += seconds;
    }

    /// Estimates the remaining time in seconds. Returns `None` before the first batch.
    pub fn seconds_left(&self) -> Option<f64> {
        let done = self.done;
        (done > 0).then(|| self.seconds / done as f64 * (self.images - done) as f64)
    }
}

/// Computes the evaluation of a classifier from logits `[labels, classes]` in row-major order, and
/// labels.
pub fn classification(logits: &[f32], labels: &[u8], classes: usize) -> Evaluation {
    let correct = labels
        .iter()
        .zip(logits.chunks_exact(classes))
        .filter(|(label, row)| argmax(row) == Some(usize::from(**label)))
        .count();
    Evaluation {
        probabilities: logits.chunks_exact(classes).flat_map(softmax).collect(),
        loss: mean_cross_entropy(logits, labels, classes),
        accuracy: correct as f64 / labels.len() as f64,
    }
}

/// Computes the mean cross-entropy of logits `[labels, classes]` in row-major order.
pub fn mean_cross_entropy(logits: &[f32], labels: &[u8], classes: usize) -> f32 {
    let sum: f64 = logits
        .chunks_exact(classes)
        .zip(labels)
        .map(|(row, label)| {
            let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f64 = row.iter().map(|l| f64::from(l - max).exp()).sum();
            sum.ln() - f64::from(row[usize::from(*label)] - max)
        })
        .sum();
    (sum / labels.len() as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_entropy_of_known_rows() {
        // Equal logits: ln 3. Confident and correct: 0. Confident and wrong: the difference of the
        // logits.
        let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        close(mean_cross_entropy(&[5.0; 3], &[1], 3), 3.0_f32.ln());
        close(mean_cross_entropy(&[900.0, 0.0, 0.0], &[0], 3), 0.0);
        close(mean_cross_entropy(&[900.0, 0.0, 0.0], &[2], 3), 900.0);
        close(mean_cross_entropy(&[900.0, 0.0, 0.0, 0.0, 0.0, 900.0], &[0, 0], 3), 450.0);
        assert!(mean_cross_entropy(&[f32::NAN, 0.0, 0.0], &[0], 3).is_nan());
        assert!(!mean_cross_entropy(&[f32::INFINITY, 0.0, 0.0], &[0], 3).is_finite());
    }

    #[test]
    fn batches_cover_every_image_once() {
        let mut pending =
            PendingEvaluation::new(EvaluationPoint::Step, Rc::new(()), 70, 32, Vec::new());
        while let Some(range) = pending.next() {
            assert_eq!(pending.seconds_left().is_some(), range.start > 0);
            pending.accumulator.extend(range);
            pending.advance(0.5);
        }
        assert_eq!(pending.accumulator, (0..70).collect::<Vec<_>>());
        assert_eq!((pending.seconds, pending.seconds_left()), (1.5, Some(0.0)));
    }

    #[test]
    fn classification_counts_correct_images() {
        let logits = [0.0, 1.0].repeat(70);
        let evaluation = classification(&logits, &[[1; 35], [0; 35]].concat(), 2);
        assert_eq!(evaluation.accuracy, 0.5);
        assert_eq!(evaluation.probabilities.len(), 140);
    }
}
