//! Segmentation of the visitor's own slices and volumes.

mod drop_zone;
pub mod dropped_files;
mod own_slices_result;
pub mod own_slices_view;
mod slice_queue;
