//! The button that lets go of what was chosen.

use leptos::prelude::*;

use super::erase::{handle_mouse, view};
use crate::reactive::RwSignal;

/// Sets the signal to nothing.
#[component]
pub fn CloseButton<T: Send + Sync + 'static>(
    /// What was chosen.
    chosen: RwSignal<Option<T>>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="quiet-button"
            on:click=handle_mouse(move |_| chosen.set(None))
        >
            "Close"
        </button>
    }
}
