//! Activations and gradients of all layers for one image.

use serde::{Deserialize, Serialize};

use crate::QuantizedMaps;

/// Activations and gradients of all layers for one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkActivations {
    /// Number of training steps of the network.
    pub step: usize,
    /// Cross-entropy loss for the image.
    pub loss: f32,
    /// Activations and gradients of each layer, in the order of [`model::layer_table`].
    pub layers: Vec<LayerActivations>,
}

/// Activations and gradients of one layer for one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerActivations {
    /// Activations, `[units, height, width]`; `[units, 1, 1]` in a dense layer.
    pub maps: QuantizedMaps,
    /// Root mean square of the activations.
    pub signal: f32,
    /// Root mean square of the gradient of the loss with respect to the activations.
    pub gradient: f32,
    /// Root mean square of the gradient of the loss with respect to the weights; `None` for the
    /// image.
    pub weight_gradient: Option<f32>,
    /// Euclidean norm of the gradient of the loss with respect to the activations of each unit.
    pub unit_gradients: Vec<f32>,
    /// Weights of each unit as images, `[units, height, width]`; `None` unless the layer's input is
    /// the image.
    pub filters: Option<QuantizedMaps>,
}
