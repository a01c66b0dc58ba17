//! The features of the page: what a visitor sees of data, network, training and results, one folder
//! a feature.
//!
//! A feature takes signals and answers through callbacks; it knows neither the reducer nor a worker.
//! The maths behind a view stands beside it without Leptos, with its tests beneath.
//!
//! - [`data`], [`network_editor`], [`unet_diagram`], [`training`]: what is trained, on what, and how.
//! - [`learning_curves`], [`batch_trace`], [`live_predictions`]: how the training goes.
//! - [`evaluation`], [`cases`]: how good the network is.
//! - [`predict`], [`own_slices`]: the visitor's own images.
//! - [`dataset`]: the images and slices that the views show.
//! - [`glossary`]: explanations of all terms on the page.

pub mod batch_trace;
pub mod cases;
pub mod data;
pub mod dataset;
mod dice_bars;
pub mod evaluation;
pub mod glossary;
pub mod learning_curves;
pub mod live_predictions;
pub mod network_editor;
pub mod own_slices;
pub mod predict;
pub mod training;
pub mod unet_diagram;
