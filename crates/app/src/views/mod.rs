//! What the page shows, as components that know nothing of the engine.
//!
//! Every component takes signals of [`protocol`] types and answers through callbacks; it neither
//! sees the reducer nor the worker nor the network. The maths behind a view stands beside it in a
//! module without Leptos, with its tests beneath.

pub mod bars;
mod bmp;
mod cell_images;
mod chart;
pub mod curve;
pub mod curves;
pub mod data_panel;
mod drawing;
pub mod evaluation;
pub mod field;
pub mod format;
pub mod gallery;
pub mod hyper;
pub mod images;
mod layer_row;
pub mod lens;
pub mod network;
mod plot;
pub mod predict;
mod reading;
mod shrink;
mod svg;
pub mod term;

pub use curve::{Curve, TestPoint};
pub use curves::CurveChart;
pub use data_panel::{DataPanel, DataView};
pub use evaluation::EvaluationView;
pub use hyper::HyperPanel;
pub use images::{ImageStore, Thumb};
pub use lens::LensView;
pub use network::NetworkEditor;
pub use predict::{Dropped, PredictView, Prediction};
pub use term::Term;
