//! Problems that the page shows: a code for programs, a sentence for people.

use serde::{Deserialize, Serialize};

/// Kind of problem, for programs. Course pages see the [`ErrorCode::slug`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
    /// A configuration that cannot run.
    BadConfig,
    /// A parameter of the link that cannot be used.
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
    /// The loss is not finite.
    Diverged,
    /// A command that does not fit the present state.
    NotReady,
}

impl ErrorCode {
    /// Returns the stable word that course pages match.
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

/// A problem to show to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its kind.
    pub code: ErrorCode,
    /// A sentence that says what happened and what to do about it.
    pub message: String,
}

impl Problem {
    /// Makes a problem of an error that displays as a sentence.
    pub fn new(code: ErrorCode, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }
}
