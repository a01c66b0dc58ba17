//! Networks, training and evaluation on burn, for the CPU and the GPU, natively and in a browser.
//!
//! [`serve()`] is the way in: commands come as a stream, events go to a [`Host`]. Everything else
//! is public for tests and for the command-line example.
//!
//! Invariants:
//! - Nothing in here knows a browser. A GPU is only another [`burn::tensor::Device`] value.
//! - Values are read back from the device asynchronously, always; a synchronous read would stop a
//!   browser.
//! - All randomness comes from [`data::rng`], so that devices start and shuffle alike.

mod benchmark;
pub mod checkpoint;
pub mod classify;
mod engine;
pub mod error;
pub mod evaluation;
mod glimpse;
pub mod init;
mod lab;
pub mod layers;
mod lens;
mod load;
pub mod network;
mod ops;
pub mod optim;
mod pace;
mod run;
pub mod segment;
pub mod segment_evaluation;
pub mod segment_loss;
pub mod segment_score;
pub mod serve;
pub mod session;
pub mod unet;

pub use burn;
pub use serve::{Host, serve};
