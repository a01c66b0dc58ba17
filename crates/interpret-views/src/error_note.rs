//! Error message of a view without an answer.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};

/// The sentence that explains why there is no answer. Renders nothing if there is no error.
#[component]
pub fn ErrorNote(
    /// The error message, if any.
    error: Signal<Option<String>>,
) -> impl IntoView {
    live(move || error.get().map(|s| view! { <p class="error-note" role="status">{s}</p> }))
}
