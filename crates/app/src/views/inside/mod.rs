//! What the network has learned: its layers, why it decides, where it is wrong, and how that came.
//!
//! Views read and move the signals of a [`Scene`]; whoever owns the scene asks the interpreter for
//! what it lacks.

pub mod album;
mod answer;
mod extremes;
mod flow;
mod flow_bars;
pub mod layers;
mod magnitude;
mod mark;
mod method;
mod mistake_card;
pub mod mistakes;
mod neighbours;
mod overlay;
pub mod picker;
mod picture;
mod region;
mod rung;
pub mod scene;
mod tiles;
mod time;
mod unit_detail;
mod unit_facts;
mod unit_maps;
pub mod why;
mod why_maps;
mod words;

pub use album::Album;
pub use layers::Layers;
pub use mistakes::MistakesView;
pub use picker::ImagePicker;
pub use scene::Scene;
pub use why::Why;
