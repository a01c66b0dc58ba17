//! Why a view has no answer.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};

/// The sentence that says why there is no answer; nothing where there is one.
#[component]
pub fn ErrorNote(
    /// The sentence.
    error: Signal<Option<String>>,
) -> impl IntoView {
    live(move || error.get().map(|s| view! { <p class="error-note" role="status">{s}</p> }))
}
