//! Trace of the forward and backward pass of one training step, and of the update of one unit.

use serde::{Deserialize, Serialize};

use model::Optimizer;

use crate::interpret::UnitRef;

/// Gradient of the loss of one batch with respect to one parameter of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterGradient {
    /// Name as in PyTorch: `conv1.weight`, `bn1.bias`, `fc2.weight`. Each kind of layer is counted
    /// from 1; the output layer is the last `fc`.
    pub name: String,
    /// Shape in PyTorch's layout: `[out, in, kernel, kernel]`, `[out, in]` or `[out]`.
    pub shape: Vec<usize>,
    /// L2 norm of the gradient.
    pub norm: f32,
}

/// Weights of one unit before and after the update of a step, with all that the update depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitUpdate {
    /// The unit.
    pub unit: UnitRef,
    /// Name of the weights, as in [`ParameterGradient::name`].
    pub name: String,
    /// Shape of the unit's weights: `[in, kernel, kernel]` or `[in]`.
    pub shape: Vec<usize>,
    /// Weights before the update.
    pub weights: Vec<f32>,
    /// Gradient of the loss with respect to each weight.
    pub gradients: Vec<f32>,
    /// State of the optimizer before the update, one value per weight each: the velocity of SGD;
    /// the averages of gradients and of squared gradients of Adam and AdamW.
    pub moments: Vec<Vec<f32>>,
    /// Weights after the update.
    pub updated: Vec<f32>,
    /// The optimizer.
    pub optimizer: Optimizer,
    /// Learning rate of the step.
    pub learning_rate: f64,
    /// Number of the update, counted from 1, for the bias corrections of Adam. Differs from the
    /// number of the step after the run was set back.
    pub update: usize,
}

/// Forward pass in training mode and backward pass of one step: with the dropout masks of this step
/// and batch norm over the batch, so that the loss and the gradients are exactly those of the step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTrace {
    /// Number of the step, counted from 1. Its batch is that of the
    /// [`BatchTrace`](crate::BatchTrace) with the same number.
    pub step: usize,
    /// Logits before the update, `[batch, classes]` row by row.
    pub logits: Vec<f32>,
    /// Mean cross-entropy of these logits: the training loss of the step.
    pub loss: f32,
    /// Gradients of all learned parameters, from the first layer to the last.
    pub parameters: Vec<ParameterGradient>,
    /// One unit, as asked by [`Command::WatchStep`](crate::Command::WatchStep).
    pub unit: UnitUpdate,
}
