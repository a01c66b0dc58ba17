//! Learning curves: loss per step, and accuracy or Dice per epoch.

pub mod curve_chart;
mod curve_data;
pub mod metric;
mod run_summary;
pub mod run_summary_view;
mod summary;
