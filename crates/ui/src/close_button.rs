//! Close button.

use leptos::prelude::*;

use crate::erased_view::{handle_mouse, view};

/// A close button in secondary style, for use next to a heading.
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
