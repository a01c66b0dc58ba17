//! The ladder from image to decision: how well the class can be read off each layer.

mod history;
mod rung_bar;
mod rung_key;

pub use history::History;
pub use rung_bar::RungBar;
pub use rung_key::RungKey;
