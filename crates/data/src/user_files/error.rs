//! Errors in files provided by the visitor.

use thiserror::Error;

/// Error about a visitor's file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("“{file}”: {reason}")]
pub struct UserFileError {
    /// Name of the file.
    pub file: String,
    /// A sentence that says what is wrong and what to do.
    pub reason: String,
}

impl UserFileError {
    /// Creates the error for a file.
    pub fn new(file: &str, reason: impl std::fmt::Display) -> Self {
        Self { file: file.to_owned(), reason: reason.to_string() }
    }
}
