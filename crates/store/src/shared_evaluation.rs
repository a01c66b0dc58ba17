//! Evaluations shared between the state, the signals and the views.

use std::sync::Arc;

/// An evaluation on the test set, shared by reference count. Clones share the data, which may be
/// half a megabyte. Two values are equal only if they share the same data.
#[derive(Debug)]
pub struct SharedEvaluation<T> {
    /// Number of completed epochs; 0 before training.
    pub epoch: usize,
    /// Number of completed steps, if the evaluation was made within an epoch.
    pub step: Option<usize>,
    /// Results on the test set.
    pub test: Arc<T>,
}

impl<T> SharedEvaluation<T> {
    /// Wraps an evaluation made after `epoch` epochs.
    pub fn new(epoch: usize, test: T) -> Self {
        Self { epoch, step: None, test: Arc::new(test) }
    }

    /// Wraps an evaluation made within an epoch, after `step` steps and `epoch` whole epochs.
    pub fn at_step(epoch: usize, step: usize, test: T) -> Self {
        Self { epoch, step: Some(step), test: Arc::new(test) }
    }

    /// Describes when the evaluation was made: “before training”, “after epoch 3”, “after
    /// step 120”.
    pub fn when(&self) -> String {
        match (self.step, self.epoch) {
            (Some(step), _) => format!("after step {step}"),
            (None, 0) => "before training".to_owned(),
            (None, epoch) => format!("after epoch {epoch}"),
        }
    }
}

impl<T> Clone for SharedEvaluation<T> {
    fn clone(&self) -> Self {
        Self { epoch: self.epoch, step: self.step, test: self.test.clone() }
    }
}

impl<T> PartialEq for SharedEvaluation<T> {
    fn eq(&self, other: &Self) -> bool {
        self.epoch == other.epoch && self.step == other.step && Arc::ptr_eq(&self.test, &other.test)
    }
}
