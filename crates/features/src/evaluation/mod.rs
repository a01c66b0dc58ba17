//! How good a classifier is on the evaluated images, and what each figure is worth.

mod accuracy_line;
mod agreement;
mod binary_figures;
mod calibration;
mod calibration_view;
mod confusion_view;
mod curve_charts;
mod curves_view;
mod evaluated_images;
mod evaluation_state;
pub mod evaluation_view;
mod image_groups;
mod operating_point;
mod patient_marks;
mod patient_votes;
mod patients_view;
mod resampling;
mod scores_view;
mod test_set;
mod test_set_view;
mod threshold_controls;
mod trap_groups;
mod trap_view;
