//! Content of the page's `<meta>` elements: names of built files, and the version.

use leptos::prelude::document;

use crate::clients::engine::EngineFiles;

/// Returns an attribute of a `<meta>` of this page; empty where there is none.
fn meta(name: &str, attribute: &str) -> String {
    let element = document().query_selector(&format!("meta[name={name}]")).ok().flatten();
    element.and_then(|element| element.get_attribute(attribute)).unwrap_or_default()
}

/// Returns the names of the engine's files.
pub(crate) fn engine_files() -> EngineFiles {
    let of = |attribute| meta("playground-engine", attribute);
    EngineFiles {
        wasm: of("content"),
        glue: of("data-glue"),
        worker: of("data-worker"),
        bytes: of("data-bytes").parse().unwrap_or(0),
    }
}

/// Returns the address of a worker's script.
pub(crate) fn worker_script(name: &str) -> String {
    meta(name, "content")
}

/// Returns the address of the list of packs.
pub(crate) fn pack_list() -> String {
    meta("playground-packs", "content")
}

/// Returns the version of the page.
pub(crate) fn build() -> String {
    meta("playground-build", "content")
}
