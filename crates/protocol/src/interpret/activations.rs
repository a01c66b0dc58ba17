//! Activations and gradients of all layers for one image.

use serde::{Deserialize, Serialize};

use crate::QuantizedMaps;

/// Activations and gradients of all layers for one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkActivations {
    /// Training steps of the network.
    pub step: usize,
    /// Cross-entropy of the image.
    pub loss: f32,
    /// The layers in the order of [`model::layer_table`].
    pub layers: Vec<LayerActivations>,
}

/// Activations and gradients of one layer for one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerActivations {
    /// Activations, `[units, height, width]`; a dense layer's units are 1 × 1.
    pub maps: QuantizedMaps,
    /// Root mean square of the activations.
    pub signal: f32,
    /// Root mean square of the loss's gradient with respect to the activations.
    pub gradient: f32,
    /// Root mean square of the loss's gradient with respect to the weights; none for the image.
    pub weight_gradient: Option<f32>,
    /// Norm of the gradient with respect to each unit's activations.
    pub unit_gradients: Vec<f32>,
    /// Weights of each unit as images, `[units, height, width]`; none unless the layer's input is the
    /// image.
    pub filters: Option<QuantizedMaps>,
}
