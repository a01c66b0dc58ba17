//! Confusion matrix and scores of a classifier on the test set.

mod cell_images;
pub mod evaluation_view;
