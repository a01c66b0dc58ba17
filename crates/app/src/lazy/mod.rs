//! Lazy parts of the page, which are loaded after the page can be used.
//!
//! `cargo xtask build` moves the code that can only be reached through functions with the
//! `wasm_split` attribute from the page's module into separate modules. `www/later.js` loads them,
//! with their style sheets, when such a function is first called.

pub mod classify_views;
pub mod code;
pub mod help;
mod ladder;
pub mod learned;
pub mod link_maker;
mod loader;
mod modal;
pub mod own_data;
pub mod segment;
pub mod studies;
