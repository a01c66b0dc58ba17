//! Data of a run: choice of the data set, samples, counts, source and license.

mod case_navigation;
pub mod data_panel;
mod gallery;
mod phantom_sliders;
pub mod sampling_panel;
mod slice_viewer;
pub mod slices_panel;
mod source_choice;
mod trap_choice;
