//! Masks of the preview slices while the network is training.

pub mod live_predictions_view;
