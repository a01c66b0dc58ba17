//! Operations: one arm each for the shape of the output, the parameters, the cost and the receptive
//! field.

use std::ops::Range;

use super::parameter::ParameterKind;
use crate::{Activation, ConvPosition, FeatureShape, ShapeError};

/// Operation of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// The image, one gray channel.
    Input,
    /// Convolution (cross-correlation) with square kernels and zero padding.
    Conv {
        /// Number of output channels.
        outputs: usize,
        /// Side of the kernels in pixels.
        kernel: usize,
        /// Distance between neighboring places of the kernel in pixels.
        stride: usize,
        /// Zero padding on each side in pixels.
        padding: usize,
    },
    /// Depthwise convolution: each channel is convolved with a kernel of its own (Chollet 2017).
    DepthwiseConv {
        /// Side of the kernels in pixels.
        kernel: usize,
        /// Distance between neighboring places of the kernel in pixels.
        stride: usize,
        /// Zero padding on each side in pixels.
        padding: usize,
    },
    /// Transposed convolution with 2×2 kernels and stride 2.
    TransposedConv {
        /// Number of output channels.
        outputs: usize,
    },
    /// Dense layer x·W + b on a vector.
    Dense {
        /// Number of output units.
        outputs: usize,
    },
    /// Batch norm over all dimensions except the channels or units (Ioffe & Szegedy 2015).
    BatchNorm,
    /// Activation function, applied to each value.
    Activation(Activation),
    /// Max-pooling over disjoint squares. Incomplete squares at the right and the bottom are left
    /// out.
    MaxPool {
        /// Side of the squares in pixels.
        side: usize,
    },
    /// Average pooling over disjoint squares, with incomplete ones left out as in max-pooling.
    AveragePool {
        /// Side of the squares in pixels.
        side: usize,
    },
    /// Average of each channel over all pixels (Lin, Chen & Yan 2014).
    GlobalAveragePool,
    /// Nearest-neighbor upsampling: each pixel is repeated 2×2 times.
    NearestUpsample,
    /// Concatenation of the channels of two inputs.
    Concat,
    /// Sum of two inputs of the same shape.
    Add,
    /// Maps `[channels, height, width]` as a vector in row-major order.
    Flatten,
    /// Dropout (Srivastava et al. 2014); does nothing in evaluation mode.
    Dropout {
        /// Probability that a value is dropped, in percent.
        percent: u8,
    },
}

/// Shape and fan-in of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ParameterShape {
    pub kind: ParameterKind,
    /// Shape in PyTorch.
    pub shape: Vec<usize>,
    /// Number of values from which a value of the output is computed; for a transposed convolution,
    /// as in PyTorch, computed from the output channels.
    pub fan_in: usize,
}

impl Op {
    /// Returns the shape of the output for inputs of these shapes.
    ///
    /// # Errors
    ///
    /// Returns the reason why the inputs do not fit.
    pub fn output(self, inputs: &[FeatureShape]) -> Result<FeatureShape, ShapeError> {
        use FeatureShape::{Maps, Vector};
        let first = inputs.first().copied().unwrap_or(Vector(0));
        Ok(match (self, first) {
            (Op::Conv { kernel, stride, padding, .. }, Maps(channels, height, width))
            | (Op::DepthwiseConv { kernel, stride, padding }, Maps(channels, height, width)) => {
                let side = height.min(width) + 2 * padding;
                if kernel > side {
                    return Err(ShapeError::KernelTooLarge { kernel, side });
                }
                let convolved = |length: usize| (length + 2 * padding - kernel) / stride + 1;
                let outputs = if let Op::Conv { outputs, .. } = self { outputs } else { channels };
                Maps(outputs, convolved(height), convolved(width))
            }
            (Op::Conv { .. } | Op::DepthwiseConv { .. }, Vector(_)) => {
                return Err(ShapeError::ConvNeedsMaps(ConvPosition::AfterDense));
            }
            (Op::TransposedConv { outputs }, Maps(_, height, width)) => {
                Maps(outputs, 2 * height, 2 * width)
            }
            (Op::Dense { outputs }, Vector(_)) => Vector(outputs),
            (Op::MaxPool { side } | Op::AveragePool { side }, Maps(channels, height, width)) => {
                if side > height.min(width) {
                    return Err(ShapeError::PoolTooLarge { pool: side, side: height.min(width) });
                }
                Maps(channels, height / side, width / side)
            }
            (Op::GlobalAveragePool, Maps(channels, ..)) => Vector(channels),
            (Op::NearestUpsample, Maps(channels, height, width)) => {
                Maps(channels, 2 * height, 2 * width)
            }
            (Op::Concat, Maps(channels, height, width)) => match inputs.get(1) {
                Some(Maps(more, rows, columns)) if [*rows, *columns] == [height, width] => {
                    Maps(channels + more, height, width)
                }
                other => {
                    let other = other.copied().unwrap_or(Vector(0));
                    return Err(ShapeError::WrongInput(other));
                }
            },
            (Op::Add, shape) => match inputs.get(1) {
                Some(other) if *other == shape => shape,
                other => return Err(ShapeError::WrongInput(other.copied().unwrap_or(Vector(0)))),
            },
            (Op::Flatten, shape) => Vector(shape.len()),
            (Op::Input | Op::BatchNorm | Op::Activation(_) | Op::Dropout { .. }, shape) => shape,
            (
                Op::TransposedConv { .. }
                | Op::Dense { .. }
                | Op::MaxPool { .. }
                | Op::AveragePool { .. }
                | Op::GlobalAveragePool
                | Op::NearestUpsample
                | Op::Concat,
                shape,
            ) => return Err(ShapeError::WrongInput(shape)),
        })
    }

    /// Returns the parameters for an input of this shape, in the order of a checkpoint.
    pub(super) fn parameters(self, input: FeatureShape) -> Vec<ParameterShape> {
        let [inputs, ..] = input.dimensions();
        let linear = |outputs: usize, shape: Vec<usize>, fan_in: usize| {
            vec![
                ParameterShape { kind: ParameterKind::Weight, shape, fan_in },
                ParameterShape { kind: ParameterKind::Bias, shape: vec![outputs], fan_in },
            ]
        };
        match self {
            Op::Conv { outputs, kernel, .. } => {
                linear(outputs, vec![outputs, inputs, kernel, kernel], inputs * kernel * kernel)
            }
            Op::DepthwiseConv { kernel, .. } => {
                linear(inputs, vec![inputs, 1, kernel, kernel], kernel * kernel)
            }
            Op::TransposedConv { outputs } => {
                linear(outputs, vec![inputs, outputs, 2, 2], outputs * 4)
            }
            Op::Dense { outputs } => linear(outputs, vec![outputs, inputs], inputs),
            Op::BatchNorm => {
                use ParameterKind::{Bias, RunningMean, RunningVariance, Weight};
                [Weight, Bias, RunningMean, RunningVariance]
                    .map(|kind| ParameterShape { kind, shape: vec![inputs], fan_in: 0 })
                    .to_vec()
            }
            Op::Input
            | Op::Activation(_)
            | Op::MaxPool { .. }
            | Op::AveragePool { .. }
            | Op::GlobalAveragePool
            | Op::NearestUpsample
            | Op::Concat
            | Op::Add
            | Op::Flatten
            | Op::Dropout { .. } => Vec::new(),
        }
    }

    /// Returns the number of multiplications with an addition in the forward pass of one image.
    pub(super) fn multiply_adds(self, input: FeatureShape, output: FeatureShape) -> u64 {
        let [inputs, ..] = input.dimensions();
        let values = output.len() as u64;
        values
            * match self {
                Op::Conv { kernel, .. } => (inputs * kernel * kernel) as u64,
                Op::DepthwiseConv { kernel, .. } => (kernel * kernel) as u64,
                // Each output pixel lies in the square of one input pixel.
                Op::TransposedConv { .. } | Op::Dense { .. } => inputs as u64,
                Op::BatchNorm => 1,
                Op::Input
                | Op::Activation(_)
                | Op::MaxPool { .. }
                | Op::AveragePool { .. }
                | Op::GlobalAveragePool
                | Op::NearestUpsample
                | Op::Concat
                | Op::Add
                | Op::Flatten
                | Op::Dropout { .. } => 0,
            }
    }

    /// Returns the number of values that training keeps for the backward pass.
    pub(super) fn kept_values(self, output: FeatureShape) -> usize {
        match self {
            // The batch is part of the data, and a flattened tensor shares its values.
            Op::Input | Op::Flatten => 0,
            // The output and the mask.
            Op::Dropout { .. } => 2 * output.len(),
            _ => output.len(),
        }
    }

    /// Returns the rows (or columns) of an input with `length` rows on which `rows` of the output
    /// depend.
    pub(super) fn input_range(self, rows: &Range<usize>, length: usize) -> Range<usize> {
        let (start, end) = match self {
            Op::Conv { kernel, stride, padding, .. }
            | Op::DepthwiseConv { kernel, stride, padding } => (
                (rows.start * stride).saturating_sub(padding),
                (rows.end.saturating_sub(1) * stride + kernel).saturating_sub(padding),
            ),
            Op::Dense { .. } | Op::Flatten | Op::GlobalAveragePool => (0, length),
            Op::MaxPool { side } | Op::AveragePool { side } => (rows.start * side, rows.end * side),
            Op::TransposedConv { .. } | Op::NearestUpsample => {
                (rows.start / 2, rows.end.div_ceil(2))
            }
            Op::Input
            | Op::BatchNorm
            | Op::Activation(_)
            | Op::Concat
            | Op::Add
            | Op::Dropout { .. } => (rows.start, rows.end),
        };
        start.min(length)..end.min(length)
    }
}
