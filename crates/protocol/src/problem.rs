//! Problems as the page shows them: a code for programs, a sentence for people.

use serde::{Deserialize, Serialize};

/// What went wrong, for programs. Course pages see the [`ErrorCode::slug`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
    /// A configuration that cannot run.
    BadConfig,
    /// A value in the link that cannot be read.
    BadLink,
    /// A data pack that cannot be read.
    BadPack,
    /// An image that cannot be read.
    BadImage,
    /// A file that the page needs did not arrive.
    Network,
    /// The engine did not start.
    Engine,
    /// The chosen device cannot be used, or was lost.
    Device,
    /// The loss was no number any more.
    Diverged,
    /// A command that makes no sense now.
    NotReady,
}

impl ErrorCode {
    /// The stable word that course pages match.
    pub fn slug(self) -> &'static str {
        match self {
            ErrorCode::BadConfig => "bad-config",
            ErrorCode::BadLink => "bad-link",
            ErrorCode::BadPack => "bad-pack",
            ErrorCode::BadImage => "bad-image",
            ErrorCode::Network => "network",
            ErrorCode::Engine => "engine",
            ErrorCode::Device => "device",
            ErrorCode::Diverged => "diverged",
            ErrorCode::NotReady => "not-ready",
        }
    }
}

/// An error on its way to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// For programs.
    pub code: ErrorCode,
    /// A sentence that says what happened and what to do.
    pub message: String,
}

impl Problem {
    /// A problem from anything that prints as a sentence.
    pub fn new(code: ErrorCode, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }
}
