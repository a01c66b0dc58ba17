//! Gallery of all images of the data set.

use leptos::ev;
use leptos::html::{self, Dialog};
use leptos::prelude::*;
use model::{ImageRef, Split};
use ui::erased_signal::{Callback, RwSignal};
use ui::erased_view::{
    When, each, effect, handle_event, handle_key, handle_mouse, live, live_value, memo, view,
};
use ui::format;
use ui::inputs::Choice;

use crate::dataset::thumbnail::{Thumb, use_images};

/// Number of images added each time the end of the list becomes visible.
const PORTION: usize = 96;

/// A button that opens a dialog with all images, filtered by class and split. Images are created
/// while scrolling. Escape closes the dialog.
#[component]
pub fn GalleryButton() -> impl IntoView {
    let images = use_images();
    let dialog = NodeRef::<Dialog>::new();
    let open = RwSignal::new(false);
    let show = move |_| {
        open.set(true);
        if let Some(dialog) = dialog.get_untracked() {
            // Fails if the dialog is open already.
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <button
            type="button"
            class="button-secondary"
            prop:disabled=live_value(move || images.with(Option::is_none))
            on:click=handle_mouse(show)
        >
            "All images"
        </button>
        <dialog
            class="gallery"
            node_ref=dialog
            aria-label="All images"
            on:close=handle_event(move |_| open.set(false))
            on:keydown=handle_key(|event: ev::KeyboardEvent| event.stop_propagation())
        >
            <When holds=live_value(move || open.get())>
                <Gallery on_close=move |()| close() />
            </When>
        </dialog>
    }
}

#[component]
fn Gallery(#[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let images = use_images();
    let split = RwSignal::new(Split::Train);
    let class = RwSignal::new(None::<u8>);
    let limit = RwSignal::new(PORTION);
    let place = NodeRef::<html::Div>::new();
    let refs = memo(move || {
        images.with(|images| {
            let Some(images) = images else { return Vec::new() };
            match class.get() {
                Some(class) => images.of_class(split.get(), class),
                None => {
                    let split = split.get();
                    (0..images.count(split)).map(|index| ImageRef { split, index }).collect()
                }
            }
        })
    });
    let back_to_start = move || {
        limit.set(PORTION);
        if let Some(place) = place.get_untracked() {
            place.set_scroll_top(0);
        }
    };
    let fill = move || {
        let Some(place) = place.get_untracked() else { return };
        let left = place.scroll_height() - place.scroll_top() - place.client_height();
        let all = refs.with_untracked(Vec::len);
        if left < 2 * place.client_height() && limit.get_untracked() < all {
            limit.update(|limit| *limit += PORTION);
        }
    };
    // One batch of images may not fill a large window, which then cannot be scrolled. After each
    // batch is laid out, check whether another one fits.
    effect(move || {
        limit.track();
        refs.track();
        request_animation_frame(fill);
    });
    let (classes, evaluated) = images.with_untracked(|images| match images {
        Some(images) => (images.classes().to_vec(), images.set().evaluated()),
        None => (Vec::new(), Split::Test),
    });
    let options = classes
        .into_iter()
        .enumerate()
        .map(|(index, name)| view! { <option value=index.to_string()>{name}</option> })
        .collect_view();
    // A sealed test set is not looked at either.
    let offered = match evaluated {
        Split::Validation => vec![(Split::Train, "Training"), (evaluated, "Validation")],
        _ => vec![(Split::Train, "Training"), (evaluated, "Test")],
    };
    let offered: Vec<_> =
        offered.into_iter().map(|(split, name)| (split, name.to_owned())).collect();
    view! {
        <div class="gallery-head">
            <h2>"All images"</h2>
            <Choice
                name="split"
                options=offered
                value=split
                on_choice=move |choice| {
                    split.set(choice);
                    back_to_start();
                }
            />
            <label class="field-small">
                <span>"class"</span>
                <select on:change=handle_event(move |event| {
                    class.set(event_target_value(&event).parse().ok());
                    back_to_start();
                })>
                    <option value="">"all"</option>
                    {options}
                </select>
            </label>
            <p class="gallery-count">
                {live(move || format::plural(refs.with(Vec::len), "image", "images"))}
            </p>
            <button
                type="button"
                class="button-secondary"
                autofocus
                on:click=handle_mouse(move |_| on_close.run(()))
            >
                "Close"
            </button>
        </div>
        <div
            class="gallery-images"
            node_ref=place
            tabindex="0"
            role="group"
            aria-label="images"
            on:scroll=handle_event(move |_| fill())
        >
            {each(
                move || refs.with(|refs| refs.iter().take(limit.get()).map(key).collect()),
                move |key| view! { <Thumb image=image(key) size=72 /> },
            )}
        </div>
    }
}

/// Returns a unique number for an image.
fn key(image: &ImageRef) -> usize {
    3 * image.index + image.split as usize
}

/// Returns the image of a [`key`].
fn image(key: usize) -> ImageRef {
    ImageRef { split: Split::ALL[key % 3], index: key / 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_has_a_key_of_its_own() {
        for split in Split::ALL {
            let there = ImageRef { split, index: 7 };
            assert_eq!(image(key(&there)), there);
        }
    }
}
