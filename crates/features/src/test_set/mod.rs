//! The sealed test set: the button that opens it, and what its figures are worth.

pub mod seal_panel;
mod words;
