//! Waiting of a page in a frame until it is seen. `www/boot.js` decides when that is.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use crate::clients::download::js_error_message;

#[wasm_bindgen]
extern "C" {
    /// Returns a promise that is resolved when the page is seen, or needed for another reason.
    #[wasm_bindgen(catch, js_name = playgroundAwake)]
    fn awake() -> Result<Promise, JsValue>;

    /// Resolves the promise.
    #[wasm_bindgen(catch, js_name = playgroundWake)]
    fn resolve() -> Result<(), JsValue>;
}

/// Returns when engine and data are to be loaded: at once, unless the page is in a frame that nobody
/// sees yet.
pub(crate) async fn until_awake() {
    // Without `www/boot.js`, nothing waits.
    if let Ok(promise) = awake()
        && let Err(error) = JsFuture::from(promise).await
    {
        log::debug!("the page did not wait to be seen: {}", js_error_message(&error));
    }
}

/// Ends the waiting.
pub(super) fn wake() {
    if let Err(error) = resolve() {
        log::debug!("the page did not wait to be seen: {}", js_error_message(&error));
    }
}
