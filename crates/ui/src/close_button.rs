//! The button that lets go of what was chosen or opened.

use leptos::prelude::*;

use crate::erased_view::{handle_mouse, view};

/// Quiet, beside a heading.
#[component]
pub fn CloseButton(
    /// Called on a click.
    on_close: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="button-secondary" on:click=handle_mouse(move |_| on_close())>
            "Close"
        </button>
    }
}
