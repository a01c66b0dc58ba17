//! Trace of one training step: a batch before and after the update of the weights.

use serde::{Deserialize, Serialize};

use model::ImageRef;

/// Position of a [`BatchTrace`] relative to its training step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BatchTracePhase {
    /// Before the step. The batch is the one that the next step will use.
    BeforeStep,
    /// After the step.
    AfterStep {
        /// Logits after the step, `[batch, classes]` row by row.
        logits_after: Vec<f32>,
        /// Mean cross-entropy after the step.
        loss_after: f32,
    },
}

/// Images, logits and loss of one batch. Dropout is off in both forward passes, so that the
/// difference between before and after is caused by the update alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchTrace {
    /// Number of the step that uses this batch, counted from 1.
    pub step: usize,
    /// Images of the batch.
    pub images: Vec<ImageRef>,
    /// Gray values 0 to 255 of the images as the network is trained on them, `[batch, 64, 64]` in
    /// row-major order; empty if they are not augmented.
    #[serde(with = "serde_bytes")]
    pub augmented: Vec<u8>,
    /// Class of each image, `[batch]`.
    pub labels: Vec<u8>,
    /// Logits before the step, `[batch, classes]` row by row.
    pub logits_before: Vec<f32>,
    /// Mean cross-entropy before the step.
    pub loss_before: f32,
    /// Whether the trace was made before or after the step.
    pub phase: BatchTracePhase,
}
