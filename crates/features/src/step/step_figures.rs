//! Figures of the forward pass and the loss of one step.

use model::ImageRef;
use model::score::{argmax, softmax};
use protocol::{BatchTrace, StepTrace};

/// One image of the batch in the forward pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ImageFigures {
    pub image: ImageRef,
    /// Index of the true class.
    pub label: usize,
    /// `[classes]`
    pub logits: Vec<f32>,
    /// Softmax of the logits, `[classes]`.
    pub probabilities: Vec<f32>,
    /// Cross-entropy: −ln of the probability of the true class.
    pub loss: f64,
}

impl ImageFigures {
    /// Returns the predicted class.
    pub fn predicted(&self) -> Option<usize> {
        argmax(&self.logits)
    }

    /// Returns whether the prediction is the true class.
    pub fn is_right(&self) -> bool {
        self.predicted() == Some(self.label)
    }
}

/// Forward pass and loss of one step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StepFigures {
    /// Number of the step, counted from 1.
    pub step: usize,
    /// Number of classes.
    pub classes: usize,
    pub images: Vec<ImageFigures>,
    /// Mean of the losses.
    pub loss: f64,
    /// Whether the logits are those of the training step itself, with its dropout masks and batch
    /// statistics. If not, they were computed in evaluation mode.
    pub in_training_mode: bool,
}

impl StepFigures {
    /// Computes the figures, or returns `None` if labels and logits do not match the number of
    /// classes.
    pub fn new(batch: &BatchTrace, step: Option<&StepTrace>, classes: usize) -> Option<Self> {
        let step = step.filter(|step| step.step == batch.step);
        let logits = step.map_or(&batch.logits_before, |step| &step.logits);
        let count = batch.images.len();
        let fits = classes > 0 && count > 0 && logits.len() == classes * count;
        if !fits || batch.labels.len() != count {
            return None;
        }
        let rows = batch.images.iter().zip(&batch.labels).zip(logits.chunks_exact(classes));
        let images = rows
            .map(|((image, label), logits)| {
                let label = usize::from(*label);
                (label < classes).then(|| ImageFigures {
                    image: *image,
                    label,
                    logits: logits.to_vec(),
                    probabilities: softmax(logits),
                    loss: cross_entropy(logits, label),
                })
            })
            .collect::<Option<Vec<_>>>()?;
        let loss = images.iter().map(|image| image.loss).sum::<f64>() / count as f64;
        Some(Self { step: batch.step, classes, images, loss, in_training_mode: step.is_some() })
    }

    /// Returns the loss of a network that gives every class the same probability.
    pub fn guessing_loss(&self) -> f64 {
        (self.classes as f64).ln()
    }

    /// Returns the number of correctly classified images.
    pub fn right(&self) -> usize {
        self.images.iter().filter(|image| image.is_right()).count()
    }

    /// Returns the indices of the images by decreasing loss.
    pub fn by_loss(&self) -> Vec<usize> {
        let mut order: Vec<_> = (0..self.images.len()).collect();
        order.sort_by(|a, b| self.images[*b].loss.total_cmp(&self.images[*a].loss));
        order
    }
}

/// Computes the cross-entropy of one image: log-sum-exp of the logits minus the logit of the true
/// class. The term 1 of the largest logit is left out of the sum and added by `ln_1p`, so that very
/// small terms are not lost.
pub(crate) fn cross_entropy(logits: &[f32], label: usize) -> f64 {
    let Some(best) = argmax(logits) else { return f64::NAN };
    let max = f64::from(logits[best]);
    let others = logits.iter().enumerate().filter(|(class, _)| *class != best);
    let rest: f64 = others.map(|(_, logit)| (f64::from(*logit) - max).exp()).sum();
    rest.ln_1p() + (max - f64::from(logits[label]))
}

/// Position of a step in its epoch, all counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepOfEpoch {
    pub step: usize,
    pub epoch: usize,
}

impl StepOfEpoch {
    /// Returns the position of a step of the run, counted from 1.
    pub fn new(step: usize, steps_per_epoch: usize) -> Self {
        let (before, each) = (step.saturating_sub(1), steps_per_epoch.max(1));
        Self { step: before % each + 1, epoch: before / each + 1 }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use model::{Optimizer, Split};
    use protocol::interpret::UnitRef;
    use protocol::{BatchTracePhase, UnitUpdate};

    use super::*;

    pub(crate) fn batch_trace() -> BatchTrace {
        BatchTrace {
            step: 76,
            images: [4, 9].map(|index| ImageRef { split: Split::Train, index }).to_vec(),
            labels: vec![0, 1],
            logits_before: vec![0.0, 0.0, 0.0, 2.0, 1.0, -1.0],
            augmented: Vec::new(),
            loss_before: 1.2,
            phase: BatchTracePhase::BeforeStep,
        }
    }

    pub(crate) fn step_trace() -> StepTrace {
        StepTrace {
            step: 76,
            logits: vec![1.0, 1.0, 1.0, 3.0, 1.0, 1.0],
            loss: 1.5,
            parameters: vec![],
            unit: UnitUpdate {
                unit: UnitRef { layer: 1, unit: 0 },
                name: "fc1.weight".into(),
                shape: vec![2],
                weights: vec![0.5, -0.25],
                gradients: vec![0.1, -0.02],
                moments: vec![],
                updated: vec![0.4, -0.23],
                optimizer: Optimizer::SGD,
                learning_rate: 1.0,
                update: 76,
            },
        }
    }

    #[test]
    fn the_logits_of_training_count_where_there_are_some() {
        let (batch, step) = (batch_trace(), step_trace());
        let figures = StepFigures::new(&batch, None, 3).unwrap();
        assert!(!figures.in_training_mode);
        assert!((figures.images[0].loss - 3.0_f64.ln()).abs() < 1e-12);
        assert!((figures.images[0].loss - figures.guessing_loss()).abs() < 1e-12);
        let trained = StepFigures::new(&batch, Some(&step), 3).unwrap();
        assert!(trained.in_training_mode);
        assert_eq!(trained.images[1].logits, [3.0, 1.0, 1.0]);
        let other = StepTrace { step: 75, ..step };
        assert_eq!(StepFigures::new(&batch, Some(&other), 3), Some(figures));
    }

    #[test]
    fn the_loss_is_the_mean_and_images_are_sorted_by_theirs() {
        let figures = StepFigures::new(&batch_trace(), None, 3).unwrap();
        let [first, second] = [&figures.images[0], &figures.images[1]];
        let by_hand = -(1.0_f64.exp() / (2.0_f64.exp() + 1.0_f64.exp() + (-1.0_f64).exp())).ln();
        assert!((second.loss - by_hand).abs() < 1e-12);
        assert!((figures.loss - (first.loss + second.loss) / 2.0).abs() < 1e-12);
        assert_eq!(figures.by_loss(), [1, 0]);
        // Of equal logits the first counts as the largest.
        assert_eq!((figures.right(), second.predicted()), (1, Some(0)));
    }

    #[test]
    fn traces_that_do_not_fit_give_no_figures() {
        let batch = batch_trace();
        assert_eq!(StepFigures::new(&batch, None, 2), None);
        assert_eq!(StepFigures::new(&batch, None, 0), None);
        let labels = BatchTrace { labels: vec![0, 3], ..batch.clone() };
        assert_eq!(StepFigures::new(&labels, None, 3), None);
        assert_eq!(StepFigures::new(&BatchTrace { labels: vec![0], ..batch }, None, 3), None);
    }

    #[test]
    fn steps_are_counted_within_their_epoch() {
        let at = |step| {
            let at = StepOfEpoch::new(step, 75);
            (at.step, at.epoch)
        };
        assert_eq!([1, 75, 76, 150].map(at), [(1, 1), (75, 1), (1, 2), (75, 2)]);
        assert_eq!(StepOfEpoch::new(3, 0), StepOfEpoch { step: 1, epoch: 3 });
    }
}
