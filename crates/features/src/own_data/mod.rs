//! Panel for a data set of the visitor's own: choosing it, progress, and what was found.

pub mod own_data_view;
mod report_view;
