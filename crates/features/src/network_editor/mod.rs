//! Editor of a classifier's layers.

pub mod editor;
pub(crate) mod layer_facts;
mod layer_row;
mod layer_settings;
mod open_layers;
