//! Marker of a class for use in text.

use leptos::prelude::*;
use ui::erased_view::view;

use super::class_markers::marker_style;

/// The marker of a class as an inline SVG of the size of letters.
#[component]
pub fn ClassMarker(class: u8, background: bool) -> impl IntoView {
    let style = marker_style(class, background);
    view! {
        <svg class="embedding-mark" viewBox="-8 -8 16 16" aria-hidden="true">
            <path class=format!("embedding-ink-{}", style.color_index) d=style.shape.path(5.5) />
        </svg>
    }
}
