//! What the network has learned: its layers, why it decides, where it is wrong, and how that came.
//!
//! Views read and move the signals of a [`Scene`]; whoever owns the scene asks the interpreter for
//! what it lacks.

pub mod album;
pub mod scene;

pub use album::Album;
pub use scene::Scene;
