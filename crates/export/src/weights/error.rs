//! Reasons why weights cannot be written or read.

use thiserror::Error;

/// Maximum length of a header in bytes. A U-Net of the page needs some 4 kB.
pub const MAX_HEADER_BYTES: u64 = 1 << 20;

/// Reason why the weights of a file cannot be taken over, or those of a checkpoint not be written.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum WeightsError {
    /// The checkpoint is not of this network.
    #[error(
        "The checkpoint has {found} values, and the network {expected}. Export the weights again after \
         the next step."
    )]
    CheckpointLength {
        /// Number of values.
        found: usize,
        /// Number of values of the network.
        expected: usize,
    },
    /// The file ends before the values do that its header announces.
    #[error(
        "The file is truncated: it has {found} bytes, and its header announces {expected}. Copy or \
         download it again."
    )]
    Truncated {
        /// Bytes of the file.
        found: usize,
        /// Bytes that it should have, at least.
        expected: u64,
    },
    /// The header is longer than any that a network of this page needs.
    #[error(
        "This is no safetensors file of such a network: its header would have {0} bytes, and at most \
         {MAX_HEADER_BYTES} are read."
    )]
    HeaderTooLong(u64),
    /// The header is not JSON of the expected form.
    #[error("This is no safetensors file: its header cannot be read ({0}).")]
    Header(String),
    /// A name occurs twice in the header.
    #[error("The file names “{name}” twice. Save the weights again.")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// The number of bytes of a tensor is not that of its shape and type.
    #[error(
        "The file is damaged: the bytes of “{name}” do not fit its shape. Save the weights again."
    )]
    Range {
        /// Name of the tensor.
        name: String,
    },
    /// Two tensors share bytes.
    #[error("The file is damaged: “{name}” and “{other}” overlap. Save the weights again.")]
    Overlap {
        /// Name of the first tensor.
        name: String,
        /// Name of the second tensor.
        other: String,
    },
    /// Bytes of the file belong to no tensor.
    #[error("The file is damaged: {count} bytes belong to no tensor. Save the weights again.")]
    UnusedBytes {
        /// Number of these bytes.
        count: usize,
    },
    /// The values of a tensor are not 32-bit floats.
    #[error(
        "“{name}” has the type {found}, and weights must be F32. In PyTorch, save \
         model.float().state_dict()."
    )]
    DataType {
        /// Name of the tensor.
        name: String,
        /// Its type.
        found: String,
    },
    /// A parameter of the network is missing in the file.
    #[error(
        "The file is of another network: it has no “{name}”. Choose the network that it is of."
    )]
    Missing {
        /// Name of the parameter.
        name: String,
    },
    /// The file has a tensor that the network does not have.
    #[error(
        "The file is of another network: this one has no “{name}”. Choose the network that it is of."
    )]
    Unknown {
        /// Name of the tensor.
        name: String,
    },
    /// A tensor has another shape than in the network.
    #[error(
        "The file is of another network: “{name}” has the shape {found:?} and would need {expected:?}. \
         Choose the network that it is of."
    )]
    Shape {
        /// Name of the tensor.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// Shape of the network's parameter.
        expected: Vec<usize>,
    },
    /// A value is NaN or infinite.
    #[error(
        "“{name}” has the value {value}, with which nothing can be computed. Train that network again."
    )]
    NotFinite {
        /// Name of the tensor.
        name: String,
        /// The value.
        value: f32,
    },
    /// A running variance is below 0.
    #[error("“{name}” has a value below 0, which no variance has. Train that network again.")]
    NegativeVariance {
        /// Name of the tensor.
        name: String,
    },
}
