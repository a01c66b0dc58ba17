//! Networks on the CPU: operations on plain slices, and training by one or several replicas.
//!
//! [`Operation`] computes one step of a [`Plan`](model::graph::Plan), forward and backward. The
//! interpreter uses it as it is. [`Replica`] trains a network with it, data-parallel: every replica
//! holds the whole network, computes the gradients for its part of each batch, and exchanges sums
//! with the others through an [`Exchange`]. One replica alone does the same sums in the same order,
//! so that a curve is the same to the last digit whatever the number of replicas; [`shards`] tells
//! how.
//!
//! What is exchanged in a step: the statistics of each batch norm (Ioffe & Szegedy 2015,
//! synchronized over replicas as in PyTorch's `SyncBatchNorm`) and their gradients, the sums of the
//! loss, and the gradients of the weights. For a dense layer its inputs and the gradients of its
//! outputs are exchanged instead, which are fewer values than its weights (sufficient factors, Xie
//! et al. 2016).

mod backward;
mod dropout_mask;
mod exchange;
mod forward;
mod initial_values;
mod loss;
pub mod message;
mod operation;
mod optimizer;
mod replica;
pub mod shards;
mod team;

pub use dropout_mask::dropout_mask;
pub use exchange::{Alone, Exchange, Gathered, Lost};
pub use initial_values::{initial_checkpoint, initial_values};
pub use loss::BatchLoss;
pub use operation::Operation;
pub use optimizer::Hyperparameters;
pub use replica::{BatchPart, Gradients, Replica, State};
pub use team::{Leader, Received, Team, follow};
