//! `playground.state()` in the browser's console: a plain object for a bug report.

use js_sys::{Object, Reflect};
use leptos::prelude::window;
use store::bug_report::bug_report;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use crate::clients::download::js_error_message;
use crate::page::Page;

/// Puts `playground` on the window.
pub(crate) fn install(page: Page) {
    let state = Closure::<dyn Fn() -> JsValue>::new(move || report(page));
    let handle = Object::new();
    let done = Reflect::set(&handle, &"state".into(), &state.into_js_value())
        .and_then(|_| Reflect::set(&window(), &"playground".into(), &handle));
    if let Err(error) = done {
        log::debug!("playground.state() is not available: {}", js_error_message(&error));
    }
}

fn report(page: Page) -> JsValue {
    let object = Object::new();
    let agent = window().navigator().user_agent().unwrap_or_default();
    let values = page.with_state(bug_report).into_iter().chain([("browser", agent)]);
    for (name, value) in values {
        if let Err(error) = Reflect::set(&object, &name.into(), &value.into()) {
            log::debug!("{name} is missing in the report: {}", js_error_message(&error));
        }
    }
    object.into()
}
