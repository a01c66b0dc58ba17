//! Segmentation of the visitor's own slices and volumes.

mod directions;
mod drop_zone;
mod field_of_view;
pub mod file_pairs;
mod load_scan;
mod mask_values;
mod own_slices_result;
pub mod own_slices_view;
mod scan;
mod scan_controls;
pub mod scan_readers;
mod scan_score;
mod slice_counts;
mod slice_queue;
