//! What the page shows, as components that know nothing of the engine.
//!
//! Every component takes signals of [`protocol`] types and answers through callbacks; it neither
//! sees the reducer nor the worker nor the network. The maths behind a view stands beside it in a
//! module without Leptos, with its tests beneath.

mod cell_images;
pub mod curve;
pub mod curves;
pub mod data_panel;
mod drawing;
pub mod evaluation;
pub mod gallery;
pub mod glossary;
pub mod hyper;
pub mod images;
mod layer_row;
pub mod lens;
pub mod loss;
pub mod measure;
pub mod network;
pub mod patients;
pub mod predict;
mod reading;
pub mod segment;
mod shrink;
pub mod slice_viewer;
pub mod slices_panel;

pub use curves::CurveChart;
pub use data_panel::{DataPanel, DataView};
pub use evaluation::EvaluationView;
pub use hyper::HyperPanel;
pub use images::{ImageStore, Thumb};
pub use lens::LensView;
pub use loss::LossPanel;
pub use measure::Measure;
pub use network::NetworkEditor;
pub use predict::{Dropped, PredictView};
pub use slices_panel::SlicesPanel;
