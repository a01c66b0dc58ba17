//! The page. It starts the workers, performs the effects of the reducer in the crate `store`, and
//! provides the views with signals. It does not handle tensors.
//!
//! - [`page`] contains the state; everything that happens goes through [`page::Page::dispatch`].
//! - `effects` performs the effects that the reducer returns.
//! - [`clients`] contains the connections to the workers: engine, reader, interpreter.
//! - [`course_page`] listens to the page that frames this one.
//! - [`dataset`] contains the data set shown on the page, and reads visitors' files.
//! - `own_data` reads data sets of the visitor's own, and keeps them in the browser.
//! - [`signals`] contains the signals that views read.
//! - [`labs`] contains what each lab shows, [`workbench`] where it is shown, [`shell`] the frame
//!   around it, and [`lazy`] the parts that are loaded later.

pub mod clients;
mod console_log;
pub mod course_page;
pub mod dataset;
mod debug_handle;
mod effects;
pub mod embed_events;
pub mod labs;
pub mod lazy;
mod local_storage;
mod own_data;
pub mod page;
mod page_meta;
mod saved_speeds;
pub mod shell;
pub mod signals;
pub mod workbench;

use wasm_bindgen::JsCast;

/// Replaces the static content of the page and starts the page.
pub fn start() {
    let document = leptos::prelude::document();
    let Some(root) = document.get_element_by_id("app") else { return };
    root.set_text_content(None);
    leptos::mount::mount_to(root.unchecked_into(), shell::app::App).forget();
}
