//! The data set shown on the page, and functions that read visitors' files.

pub mod any_dataset;
pub(crate) mod cache;
pub mod loaded_dataset;
pub mod read_file;
