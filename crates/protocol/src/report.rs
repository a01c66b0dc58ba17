//! Evaluation on the validation set, or on the test set where there are two splits, at the end of an epoch and after any step.

use serde::{Deserialize, Serialize};

use crate::SegmentEvaluation;

/// Evaluation of a classifier on the evaluated split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Softmax probabilities, `[images, classes]` row by row, in pack order.
    pub probabilities: Vec<f32>,
    /// Mean cross-entropy loss.
    pub loss: f32,
    /// Fraction of images whose most probable class is the true one, 0 to 1.
    pub accuracy: f64,
}

/// Evaluation on the evaluated split, in either lab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TestReport {
    /// Evaluation of a classifier.
    Classify(Evaluation),
    /// Evaluation of a U-Net.
    Segment(SegmentEvaluation),
}

impl TestReport {
    /// Returns the loss on the evaluated split.
    pub fn loss(&self) -> f32 {
        match self {
            TestReport::Classify(test) => test.loss,
            TestReport::Segment(test) => test.loss,
        }
    }

    /// Returns the main metric, 0 to 1: accuracy, or mean Dice (0 where it is undefined).
    pub fn score(&self) -> f64 {
        match self {
            TestReport::Classify(test) => test.accuracy,
            TestReport::Segment(test) => test.mean_dice().unwrap_or(0.0),
        }
    }
}

/// Losses and evaluation at the end of an epoch. Epoch 0 stands for the untrained network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Number of completed epochs.
    pub epoch: usize,
    /// Number of completed steps.
    pub step: usize,
    /// Mean training loss over the epoch's steps; `None` at epoch 0.
    pub train_loss: Option<f32>,
    /// Fraction of the epoch's training images that were classified correctly in the steps that
    /// trained on them, 0 to 1: with dropout, and with the weights before each step. `None` at epoch
    /// 0 and in the segmentation lab.
    pub train_accuracy: Option<f64>,
    /// Evaluation on the evaluated split.
    pub test: TestReport,
    /// Training speed over the epoch in images per second, without the evaluation; 0 at epoch 0.
    pub images_per_second: f64,
}

/// Evaluation on the evaluated split between the ends of two epochs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// Number of completed steps.
    pub step: usize,
    /// Evaluation on the evaluated split.
    pub test: TestReport,
}
