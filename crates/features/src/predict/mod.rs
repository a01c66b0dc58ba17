//! Prediction of the class of any image.

mod novelty_note;
pub mod predict_view;
