//! The test set after an epoch, shared between the state, the signals and the views.

use std::sync::Arc;

/// What the test set showed. A copy shares the figures, which may be half a megabyte, and two are
/// equal only where they share them.
#[derive(Debug)]
pub struct Examined<T> {
    /// Epochs done; 0 is the untrained network.
    pub epoch: usize,
    /// What was found.
    pub test: Arc<T>,
}

impl<T> Examined<T> {
    /// What was found after that many epochs.
    pub fn new(epoch: usize, test: T) -> Self {
        Self { epoch, test: Arc::new(test) }
    }
}

impl<T> Clone for Examined<T> {
    fn clone(&self) -> Self {
        Self { epoch: self.epoch, test: self.test.clone() }
    }
}

impl<T> PartialEq for Examined<T> {
    fn eq(&self, other: &Self) -> bool {
        self.epoch == other.epoch && Arc::ptr_eq(&self.test, &other.test)
    }
}
