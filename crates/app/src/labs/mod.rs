//! The panels of each lab, and which signal goes to which view.

pub mod classify;
mod learned_panels;
mod panel;
pub mod segment;
