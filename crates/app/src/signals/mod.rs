//! The signals that the views read.

pub mod page_signals;
pub mod segment_signals;
mod set;
