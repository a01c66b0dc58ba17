//! Size of an element on the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use crate::erased_signal::{RwSignal, Signal};
use crate::erased_view::{effect, memo};

/// Returns the current width and height of an element in whole CSS pixels, without its padding.
pub fn use_element_size(
    element: impl Fn() -> Option<web_sys::Element> + 'static,
) -> Signal<(u32, u32)> {
    let size = RwSignal::new((0, 0));
    effect(move || {
        let Some(element) = element() else { return };
        // The observer tells the first size, too, after layout and before paint. Reading it here
        // would lay out the page once for each element: 19 times when the view of the layers opens.
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let last = entries.pop();
            if last.is_undefined() {
                return;
            }
            let entry: web_sys::ResizeObserverEntry = last.unchecked_into();
            let rect = entry.content_rect();
            let next = (rect.width().round() as u32, rect.height().round() as u32);
            if size.get_untracked() != next {
                size.set(next);
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let kept = StoredValue::new_local((observer, callback));
            on_cleanup(move || {
                kept.try_with_value(|(observer, _)| observer.disconnect());
            });
        }
    });
    size.into()
}

/// Returns the current inner width of an element in units of the page's text size (rem). It is 0
/// while the element is not shown.
pub fn use_width_rem(element: impl Fn() -> Option<web_sys::Element> + 'static) -> Signal<f64> {
    let size = use_element_size(element);
    memo(move || f64::from(size.get().0) / text_size_px())
}

/// Returns the text size of the page in CSS pixels.
fn text_size_px() -> f64 {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    let size = size.and_then(|size| size.trim_end_matches("px").parse::<f64>().ok());
    size.filter(|size| *size > 0.0).unwrap_or(16.0)
}
