//! Kinds of layers as shown on the page.

use serde::{Deserialize, Serialize};

use crate::{Layer, UNetBlock};

/// Kind of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LayerKind {
    /// The input image.
    Image,
    /// A hidden convolution layer, counted from 1 among all layers.
    Conv(usize),
    /// A residual block, counted from 1 among all layers.
    Residual(usize),
    /// A hidden dense layer, counted from 1 among all layers.
    Dense(usize),
    /// Global average pooling, counted from 1 among all layers.
    GlobalAveragePool(usize),
    /// The output layer, with one logit per class.
    Output,
    /// A block of a U-Net.
    Block(UNetBlock),
}

impl LayerKind {
    /// Returns the name shown to people: “Image”, “Convolution 1”, “Dense 3”, “Output”, “Encoder 1”.
    pub fn name(self) -> String {
        match self {
            LayerKind::Image => "Image".into(),
            LayerKind::Conv(number) => format!("Convolution {number}"),
            LayerKind::Residual(number) => format!("Residual block {number}"),
            LayerKind::Dense(number) => format!("Dense {number}"),
            LayerKind::GlobalAveragePool(number) => format!("Global average pooling {number}"),
            LayerKind::Output => "Output".into(),
            LayerKind::Block(block) => block.to_string(),
        }
    }
}

impl Layer {
    /// Returns the kind of the layer at this index in the list.
    pub fn kind(&self, index: usize) -> LayerKind {
        let kind = match self {
            Layer::Conv(_) => LayerKind::Conv,
            Layer::Residual(_) => LayerKind::Residual,
            Layer::Dense(_) => LayerKind::Dense,
            Layer::GlobalAveragePool => LayerKind::GlobalAveragePool,
        };
        kind(index + 1)
    }
}
