//! Button with a small test image.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{handle_mouse, memo, view};

use super::image_view::{ImageView, evaluated_image, image_name};
use super::state::InterpretState;

/// A small test image with a caption. A click selects the image in all views.
#[component]
pub fn SmallImageButton(
    state: InterpretState,
    /// Index in the test split.
    index: usize,
    /// The caption.
    children: Children,
) -> impl IntoView {
    let image = evaluated_image(state.dataset, index);
    let label = memo(move || image_name(state.dataset, image));
    view! {
        <button
            type="button"
            class="small-image"
            title=label.live()
            on:click=handle_mouse(move |_| state.selection.image.set(Some(image)))
        >
            <ImageView dataset=state.dataset image=Signal::stored(Some(image)) />
            {children()}
        </button>
    }
}
