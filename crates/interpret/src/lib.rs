//! Computes what a network has learned from its weights: activations, linear probes, embeddings,
//! attributions, feature visualizations.
//!
//! The interpreter runs in its own worker, next to the engine's. The engine sends checkpoints of
//! its weights; everything else is computed here while training continues. Therefore all views work
//! in the same way for the latest network and for any stored epoch, for both devices, and after the
//! end of the run.
//!
//! All arithmetic is done on plain slices with the crate [`kernels`]; nothing depends on a browser.

pub mod activation_maximization;
pub mod activation_stats;
pub mod attribution;
pub mod checkpoints;
pub mod dead_units;
mod duty_cycle;
pub mod execute;
pub mod feature_rows;
mod gram;
mod inputs;
mod interpreter;
mod job;
pub mod layer_probe;
pub mod linear_probe;
pub mod network;
pub mod pca;
mod quantize;
mod queries;
mod stats_job;
pub mod tsne;
mod unit_weights;

pub use duty_cycle::DutyCycle;
pub use interpreter::Interpreter;
