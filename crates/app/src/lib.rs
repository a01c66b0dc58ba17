//! The page: Leptos views over one pure reducer. It never sees a tensor; what trains is in a
//! worker, behind [`protocol`].
//!
//! - [`state`] is everything the page knows, [`reduce`] the one place where it changes.
//! - [`page`] holds the state, runs the effects and gives the views their signals.
//! - [`link`] is the wire to the engine, [`read`] that to the reader of packs and files.
//! - [`views`] and [`chrome`] show it; [`layout`] puts them together.

pub mod chrome;
pub mod course;
mod dataset;
pub mod difference;
mod effects;
pub mod examined;
pub mod fetch;
mod heard;
pub mod inside;
pub mod later;
pub mod layout;
pub mod link;
pub mod page;
pub mod read;
mod reconcile;
pub mod reduce;
mod remember;
pub mod signals;
pub mod state;
pub mod tasks;
pub mod views;

use wasm_bindgen::JsCast;

/// Takes the place of the static shell and starts everything.
pub fn start() {
    let document = leptos::prelude::document();
    let Some(root) = document.get_element_by_id("app") else { return };
    root.set_text_content(None);
    leptos::mount::mount_to(root.unchecked_into(), layout::App).forget();
}
