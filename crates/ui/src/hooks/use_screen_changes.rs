//! Hook that reports when canvases have to be redrawn.

use crate::erased_signal::{RwSignal, Signal};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

/// Returns a signal that changes whenever canvases must be redrawn although their content is
/// unchanged: when the color theme of the page or of the system changes, or the resolution of the
/// screen.
pub fn use_screen_changes() -> Signal<u32> {
    let times = RwSignal::new(0);
    let Some(root) = document().document_element() else { return times.into() };
    let count = move || times.set(times.get_untracked() + 1);
    // Zooming the page changes the resolution and also the size of the window.
    let resize = window_event_listener(leptos::ev::resize, move |_| count());
    let again = Closure::<dyn FnMut()>::new(count);
    let act = again.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let options = web_sys::MutationObserverInit::new();
    options.set_attributes(true);
    options.set_attribute_filter(&js_sys::Array::of1(&"data-theme".into()));
    let observer = web_sys::MutationObserver::new(&act).ok();
    if let Some(observer) = &observer {
        // Fails only for contradictory options.
        let _ = observer.observe_with_options(&root, &options);
    }
    let system = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    if let Some(system) = &system {
        system.set_onchange(Some(&act));
    }
    let kept = StoredValue::new_local((observer, system, again));
    on_cleanup(move || {
        resize.remove();
        kept.try_with_value(|(observer, system, _)| {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            if let Some(system) = system {
                system.set_onchange(None);
            }
        });
    });
    times.into()
}
