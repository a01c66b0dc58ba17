//! Visibility of a part of the page.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use crate::erased_signal::RwSignal;
use crate::erased_view::effect;

/// Keeps `seen` true while any part of the element is on the screen, and sets it to false when the
/// calling view is removed. Collapsed and hidden elements are not on the screen.
pub fn use_visibility(place: NodeRef<Div>, seen: RwSignal<bool>) {
    let tell = move |now: bool| {
        if seen.get_untracked() != now {
            seen.set(now);
        }
    };
    effect(move || {
        let Some(element) = place.get() else { return };
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            // If several changes arrive at once, the last one counts.
            let last = entries.pop();
            if !last.is_undefined() {
                let entry: web_sys::IntersectionObserverEntry = last.unchecked_into();
                tell(entry.is_intersecting());
            }
        });
        let Ok(observer) = web_sys::IntersectionObserver::new(callback.as_ref().unchecked_ref())
        else {
            // Without IntersectionObserver, assume visible.
            tell(true);
            return;
        };
        observer.observe(&element);
        let kept = StoredValue::new_local((observer, callback));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
    on_cleanup(move || tell(false));
}
