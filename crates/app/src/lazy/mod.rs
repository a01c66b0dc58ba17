//! Parts of the page that are loaded after it.
//!
//! `cargo xtask build` takes the code that only the functions behind `wasm_split` reach out of the
//! page's module and puts it into modules of their own; `www/later.js` loads them at the first call,
//! with their style sheet.

pub mod learned;
mod loader;
pub mod segment;
