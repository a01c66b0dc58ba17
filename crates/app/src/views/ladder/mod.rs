//! The ladder from image to decision: how well the class can be read off each layer, and where each
//! layer puts the test images.

mod atlas;
mod camera;
mod card;
mod find;
mod gesture;
mod history;
mod large_map;
mod layer_map;
mod legend;
mod map_dialog;
mod map_drawing;
mod map_view;
mod marks;
mod motion;
mod paint;
mod places;
mod projection;
mod rung_bar;
mod rung_key;
mod scrubber;
mod sheet;
mod thumbnails;
mod words;

pub use history::History;
pub use large_map::LargeMap;
pub use layer_map::LayerMap;
pub use map_dialog::MapDialog;
pub use rung_bar::RungBar;
pub use rung_key::RungKey;
pub use thumbnails::Picture;
