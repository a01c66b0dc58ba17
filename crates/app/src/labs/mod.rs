//! Contents of each lab: the experiment and the views, connected with the signals.

mod class_names;
pub mod classify;
pub mod classify_settings;
pub mod classify_views;
pub mod code_view;
mod parts;
pub mod segment;
mod segment_lab;
mod segment_views;
pub mod studies;
