//! A term with its explanation as a tooltip.

use leptos::ev;
use leptos::html::{Button, Span};
use leptos::prelude::*;

use crate::erased_signal::{Callback, Signal};
use crate::erased_view::{
    handle_focus, handle_key, handle_mouse, handle_pointer, live, memo, view,
};

/// Function that returns the explanation of a term.
pub type Explain = fn(&str) -> Option<&'static str>;

/// The glossary, which may be loaded later than the terms are shown.
#[derive(Clone, Copy)]
pub struct Glossary {
    /// Returns explanations; `None` before the glossary is loaded.
    pub explain: Signal<Option<Explain>>,
    /// Loads the glossary, if that has not been begun.
    pub load: Callback<()>,
}

/// Provides the glossary for all [`Term`]s below the calling component.
pub fn provide_glossary(glossary: Glossary) {
    provide_context(glossary);
}

/// Returns the explanation of the term that `name` returns. It is empty before the glossary is
/// loaded.
pub fn explanation_of(name: impl Fn() -> &'static str + Send + Sync + 'static) -> Signal<String> {
    let glossary = use_context::<Glossary>();
    memo(move || {
        let explain = glossary.and_then(|glossary| glossary.explain.get());
        explain.and_then(|explain| explain(name())).unwrap_or_default().to_owned()
    })
}

/// A term with its explanation on hover, focus and tap. Plain text if the glossary does not contain
/// it.
#[component]
pub fn Term(
    /// Name of the term in the glossary, which is also its text by default.
    name: &'static str,
    /// Text to show instead of the name.
    #[prop(optional)]
    text: Option<&'static str>,
) -> impl IntoView {
    let shown = text.unwrap_or(name);
    let Some(glossary) = use_context::<Glossary>() else {
        return view! { <span>{shown}</span> };
    };
    let explain = glossary.explain;
    // Each term is one to ask for until the glossary is there and lacks it.
    let is_explained = memo(move || explain.get().is_none_or(|explain| explain(name).is_some()));
    let explanation = memo(move || match explain.get() {
        Some(explain) => explain(name).unwrap_or_default().to_owned(),
        None => "The explanation is loading.".to_owned(),
    });
    let load = glossary.load;
    live(move || match is_explained.get() {
        true => view! { <Word shown explanation load /> },
        false => view! { <span>{shown}</span> },
    })
}

/// A word with a note that is shown on hover, focus and tap.
#[component]
fn Word(shown: &'static str, explanation: Signal<String>, load: Callback<()>) -> impl IntoView {
    let word = NodeRef::<Button>::new();
    let note = NodeRef::<Span>::new();
    let id = note_id();
    let show = move || {
        load.run(());
        let (Some(word), Some(note)) = (word.get_untracked(), note.get_untracked()) else { return };
        // Fails if the note is already shown, which is harmless.
        let _ = note.show_popover();
        place(&word, &note);
    };
    let hide = move || {
        if let Some(note) = note.get_untracked() {
            let _ = note.hide_popover();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            hide();
        }
    };
    view! {
        <button
            type="button"
            class="term"
            node_ref=word
            aria-describedby=id.clone()
            on:pointerenter=handle_pointer(move |_| show())
            on:pointerleave=handle_pointer(move |_| hide())
            on:focus=handle_focus(move |_| show())
            on:blur=handle_focus(move |_| hide())
            on:click=handle_mouse(move |_| show())
            on:keydown=handle_key(on_key)
        >
            {shown}
        </button>
        <span class="term-note" popover="manual" role="tooltip" id=id node_ref=note>
            {explanation.live()}
        </span>
    }
}

fn note_id() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("term-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Positions the tooltip below the term, or above it if there is no room, within the window.
fn place(word: &web_sys::HtmlElement, note: &web_sys::HtmlElement) {
    let window = window();
    let length = |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
    };
    let (wide, high) = (length(window.inner_width()), length(window.inner_height()));
    let (word, size) = (word.get_bounding_client_rect(), note.get_bounding_client_rect());
    let (left, top) = beside(
        (word.left(), word.top(), word.bottom()),
        (size.width(), size.height()),
        (wide, high),
    );
    let style = note.style();
    let _ = style.set_property("left", &format!("{left:.0}px"));
    let _ = style.set_property("top", &format!("{top:.0}px"));
}

/// Returns the top left corner of a note of `size` next to a word (left, top, bottom) in a window.
fn beside(
    (left, top, bottom): (f64, f64, f64),
    (width, height): (f64, f64),
    (wide, high): (f64, f64),
) -> (f64, f64) {
    const GAP: f64 = 8.0;
    let left = left.min(wide - width - GAP).max(GAP);
    let below = bottom + GAP;
    let above = top - height - GAP;
    (left, if below + height > high && above >= 0.0 { above } else { below })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_stay_in_the_window() {
        let window = (400.0, 300.0);
        let size = (200.0, 80.0);
        assert_eq!(beside((50.0, 20.0, 40.0), size, window), (50.0, 48.0));
        assert_eq!(beside((380.0, 20.0, 40.0), size, window), (192.0, 48.0));
        assert_eq!(beside((50.0, 250.0, 270.0), size, window), (50.0, 162.0));
        assert_eq!(beside((0.0, 10.0, 290.0), (500.0, 80.0), window).0, 8.0);
    }
}
