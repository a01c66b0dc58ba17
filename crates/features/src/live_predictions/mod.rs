//! Masks of the preview slices while the network trains.

pub mod live_predictions_view;
