//! The class of any image.

pub mod predict_view;
