//! The held-out images with the largest losses, and those with the highest and lowest confidence.

mod confidence_extremes;
mod correctness_badge;
mod mistake_card;
mod mistake_field;
mod mistakes_view;
mod nearest_neighbors;

pub use mistakes_view::MistakesView;
