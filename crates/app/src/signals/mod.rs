//! Signals that the views read.

pub mod network_signals;
pub mod page_signals;
pub mod segment_signals;
mod set_if_changed;
