//! The page: it starts the workers, runs the effects of the reducer in crate `store`, and gives the
//! views their signals. It never sees a tensor.
//!
//! - [`page`] holds the state; everything that happens goes through [`page::Page::dispatch`].
//! - `effects` does in the world what the reducer asks for.
//! - [`clients`] are the connections to the workers: engine, reader, interpreter.
//! - [`dataset`] is the data on the page and the reading of the visitor's files.
//! - [`signals`] are what views read.
//! - [`labs`] put the views together, [`shell`] is the frame around them, [`lazy`] loads the parts
//!   that the page does not start with.

pub mod clients;
mod console_log;
pub mod dataset;
mod debug_handle;
mod effects;
pub mod embed_events;
pub mod labs;
pub mod lazy;
mod local_storage;
pub mod page;
mod page_meta;
mod saved_speeds;
pub mod shell;
pub mod signals;

use wasm_bindgen::JsCast;

/// Replaces the static shell and starts everything.
pub fn start() {
    let document = leptos::prelude::document();
    let Some(root) = document.get_element_by_id("app") else { return };
    root.set_text_content(None);
    leptos::mount::mount_to(root.unchecked_into(), shell::app::App).forget();
}
