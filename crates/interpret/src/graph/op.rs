//! Operations of a graph's nodes, and the shapes of their outputs.

use kernels::Activation;

/// Units, height and width of a node's output for one image; height and width are 1 after a dense
/// layer.
pub type Shape = [usize; 3];

/// Operation of a node. In all variants, `weights` is the index of the operation's first weight
/// among all weights of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// The input image.
    Input,
    /// Cross-correlation with stride 1. Parameters: kernels `[out, in, kernel, kernel]`, then
    /// biases.
    Conv {
        /// Side of the kernel in pixels.
        kernel: usize,
        /// Zero padding on each side in pixels.
        padding: usize,
        /// Index of the first weight.
        weights: usize,
    },
    /// Dense layer x·W + b. Parameters: weights `[in, out]`, then biases.
    Dense {
        /// Index of the first weight.
        weights: usize,
    },
    /// Batch norm. Parameters: scale, shift, running mean, running variance.
    BatchNorm {
        /// Index of the first weight.
        weights: usize,
    },
    /// Activation function, applied to each value.
    Activate(Activation),
    /// Max-pooling over squares of this side in pixels.
    Pool(usize),
    /// Transposed convolution with 2×2 kernels and stride 2. Parameters: kernels `[in, out, 2, 2]`,
    /// then biases.
    TransposedConv {
        /// Index of the first weight.
        weights: usize,
    },
    /// Nearest-neighbor upsampling: each pixel is repeated 2×2 times.
    NearestUpsample,
    /// Concatenation of the channels of the first and the second input.
    Concat,
}

/// A node of the graph: an operation, its inputs, and the shape of its output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Operation.
    pub op: Op,
    /// Indices of the nodes whose outputs are the inputs. Only [`Op::Concat`] uses the second.
    pub from: [usize; 2],
    /// Shape of the output for one image.
    pub shape: Shape,
}
