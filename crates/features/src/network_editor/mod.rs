//! Editor of a classifier's layers.

pub mod editor;
pub(crate) mod layer_facts;
mod layer_row;
