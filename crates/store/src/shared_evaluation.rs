//! Evaluations shared between the state, the signals and the views.

use std::sync::Arc;

/// An evaluation on the test set, shared by reference count. Clones share the data, which may be
/// half a megabyte. Two values are equal only if they share the same data.
#[derive(Debug)]
pub struct SharedEvaluation<T> {
    /// Number of completed epochs; 0 for the untrained network.
    pub epoch: usize,
    /// Results on the test set.
    pub test: Arc<T>,
}

impl<T> SharedEvaluation<T> {
    /// Wraps an evaluation made after `epoch` epochs.
    pub fn new(epoch: usize, test: T) -> Self {
        Self { epoch, test: Arc::new(test) }
    }
}

impl<T> Clone for SharedEvaluation<T> {
    fn clone(&self) -> Self {
        Self { epoch: self.epoch, test: self.test.clone() }
    }
}

impl<T> PartialEq for SharedEvaluation<T> {
    fn eq(&self, other: &Self) -> bool {
        self.epoch == other.epoch && Arc::ptr_eq(&self.test, &other.test)
    }
}
