//! Weights at one step of a run, and references to them.

use serde::{Deserialize, Serialize};

use crate::RunId;

/// Weights at one step of a run, sent from the engine to the interpreter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The run.
    pub run: RunId,
    /// Number of completed epochs.
    pub epoch: usize,
    /// Number of completed steps.
    pub step: usize,
    /// Whether the interpreter keeps this checkpoint when a newer one arrives. True at the end of
    /// an epoch and for the untrained network.
    pub keep: bool,
    /// All values as little-endian 32-bit floats, in the order of
    /// [`Graph::parameters`](model::graph::Graph::parameters): each parameter in PyTorch's layout, or
    /// its transpose, `[in, out]`, for the weights of a dense layer.
    #[serde(with = "serde_bytes")]
    pub weights: Vec<u8>,
}

/// Selects one of the checkpoints of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Snapshot {
    /// The latest checkpoint.
    Latest,
    /// The checkpoint at the end of an epoch; 0 is the untrained network.
    Epoch(usize),
}

/// A network: a run and one of its checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NetworkRef {
    /// The run.
    pub run: RunId,
    /// The checkpoint of the run.
    pub snapshot: Snapshot,
}

/// Side of a comparison of two networks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The network shown.
    #[default]
    Primary,
    /// The network to which it is compared.
    Compared,
}
