//! Errors of computations on a device.

use burn::tensor::ExecutionError;
use protocol::{ErrorCode, Problem};
use thiserror::Error;

/// Error of a computation on a device.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The device reported an error.
    #[error("The device stopped computing ({0}). Reset the run, or choose the CPU as the device.")]
    Device(String),
    /// The device returned a different number of values than the tensor has.
    #[error(
        "The device answered with {found} values instead of {expected}. Choose the CPU as the device."
    )]
    Readback {
        /// Number of values in the tensor.
        expected: usize,
        /// Number of values that were read.
        found: usize,
    },
}

impl From<ExecutionError> for EngineError {
    fn from(error: ExecutionError) -> Self {
        EngineError::Device(error.to_string())
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        Problem::new(ErrorCode::Device, error)
    }
}
