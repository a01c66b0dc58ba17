//! The loaded data set as the page shows it.

pub mod any_dataset;
pub mod read_file;
