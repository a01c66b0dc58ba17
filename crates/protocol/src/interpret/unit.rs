//! Single units: weights, activation statistics, feature visualization.

use serde::{Deserialize, Serialize};

use model::PixelRect;

use crate::QuantizedMaps;

/// A unit of a layer: a channel of a convolution, or a neuron of a dense layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnitRef {
    /// Index of the layer in [`model::layer_table`]; 0 is the image.
    pub layer: usize,
    /// Index of the channel or neuron in the layer.
    pub unit: usize,
}

/// Histogram of a unit's activations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Lower edge of the first bin: the smallest activation.
    pub low: f32,
    /// Upper edge of the last bin: the largest activation.
    pub high: f32,
    /// Number of activations in each bin. All bins have the same width.
    pub counts: Vec<u32>,
}

/// A test image with a large activation of a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopActivation {
    /// Index of the image in the test split.
    pub image: usize,
    /// Largest activation of the unit in the image.
    pub value: f32,
    /// Receptive field of that activation in the image.
    pub region: PixelRect,
}

/// Weights and activation statistics of one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitActivations {
    /// The unit.
    pub unit_ref: UnitRef,
    /// Weights of the unit: one image for each unit, or group of units, of its input.
    pub weights: QuantizedMaps,
    /// Histogram of the unit's activations on the test images.
    pub histogram: Histogram,
    /// Whether the unit is dead, as defined in [`LayerProbe::dead`](super::LayerProbe::dead).
    pub dead: bool,
    /// Fraction of dead units in the unit's layer, as in the probe of the layer.
    pub layer_dead: f32,
    /// Test images with the largest activations of the unit, at most nine.
    pub top: Vec<TopActivation>,
}

/// An image that maximizes a unit's activation, found by gradient ascent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureVisualization {
    /// The unit.
    pub unit_ref: UnitRef,
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Largest activation of the unit in this image.
    pub value: f32,
    /// Number of completed steps of gradient ascent.
    pub step: usize,
    /// Total number of steps.
    pub steps: usize,
}
