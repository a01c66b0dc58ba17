//! The arithmetic of one operation, number by number.

use serde::{Deserialize, Serialize};

use super::UnitRef;

/// Inputs and weights of one operation, for one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpTrace {
    /// The unit.
    pub unit_ref: UnitRef,
    /// Channels, height, width of the input.
    pub shape: [usize; 3],
    /// Values of the input, row by row.
    pub input: Vec<f32>,
    /// The operation.
    pub operation: TracedOp,
}

/// An operation on feature maps, restricted to one output channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TracedOp {
    /// Cross-correlation with zero padding, summed over the input channels.
    Convolution {
        /// Kernel size.
        kernel: usize,
        /// Zero padding in pixels on each side.
        padding: usize,
        /// Kernel, `[channels, kernel, kernel]`.
        weights: Vec<f32>,
        /// Bias, added to each sum.
        bias: f32,
    },
    /// Max-pooling; the input is the one channel.
    MaxPool {
        /// Window size and stride.
        side: usize,
    },
    /// Transposed convolution, summed over the input channels.
    Transposed {
        /// Window size and stride.
        kernel: usize,
        /// Kernel, `[channels, kernel, kernel]`.
        weights: Vec<f32>,
        /// Bias, added to each sum.
        bias: f32,
    },
}
