//! Panels of each lab, which connect the views with the signals.

pub mod classify;
mod learned_panels;
mod panel;
pub mod segment;
