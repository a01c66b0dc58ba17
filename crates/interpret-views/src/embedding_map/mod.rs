//! Two-dimensional scatter plots of the held-out images, by PCA or t-SNE.

mod camera;
mod canvas;
mod class_marker;
mod class_markers;
mod epoch_scrubber;
mod fitted_positions;
mod gesture;
mod hit_test;
mod labels;
mod large_map;
mod layer_slider;
mod layer_walk;
mod map_context;
mod map_control;
mod map_dialog;
mod map_drawing;
mod map_legend;
mod map_positions;
mod map_scene;
mod map_view;
mod point_card;
mod point_image;
mod projection;
mod small_map;
mod thumbnails;
mod tween;
mod zoom_buttons;

pub use large_map::LargeMap;
pub use layer_walk::WalkLayer;
pub use map_dialog::MapDialog;
pub use point_image::point_image;
pub use small_map::SmallMap;
