//! `playground.state()` in the browser's console, which returns a plain object for a bug report.

use js_sys::{Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use crate::clients::download::js_error_message;

/// Adds `playground` to the window. `values` returns names and values for `playground.state()`.
pub(crate) fn install(values: impl Fn() -> Vec<(&'static str, String)> + 'static) {
    let state = Closure::<dyn Fn() -> JsValue>::new(move || report(values()));
    let handle = Object::new();
    let done = Reflect::set(&handle, &"state".into(), &state.into_js_value())
        .and_then(|_| Reflect::set(&window(), &"playground".into(), &handle));
    if let Err(error) = done {
        log::debug!("playground.state() is not available: {}", js_error_message(&error));
    }
}

fn report(values: Vec<(&'static str, String)>) -> JsValue {
    let object = Object::new();
    let agent = window().navigator().user_agent().unwrap_or_default();
    for (name, value) in values.into_iter().chain([("browser", agent)]) {
        if let Err(error) = Reflect::set(&object, &name.into(), &value.into()) {
            log::debug!("{name} is missing in the report: {}", js_error_message(&error));
        }
    }
    object.into()
}
