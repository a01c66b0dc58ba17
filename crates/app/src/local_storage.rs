//! Texts that are kept from one visit to the next, where the browser lets the page.

use leptos::prelude::window;

use crate::clients::download::js_error_message;

/// Storage throws in sandboxed frames and where cookies are off.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Returns a saved text; empty where there is none.
pub(crate) fn load_text(key: &str) -> String {
    storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default()
}

/// Saves a text.
pub(crate) fn save_text(key: &str, text: &str) {
    if let Some(storage) = storage()
        && let Err(error) = storage.set_item(key, text)
    {
        log::debug!("{key} was not saved: {}", js_error_message(&error));
    }
}
