//! Evaluations shared between the state, the signals and the views.

use std::sync::Arc;

/// An evaluation on the test set. A clone shares the figures, which may be half a megabyte, and two are
/// equal only where they share them.
#[derive(Debug)]
pub struct SharedEvaluation<T> {
    /// Epochs done; 0 is the untrained network.
    pub epoch: usize,
    /// The evaluation.
    pub test: Arc<T>,
}

impl<T> SharedEvaluation<T> {
    /// Wraps the evaluation after that many epochs.
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
