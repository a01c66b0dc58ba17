//! Size of type and spacing, as the link says.

use leptos::prelude::*;
use ui::erased_view::{effect, memo};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::page::Page;

/// Keeps the size of the root element's type, which all lengths follow, at the link's value.
pub(super) fn follow(page: Page) {
    let frame = page.signals.frame;
    let percent = memo(move || frame.with(|frame| frame.scale_percent));
    effect(move || {
        let root =
            document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
        let Some(root) = root else { return };
        let size = match percent.get() {
            100 => String::new(),
            percent => format!("{percent}%"),
        };
        let _ = root.style().set_property("font-size", &size);
    });
}
