//! What a network has learned, computed from its weights.
//!
//! It runs in a worker of its own, beside the engine's: the engine hands over its weights now and
//! then, which costs it a copy, and everything else happens here, while training goes on. So every
//! view works the same for the network of now, for any epoch that has been, while a run is paused
//! and after its end, whichever device trains.
//!
//! Everything is arithmetic on plain slices with the crate [`kernels`]; nothing knows a browser.

pub mod ascent;
pub mod attribution;
pub mod book;
mod close;
pub mod dead;
mod explain;
mod gram;

pub mod graph;
mod interpreter;
mod job;
pub mod layers;
mod mistakes;
pub mod network;
pub mod pca;
mod picture;
pub mod probe;
mod shelf;
pub mod study;
pub mod tsne;
pub mod units;

pub use interpreter::Interpreter;
