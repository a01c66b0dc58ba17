//! Weights at one step of a run, and references to them.

use serde::{Deserialize, Serialize};

use crate::RunId;

/// Weights at one step of a run, sent from the engine to the interpreter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The run.
    pub run: RunId,
    /// Epochs done.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// True at the end of an epoch and for the untrained network: the interpreter keeps these.
    pub keep: bool,
    /// All weights as little-endian 32-bit floats, layer by layer in the order of computation (the
    /// upsampling of a decoder block in front of its convolutions): weights (of a dense layer `[in,
    /// out]`, else in PyTorch's layout), biases, then with batch norm its scale, shift, running mean and
    /// running variance.
    #[serde(with = "serde_bytes")]
    pub weights: Vec<u8>,
}

/// Choice among the checkpoints of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Snapshot {
    /// The latest checkpoint.
    Latest,
    /// The checkpoint at the end of an epoch; 0 is the untrained network.
    Epoch(usize),
}

/// A network: a run and one of its checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NetworkRef {
    /// The run.
    pub run: RunId,
    /// Its checkpoint.
    pub snapshot: Snapshot,
}

/// Side of a comparison of two networks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The network that is shown.
    #[default]
    Primary,
    /// The one that it is compared with.
    Compared,
}
