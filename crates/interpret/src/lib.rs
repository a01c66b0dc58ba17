//! What a network has learned, computed from its weights: activations, linear probes, embeddings,
//! attributions, feature visualizations.
//!
//! It runs in a worker of its own, beside the engine's. The engine sends its weights as checkpoints, and
//! everything else happens here while training goes on. So every view works alike for the latest network
//! and for any epoch that is kept, for either device, and after the end of the run.
//!
//! All arithmetic is on plain slices with the crate [`kernels`]; nothing knows a browser.

pub mod activation_maximization;
pub mod activation_stats;
pub mod attribution;
pub mod checkpoints;
pub mod dead_units;
mod gram;
pub mod graph;
mod inputs;
mod interpreter;
mod job;
pub mod layer_probe;
pub mod linear_probe;
pub mod network;
pub mod pca;
mod quantize;
mod queries;
mod receptive_field;
mod stats_job;
pub mod tsne;
mod unit_weights;

pub use interpreter::Interpreter;
