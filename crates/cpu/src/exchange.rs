//! Exchange of values between replicas.

use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

/// Another replica does not answer any more. The step that was being made has changed nothing and
/// can be made again by other replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("A worker that took part in training stopped. Press Play to go on.")]
pub struct Lost;

/// The values of all replicas, in the order of their ranks.
pub type Gathered = Result<Vec<Vec<f32>>, Lost>;

/// Connection of a replica to the others that train the same network.
pub trait Exchange {
    /// Returns the number of this replica among all, from 0, and their number.
    fn rank_and_count(&self) -> (usize, usize);

    /// Sends values to all other replicas, and waits for theirs. Every replica calls it equally
    /// often.
    fn all_gather(&mut self, values: Vec<f32>) -> Pin<Box<dyn Future<Output = Gathered> + '_>>;
}

/// A replica without others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Exchange for Alone {
    fn rank_and_count(&self) -> (usize, usize) {
        (0, 1)
    }

    fn all_gather(&mut self, values: Vec<f32>) -> Pin<Box<dyn Future<Output = Gathered> + '_>> {
        Box::pin(std::future::ready(Ok(vec![values])))
    }
}
