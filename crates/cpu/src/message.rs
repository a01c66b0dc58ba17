//! Messages between the worker that leads a group of replicas, whose rank is 0, and the others.

use kernels::PixelTerm;
use model::graph::Graph;
use model::{DataShape, Optimizer, RunConfigError, Task};
use serde::{Deserialize, Serialize};

use crate::loss::BatchLoss;
use crate::replica::{BatchPart, Replica, State};

/// What a replica trains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Rank of the replica.
    pub rank: usize,
    /// Number of replicas.
    pub count: usize,
    /// The network.
    pub task: Task,
    /// Classes, and size of the images.
    pub shape: DataShape,
    /// Update rule.
    pub optimizer: Optimizer,
    /// Seed of the run.
    pub seed: u32,
    /// Whether the term that is averaged over pixels is the focal loss; `None` if there is no term.
    pub focal: Option<bool>,
    /// Whether the Dice loss is added.
    pub dice: bool,
    /// `[classes]`
    pub class_weights: Vec<f32>,
    /// Weights and optimizer.
    pub state: State,
}

impl Setup {
    /// Returns the replica.
    ///
    /// # Errors
    ///
    /// Returns the reason why there is no such network.
    pub fn replica(self) -> Result<Replica, RunConfigError> {
        let graph = Graph::of(&self.task, self.shape)?;
        let term = |focal| if focal { PixelTerm::Focal } else { PixelTerm::CrossEntropy };
        let (pixel_term, dice) = (self.focal.map(term), self.dice);
        let loss = BatchLoss { pixel_term, dice, class_weights: self.class_weights };
        let mut replica = Replica::new(graph, Vec::new(), loss, self.optimizer, self.seed);
        replica.set_state(self.state);
        Ok(replica)
    }
}

/// A message to a replica.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToReplica {
    /// Train this from now on.
    Begin(Box<Setup>),
    /// Make a step.
    Step {
        /// The replica's part of the batch.
        part: BatchPart,
        /// Learning rate.
        learning_rate: f64,
    },
    /// Values of another replica, for the exchange with this number.
    Values {
        /// Rank of the other replica.
        rank: usize,
        /// Number of the exchange since the beginning of the group.
        exchange: u32,
        /// The values.
        values: Vec<f32>,
    },
}

/// A replica's values for an exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FromReplica {
    /// Number of the exchange since the beginning of the group.
    pub exchange: u32,
    /// The values.
    pub values: Vec<f32>,
}
