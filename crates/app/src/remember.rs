//! What the page remembers from one visit to the next, where the browser lets it.

use leptos::prelude::window;

/// Storage throws in sandboxed frames and where cookies are off.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What was remembered under that name; empty where nothing was.
pub(crate) fn remembered(key: &str) -> String {
    storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default()
}

/// Remembers a text.
pub(crate) fn remember(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, text);
    }
}
