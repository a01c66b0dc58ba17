//! The layer stack of a classifier and its editor.

pub mod editor;
pub(crate) mod layer_facts;
mod layer_row;
