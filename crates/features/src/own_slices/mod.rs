//! Segmentation of the visitor's own slices and volumes.

mod directions;
mod drop_zone;
pub mod dropped_files;
mod file_pairs;
mod own_slices_result;
pub mod own_slices_view;
mod slice_queue;
