//! Contents of each lab: the experiment and the views, connected with the signals.

pub mod classify;
mod parts;
pub mod segment;
