//! Content of the page's `<meta>` elements: names of built files, and the version of the page.

use leptos::prelude::{document, window};

use crate::clients::worker_handle::WorkerFiles;

/// Returns an attribute of a `<meta>` element, or an empty text if there is no such element.
fn meta(name: &str, attribute: &str) -> String {
    let element = document().query_selector(&format!("meta[name={name}]")).ok().flatten();
    element.and_then(|element| element.get_attribute(attribute)).unwrap_or_default()
}

/// Returns the page's address without query and fragment.
pub(crate) fn page_address() -> String {
    let location = window().location();
    location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default()
}

/// Names of the workers' files, relative to the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageFiles {
    /// Files of the engine.
    pub engine: WorkerFiles,
    /// Size of the engine's module in bytes, used for the progress; 0 if it is not known.
    pub engine_bytes: u64,
    /// Files of a replica, which trains together with the engine.
    pub replica: WorkerFiles,
    /// Files of a worker that trains networks of a study.
    pub study: WorkerFiles,
    /// Files of the reader.
    pub reader: WorkerFiles,
    /// Files of the interpreter.
    pub interpreter: WorkerFiles,
    /// Files of the converter of DICOM files.
    pub dicom: WorkerFiles,
}

/// Returns the names of the workers' files.
pub(crate) fn page_files() -> PageFiles {
    let files = |name: &str| WorkerFiles {
        script: meta("playground-worker", "content"),
        wasm: meta(name, "content"),
        glue: meta(name, "data-glue"),
    };
    PageFiles {
        engine: files("playground-engine"),
        engine_bytes: meta("playground-engine", "data-bytes").parse().unwrap_or(0),
        replica: files("playground-replica"),
        study: files("playground-study"),
        reader: files("playground-reader"),
        interpreter: files("playground-interpreter"),
        dicom: files("playground-dicom"),
    }
}

/// Returns the path of the list of packs.
pub(crate) fn pack_list() -> String {
    meta("playground-packs", "content")
}

/// Returns the version of the page.
pub(crate) fn build() -> String {
    meta("playground-build", "content")
}
