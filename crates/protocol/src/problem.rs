//! Problems shown on the page, each with a code for programs and a sentence for people.

use serde::{Deserialize, Serialize};

/// Kind of problem, for programs. Course pages receive its [`slug`](ErrorCode::slug).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
    /// The configuration cannot be run.
    BadConfig,
    /// A parameter of the link cannot be used.
    BadLink,
    /// A data pack cannot be read.
    BadPack,
    /// An image cannot be read.
    BadImage,
    /// A file of weights cannot be read or does not fit the network.
    BadWeights,
    /// A file that the page needs could not be downloaded.
    Network,
    /// The engine could not be started.
    Engine,
    /// The chosen device cannot be used, or was lost.
    Device,
    /// The loss is not finite.
    Diverged,
    /// The command does not fit the current state.
    NotReady,
}

impl ErrorCode {
    /// Returns the stable identifier for course pages.
    pub fn slug(self) -> &'static str {
        match self {
            ErrorCode::BadConfig => "bad-config",
            ErrorCode::BadLink => "bad-link",
            ErrorCode::BadPack => "bad-pack",
            ErrorCode::BadImage => "bad-image",
            ErrorCode::BadWeights => "bad-weights",
            ErrorCode::Network => "network",
            ErrorCode::Engine => "engine",
            ErrorCode::Device => "device",
            ErrorCode::Diverged => "diverged",
            ErrorCode::NotReady => "not-ready",
        }
    }
}

/// A problem to be shown to the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Kind of the problem.
    pub code: ErrorCode,
    /// A sentence that describes the problem and says what to do about it.
    pub message: String,
}

impl Problem {
    /// Creates a problem from an error whose `Display` output is a sentence.
    pub fn new(code: ErrorCode, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }
}
