//! Editor of a classifier's layers.

pub mod editor;
pub mod encoder_offer;
pub mod layer_facts;
mod layer_fields;
mod layer_row;
mod layer_settings;
mod open_layers;
pub mod opened_layer;
