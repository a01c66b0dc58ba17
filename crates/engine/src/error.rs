//! What can go wrong while computing.

use burn::tensor::ExecutionError;
use protocol::{ErrorCode, Problem};
use thiserror::Error;

/// A computation that did not come to its end.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The device did not deliver.
    #[error("The device stopped computing ({0}). Reset the run, or choose the CPU as the device.")]
    Device(String),
    /// The device delivered something other than what was asked for.
    #[error(
        "The device answered with {found} values instead of {expected}. Choose the CPU as the device."
    )]
    Answer {
        /// How many were asked for.
        expected: usize,
        /// How many came.
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
