//! Parameters of operations: names, shapes, initial values.

use std::ops::Range;

/// Role of a parameter in its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// Weights of a convolution or dense layer; scale of batch norm.
    Weight,
    /// Biases of a convolution or dense layer; shift of batch norm.
    Bias,
    /// Running mean of batch norm.
    RunningMean,
    /// Running variance of batch norm.
    RunningVariance,
}

impl ParameterKind {
    /// Returns the name of PyTorch's modules for it.
    pub fn name(self) -> &'static str {
        match self {
            ParameterKind::Weight => "weight",
            ParameterKind::Bias => "bias",
            ParameterKind::RunningMean => "running_mean",
            ParameterKind::RunningVariance => "running_var",
        }
    }

    /// Returns whether training changes the parameter through its gradient.
    pub fn is_learned(self) -> bool {
        matches!(self, ParameterKind::Weight | ParameterKind::Bias)
    }
}

/// Initial value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitialValue {
    /// Uniform in ±1/√`fan_in`, PyTorch's default for convolutions and dense layers (He et al. 2015
    /// with a = √5), for weights and biases alike. The values are those that the random stream
    /// yields next: the parameters of one stream are drawn one after the other, in PyTorch's layout.
    Uniform {
        /// Number of values from which a value of the output is computed.
        fan_in: usize,
        /// Index of the random stream.
        stream: u64,
    },
    /// The same value everywhere: 0 or 1.
    Constant(u8),
}

/// A parameter of a network: a tensor that training changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name in PyTorch, such as “conv1.weight”.
    pub name: String,
    /// Role in the operation.
    pub kind: ParameterKind,
    /// Shape in PyTorch: `[out]`, `[out, in]`, `[out, in, kernel, kernel]`, `[in, out, 2, 2]` for a
    /// transposed convolution, or `[channels, 1, kernel, kernel]` for a depthwise one.
    pub shape: Vec<usize>,
    /// Whether the engine and checkpoints hold the transpose of PyTorch's values, `[in, out]`.
    pub is_transposed: bool,
    /// Initial value.
    pub initial: InitialValue,
    /// Range of the values among all values of a checkpoint.
    pub values: Range<usize>,
}

impl Parameter {
    /// Returns the shape in the engine and in checkpoints.
    pub fn stored_shape(&self) -> Vec<usize> {
        let mut shape = self.shape.clone();
        if self.is_transposed {
            shape.reverse();
        }
        shape
    }
}
