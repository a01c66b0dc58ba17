//! Texts saved from one visit to the next, if the browser allows it.

use leptos::prelude::window;

use crate::clients::download::js_error_message;

/// Returns the local storage. Access throws in sandboxed frames and if cookies are disabled.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Returns a saved text, or an empty text if there is none.
pub(crate) fn load_text(key: &str) -> String {
    storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default()
}

/// Removes a saved text.
pub(crate) fn remove_text(key: &str) {
    if let Some(storage) = storage()
        && let Err(error) = storage.remove_item(key)
    {
        log::debug!("{key} was not removed: {}", js_error_message(&error));
    }
}

/// Saves a text, if the browser allows it.
pub(crate) fn save_text(key: &str, text: &str) {
    if let Some(storage) = storage()
        && let Err(error) = storage.set_item(key, text)
    {
        log::debug!("{key} was not saved: {}", js_error_message(&error));
    }
}
