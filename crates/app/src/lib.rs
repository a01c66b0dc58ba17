//! The page: Leptos views over the reducer of crate `store`. It never sees a tensor; what trains is in a
//! worker, behind [`protocol`].
//!
//! - [`page`] holds the state, runs the effects and gives the views their signals.
//! - [`link`] is the wire to the engine, [`read`] that to the reader of packs and files.
//! - [`views`] and [`chrome`] show it; [`layout`] puts them together.

pub mod chrome;
pub mod course;
mod dataset;
mod effects;
pub mod fetch;
pub mod inside;
pub mod later;
pub mod layout;
pub mod link;
pub mod page;
pub mod read;
mod remember;
pub mod signals;

use wasm_bindgen::JsCast;

/// Takes the place of the static shell and starts everything.
pub fn start() {
    let document = leptos::prelude::document();
    let Some(root) = document.get_element_by_id("app") else { return };
    root.set_text_content(None);
    leptos::mount::mount_to(root.unchecked_into(), layout::App).forget();
}
