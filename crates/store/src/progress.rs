//! Progress of a download.

/// Bytes of a download so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that have arrived.
    pub received: u64,
    /// Bytes in all; 0 where that is not known.
    pub total: u64,
}
