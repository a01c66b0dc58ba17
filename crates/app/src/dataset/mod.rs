//! The data on the page, and the reading of the visitor's files.

pub mod any_dataset;
pub(crate) mod cache;
pub mod loaded_dataset;
pub mod read_file;
