//! Learning curves: loss per step, and accuracy or Dice per epoch.

pub mod curve_chart;
mod curve_data;
pub mod metric;
mod summary;
