//! What a network has learned, computed from its weights.
//!
//! It runs in a worker of its own, beside the engine's: the engine hands over its weights now and
//! then, which costs it a copy, and everything else happens here, while training goes on. So every
//! view works the same for the network of now, for any epoch that has been, while a run is paused
//! and after its end, whichever device trains.
//!
//! Everything is arithmetic on plain slices with the crate [`kernels`]; nothing knows a browser.

pub mod activation_maximization;
pub mod attribution;
pub mod checkpoints;
pub mod dead_units;
mod explain;
mod gram;
mod op_trace;

pub mod activation_stats;
pub mod activations;
pub mod graph;
mod inputs;
mod interpreter;
mod job;
pub mod layer_probe;
pub mod linear_probe;
mod mistakes;
pub mod network;
pub mod pca;
mod quantize;
mod receptive_field;
pub mod tsne;

pub use interpreter::Interpreter;
