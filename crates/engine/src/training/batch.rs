//! Training examples of one step.

/// Training examples of one step. The epoch decides how they are augmented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The epoch, counted from 0.
    pub epoch: usize,
    /// Indices of the examples in the training set.
    pub indices: Vec<usize>,
}
