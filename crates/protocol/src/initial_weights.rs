//! Weights that are given to a run instead of drawn.

use serde::{Deserialize, Serialize};

/// First weights of a run that are given instead of drawn from the seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InitialWeights {
    /// Those of the whole network: the values of a checkpoint.
    Network(Vec<f32>),
    /// Those of a U-Net's encoder: the first values of a checkpoint, as many as
    /// [`Graph::encoder_len`](model::graph::Graph::encoder_len). The others are drawn.
    Encoder(Vec<f32>),
}
