//! Features of the page: the views of data, network, training and results, with one folder per
//! feature.
//!
//! Features take signals and respond through callbacks. They depend on neither the reducer nor a
//! worker. The computations behind a view are in separate modules without Leptos, with their tests
//! in the same file.
//!
//! - [`data`], [`network_editor`], [`unet_diagram`], [`training`]: data set, network and training.
//! - [`learning_curves`], [`mod@step`], [`live_predictions`]: how the training goes.
//! - [`evaluation`], [`cases`], [`test_set`]: how good the network is.
//! - [`predict`], [`own_slices`]: the visitor's own images.
//! - [`studies`]: several classifiers, trained and compared.
//! - [`dataset`]: the images and slices that the views show.
//! - [`code`]: the run as a program, and its weights as a file.
//! - [`link_maker`]: links and code for course pages.
//! - [`network_ladder`]: linear probe accuracy of each layer.
//! - [`section_summary`]: one line for each folded section.
//! - [`glossary`]: explanations of all terms on the page.

pub mod cases;
pub mod code;
pub mod data;
pub mod dataset;
mod dice_bars;
pub mod evaluated_split;
pub mod evaluation;
mod evaluation_terms;
mod figure;
mod figure_view;
pub mod glossary;
mod layer_terms;
pub mod learning_curves;
pub mod link_maker;
pub mod live_predictions;
pub mod network_editor;
pub mod network_ladder;
pub mod own_data;
pub mod own_slices;
pub mod predict;
pub mod section_summary;
pub mod step;
pub mod studies;
pub mod test_set;
pub mod training;
pub mod unet_diagram;
