//! Prediction of the class of any image.

pub mod predict_view;
