//! Single units: weights, activation statistics, feature visualization.

use serde::{Deserialize, Serialize};

use model::PixelRect;

use crate::QuantizedMaps;

/// A unit of a layer: a channel, or a neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnitRef {
    /// Index in [`model::layer_table`]; 0 is the image.
    pub layer: usize,
    /// Channel or neuron of that layer.
    pub unit: usize,
}

/// Histogram of a unit's activations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The smallest value.
    pub low: f32,
    /// The largest value.
    pub high: f32,
    /// Number of values in each bin, of equal widths.
    pub counts: Vec<u32>,
}

/// A test image with a large activation of a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopActivation {
    /// Index in the test split.
    pub image: usize,
    /// The unit's largest activation in the image.
    pub value: f32,
    /// Receptive field of that activation.
    pub region: PixelRect,
}

/// Weights and activation statistics of one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitActivations {
    /// The unit.
    pub unit_ref: UnitRef,
    /// Its weights, an image for each unit or group of units of its input.
    pub weights: QuantizedMaps,
    /// Histogram of its activations on the test images.
    pub histogram: Histogram,
    /// True for a dead unit, as in [`LayerProbe::dead`](super::LayerProbe::dead).
    pub dead: bool,
    /// Fraction of dead units in its layer, as in the layer's probe.
    pub layer_dead: f32,
    /// Test images with its largest activations, at most nine.
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
    /// The unit's largest activation in it.
    pub value: f32,
    /// Steps of gradient ascent so far.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
}
