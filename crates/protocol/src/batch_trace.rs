//! One training step in detail: a batch before and after its update.

use serde::{Deserialize, Serialize};

use model::ImageRef;

/// Position of a [`BatchTrace`] relative to its step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BatchTracePhase {
    /// Before the step: the batch that the next step will use.
    BeforeStep,
    /// After the step.
    AfterStep {
        /// Logits after the step, `[batch, classes]` row by row.
        logits_after: Vec<f32>,
        /// Mean cross-entropy after the step.
        loss_after: f32,
    },
}

/// Images, logits and loss of one batch. Dropout is off in both forward passes, so that before and
/// after differ by the update alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchTrace {
    /// Number of the step that uses this batch, counted from 1.
    pub step: usize,
    /// The images.
    pub images: Vec<ImageRef>,
    /// Their classes.
    pub labels: Vec<u8>,
    /// Logits before the step, `[batch, classes]` row by row.
    pub logits_before: Vec<f32>,
    /// Mean cross-entropy before the step.
    pub loss_before: f32,
    /// Before or after the step.
    pub phase: BatchTracePhase,
}
