//! Button that copies lines of NumPy.

use leptos::html::Textarea;
use leptos::prelude::*;
use ui::clipboard::copy;
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, handle_mouse, live, view};
use ui::spawn::spawn;

/// Button that copies a snippet. If the page may not write to the clipboard, the snippet is shown
/// and selected instead.
#[component]
pub fn CopyButton(
    /// Lines of NumPy.
    snippet: String,
) -> impl IntoView {
    let snippet = StoredValue::new(snippet);
    let copied = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let press = move |_| {
        let text = snippet.get_value();
        spawn(async move {
            // Some frames may not write to the clipboard.
            shown.set(copy(&text, copied).await.is_err());
        });
    };
    let place = NodeRef::<Textarea>::new();
    effect(move || {
        if let Some(area) = place.get() {
            // Fails if the element has been removed since.
            let _ = area.focus();
            area.select();
        }
    });
    view! {
        <button
            type="button"
            class="button-secondary step-copy"
            data-testid="copy-numpy"
            on:click=handle_mouse(press)
        >
            <span aria-live="polite">
                {live(move || if copied.get() { "Copied" } else { "Copy as NumPy" })}
            </span>
        </button>
        {live(move || shown.get().then(|| view! {
            <textarea
                class="step-snippet"
                node_ref=place
                readonly
                rows="6"
                spellcheck="false"
                aria-label="Lines of NumPy, to be copied"
                prop:value=snippet.get_value()
            ></textarea>
        }))}
    }
}
