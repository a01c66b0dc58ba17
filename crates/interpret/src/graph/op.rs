//! Operations of a graph's nodes, and the shapes of their outputs.

use kernels::Activation;

/// Units, height and width of a node's output for one image; 1 × 1 after a dense layer.
pub type Shape = [usize; 3];

/// Operation of a node. `weights` is the index of its first weight among all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// The image.
    Input,
    /// Cross-correlation with stride 1: kernels `[out, in, kernel, kernel]`, then biases.
    Conv {
        /// Side of the kernel.
        kernel: usize,
        /// Pixels of zeros to each side.
        padding: usize,
        /// Its weights.
        weights: usize,
    },
    /// x·W + b: weights `[in, out]`, then biases.
    Dense {
        /// Its weights.
        weights: usize,
    },
    /// Batch norm: scale, shift, running mean, running variance.
    BatchNorm {
        /// Its weights.
        weights: usize,
    },
    /// A function of each value.
    Activate(Activation),
    /// Max-pooling over squares of that side.
    Pool(usize),
    /// Transposed convolution over 2×2 with stride 2: `[in, out, 2, 2]`, then biases.
    TransposedConv {
        /// Its weights.
        weights: usize,
    },
    /// Each pixel repeated 2×2.
    NearestUpsample,
    /// The channels of the second input behind those of the first.
    Concat,
}

/// An operation, where its input comes from, and the shape of its output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// Where what arrives comes from; only [`Op::Concat`] reads the second.
    pub from: [usize; 2],
    /// What it puts out for one image.
    pub shape: Shape,
}
