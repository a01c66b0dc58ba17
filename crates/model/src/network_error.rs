//! Reasons why a list of layers cannot be built.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::FeatureShape;

/// The layer that does not fit, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("Layer {}: {reason}", .layer + 1)]
pub struct NetworkError {
    /// Index of the layer in [`Network::layers`](crate::Network::layers).
    pub layer: usize,
    /// Reason why the layer does not fit.
    pub reason: ShapeError,
}

/// Reason why a layer does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ShapeError {
    /// The kernel is larger than its input.
    #[error(
        "a {kernel}×{kernel} kernel does not fit into a {side}×{side} map. Use a smaller kernel, or remove pooling above."
    )]
    KernelTooLarge {
        /// Side of the kernel, in pixels.
        kernel: usize,
        /// Side of the input, in pixels.
        side: usize,
    },
    /// The padding `same` with an even kernel.
    #[error(
        "the padding same needs an odd kernel, so that both sides get as many zeros; {0} is even. Use a kernel with an odd side, or valid padding."
    )]
    EvenKernel(usize),
    /// A residual block with an even kernel.
    #[error(
        "a residual block needs an odd kernel, so that its convolutions keep the size of the maps; {0} is even. Use a kernel with an odd side, such as 3."
    )]
    EvenResidualKernel(usize),
    /// The pooling window is larger than its input.
    #[error(
        "pooling {pool}×{pool} would shrink a {side}×{side} map below one pixel. Remove the pooling, or a layer above."
    )]
    PoolTooLarge {
        /// Side of the window, in pixels.
        pool: usize,
        /// Side of the input, in pixels.
        side: usize,
    },
    /// A convolution or residual block after a dense layer, or in an MLP.
    #[error(
        "a convolution needs feature maps, but {0} has none. Move it before the dense layers of a CNN."
    )]
    ConvNeedsMaps(ConvPosition),
    /// Global average pooling after a dense layer, or in an MLP.
    #[error(
        "global average pooling needs feature maps, but {0} has none. Move it before the dense layers of a CNN."
    )]
    PoolNeedsMaps(ConvPosition),
    /// A field of the layer is outside its range.
    #[error("{field} must be between {min} and {max}, not {value}.")]
    OutOfRange {
        /// The field.
        field: LayerField,
        /// Smallest allowed value.
        min: usize,
        /// Largest allowed value.
        max: usize,
        /// The rejected value.
        value: usize,
    },
    /// More parameters than a browser tab can hold.
    #[error(
        "the network would have {parameters} parameters up to here; the limit is {max}. Use fewer units, or add pooling."
    )]
    TooManyParameters {
        /// Number of parameters up to and including this layer.
        parameters: usize,
        /// Maximum number of parameters.
        max: usize,
    },
    /// An input of the wrong shape for the operation.
    #[error("an operation does not fit its input of {0}. Change the layer above.")]
    WrongInput(FeatureShape),
    /// Too many layers.
    #[error("a stack may have up to {0} layers.")]
    TooManyLayers(usize),
}

/// Position at which a convolution or global average pooling has no feature maps as input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConvPosition {
    /// In an MLP.
    Mlp,
    /// After a dense layer.
    AfterDense,
    /// After global average pooling.
    AfterPooling,
}

impl fmt::Display for ConvPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ConvPosition::Mlp => "an MLP",
            ConvPosition::AfterDense => "the output of a dense layer",
            ConvPosition::AfterPooling => "the output of global average pooling",
        })
    }
}

/// A numeric field of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayerField {
    /// Output channels of a convolution.
    Channels,
    /// Side of a kernel.
    Kernel,
    /// Stride of a convolution.
    Stride,
    /// Side of a pooling window.
    Pool,
    /// Units of a dense layer.
    Units,
    /// Dropout in percent.
    Dropout,
}

impl LayerField {
    /// Returns the smallest and the largest allowed value.
    pub fn range(self) -> (usize, usize) {
        match self {
            LayerField::Channels => (1, 128),
            LayerField::Kernel => (1, 11),
            LayerField::Stride | LayerField::Pool => (1, 4),
            LayerField::Units => (1, 1024),
            LayerField::Dropout => (0, 90),
        }
    }

    pub(crate) fn check(self, value: usize) -> Result<(), ShapeError> {
        let (min, max) = self.range();
        if (min..=max).contains(&value) {
            Ok(())
        } else {
            Err(ShapeError::OutOfRange { field: self, min, max, value })
        }
    }
}

impl fmt::Display for LayerField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LayerField::Channels => "the number of channels",
            LayerField::Kernel => "the kernel's side",
            LayerField::Stride => "the stride",
            LayerField::Pool => "the pooling window's side",
            LayerField::Units => "the number of units",
            LayerField::Dropout => "dropout in percent",
        })
    }
}
