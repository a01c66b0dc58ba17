//! Kinds of layers as shown on the page.

use serde::{Deserialize, Serialize};

use crate::UNetBlock;

/// Kind of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LayerKind {
    /// The input image.
    Image,
    /// A hidden convolution layer, counted from 1.
    Conv(usize),
    /// A hidden dense layer, counted from 1 among all layers.
    Dense(usize),
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
            LayerKind::Dense(number) => format!("Dense {number}"),
            LayerKind::Output => "Output".into(),
            LayerKind::Block(block) => block.to_string(),
        }
    }
}
