//! Inputs and weights of one operation, from which the page shows its arithmetic step by step.

use serde::{Deserialize, Serialize};

use super::UnitRef;

/// Inputs and weights of one operation, for one unit of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpTrace {
    /// The unit.
    pub unit_ref: UnitRef,
    /// Channels, height and width of the input.
    pub shape: [usize; 3],
    /// Values of the input, in the order of `shape`, row by row.
    pub input: Vec<f32>,
    /// The operation.
    pub operation: TracedOp,
}

/// An operation on feature maps, restricted to one output channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TracedOp {
    /// Convolution: cross-correlation with zero padding, summed over the input channels.
    Convolution {
        /// Side of the kernel in pixels.
        kernel: usize,
        /// Distance between neighboring places of the kernel in pixels.
        stride: usize,
        /// Zero padding in pixels on each side.
        padding: usize,
        /// Kernel, `[channels, kernel, kernel]`.
        weights: Vec<f32>,
        /// Bias added to each sum.
        bias: f32,
    },
    /// Max-pooling. The input has one channel.
    MaxPool {
        /// Side of the window in pixels, equal to the stride.
        side: usize,
    },
    /// Average pooling. The input has one channel.
    AveragePool {
        /// Side of the window in pixels, equal to the stride.
        side: usize,
        /// Weight of each value of the window, all the same.
        weights: Vec<f32>,
    },
    /// Transposed convolution, summed over the input channels.
    Transposed {
        /// Side of the kernel in pixels, equal to the stride.
        kernel: usize,
        /// Kernel, `[channels, kernel, kernel]`.
        weights: Vec<f32>,
        /// Bias added to each sum.
        bias: f32,
    },
}
