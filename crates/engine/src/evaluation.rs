//! Evaluation of the test set, a stretch of images at a time, so that commands get through between.

use std::ops::Range;

use model::score::{argmax, softmax};
use protocol::Evaluation;

/// An evaluation on its way, with the figures gathered so far.
#[derive(Debug)]
pub struct PendingEvaluation<F> {
    /// Epochs done.
    pub epoch: usize,
    /// Seconds spent so far.
    pub seconds: f64,
    /// What the stretches gave.
    pub figures: F,
    images: usize,
    stretch: usize,
    done: usize,
}

impl<F> PendingEvaluation<F> {
    /// Nothing looked at yet, of so many images, of which `stretch` are looked at together.
    pub fn new(epoch: usize, images: usize, stretch: usize, figures: F) -> Self {
        Self { epoch, seconds: 0.0, figures, images, stretch, done: 0 }
    }

    /// The images to look at next; none when all are done.
    pub fn next(&self) -> Option<Range<usize>> {
        let start = self.done;
        (start < self.images).then(|| start..self.images.min(start + self.stretch))
    }

    /// The stretch that [`next`](Self::next) named is looked at, in so many seconds.
    pub fn advance(&mut self, seconds: f64) {
        self.done = self.images.min(self.done + self.stretch);
        self.seconds += seconds;
    }

    /// Seconds that the rest will take; none before the first stretch.
    pub fn seconds_left(&self) -> Option<f64> {
        let done = self.done;
        (done > 0).then(|| self.seconds / done as f64 * (self.images - done) as f64)
    }
}

/// A classifier's figures, from all logits `[labels, classes]` row by row and the true classes.
pub fn classification(logits: &[f32], labels: &[u8], classes: usize) -> Evaluation {
    let right = labels
        .iter()
        .zip(logits.chunks_exact(classes))
        .filter(|(label, row)| argmax(row) == Some(usize::from(**label)))
        .count();
    Evaluation {
        probabilities: logits.chunks_exact(classes).flat_map(softmax).collect(),
        loss: mean_cross_entropy(logits, labels, classes),
        accuracy: right as f64 / labels.len() as f64,
    }
}

/// Mean cross-entropy of logits `[labels, classes]`, row by row.
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
        // Equal logits: ln 3. A sure right answer: 0. A sure wrong one: its logit's distance.
        let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        close(mean_cross_entropy(&[5.0; 3], &[1], 3), 3.0_f32.ln());
        close(mean_cross_entropy(&[900.0, 0.0, 0.0], &[0], 3), 0.0);
        close(mean_cross_entropy(&[900.0, 0.0, 0.0], &[2], 3), 900.0);
        close(mean_cross_entropy(&[900.0, 0.0, 0.0, 0.0, 0.0, 900.0], &[0, 0], 3), 450.0);
        assert!(mean_cross_entropy(&[f32::NAN, 0.0, 0.0], &[0], 3).is_nan());
        assert!(!mean_cross_entropy(&[f32::INFINITY, 0.0, 0.0], &[0], 3).is_finite());
    }

    #[test]
    fn stretches_cover_every_image_once() {
        let mut pending = PendingEvaluation::new(0, 70, 32, Vec::new());
        while let Some(range) = pending.next() {
            assert_eq!(pending.seconds_left().is_some(), range.start > 0);
            pending.figures.extend(range);
            pending.advance(0.5);
        }
        assert_eq!(pending.figures, (0..70).collect::<Vec<_>>());
        assert_eq!((pending.seconds, pending.seconds_left()), (1.5, Some(0.0)));
    }

    #[test]
    fn a_classifiers_figures() {
        let logits = [0.0, 1.0].repeat(70);
        let evaluation = classification(&logits, &[[1; 35], [0; 35]].concat(), 2);
        assert_eq!(evaluation.accuracy, 0.5);
        assert_eq!(evaluation.probabilities.len(), 140);
    }
}
