//! Line charts over two axes.

pub mod chart_data;
pub mod chart_view;
pub mod plot;
pub mod smoothing;
pub mod svg;
