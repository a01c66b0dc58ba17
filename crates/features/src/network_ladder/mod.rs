//! The ladder of a network: the linear probe accuracy of each layer, from the pixels to the output.

pub mod ladder;
pub mod ladder_sentence;
pub mod ladder_view;
pub(crate) mod rung_bar;
