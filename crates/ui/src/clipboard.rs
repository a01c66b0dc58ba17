//! Clipboard of the browser.

use std::time::Duration;

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::erased_signal::RwSignal;

/// Time for which a button says that it has copied.
const CONFIRMATION: Duration = Duration::from_secs(2);

/// Writes to the clipboard. `navigator.clipboard` exists only in secure contexts, so the property
/// is read dynamically.
async fn write_clipboard(text: &str) -> Result<(), JsValue> {
    let navigator = Reflect::get(&window(), &"navigator".into())?;
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into())?.dyn_into()?;
    let done: js_sys::Promise = write.call1(&clipboard, &text.into())?.dyn_into()?;
    JsFuture::from(done).await.map(drop)
}

/// Writes to the clipboard, and sets `copied` for two seconds.
///
/// # Errors
///
/// Returns the browser's error if the page may not write to the clipboard, as in some frames.
pub async fn copy(text: &str, copied: RwSignal<bool>) -> Result<(), JsValue> {
    write_clipboard(text).await?;
    copied.set(true);
    set_timeout(move || copied.set(false), CONFIRMATION);
    Ok(())
}
