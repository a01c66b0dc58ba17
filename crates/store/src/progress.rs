//! Progress of a download.

/// Number of bytes of a download so far and in total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Number of bytes received.
    pub received: u64,
    /// Total number of bytes, or 0 if unknown.
    pub total: u64,
}
