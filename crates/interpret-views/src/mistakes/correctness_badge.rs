//! Badge with the text “Right” or “Wrong”.

use leptos::prelude::*;
use ui::erased_view::view;

/// “Right” with a check mark or “Wrong” with a cross. Text and shape convey the meaning without
/// color.
#[component]
pub fn CorrectnessBadge(right: bool) -> impl IntoView {
    let (word, path) =
        if right { ("Right", "M3 8.5 6.5 12 13 4.5") } else { ("Wrong", "M4 4l8 8M12 4l-8 8") };
    view! {
        <span class="badge" class:badge-wrong=!right>
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                <path class="icon" d=path />
            </svg>
            {word}
        </span>
    }
}
