//! Selection of a test image.

use leptos::prelude::*;
use model::{ImageRef, Split};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, handle_mouse, live, live_value, memo, view};

use super::image_view::{ImageView, evaluated_image, image_name};
use super::images::Images;

/// Maximum number of images offered at the same time.
const OFFERED_IMAGES: usize = 12;

/// The selected image with its name, buttons to step through the held-out images, and some random test
/// images.
#[component]
pub fn ImagePicker(
    /// The images.
    dataset: Signal<Option<Images>>,
    /// The selected image.
    selected: RwSignal<Option<ImageRef>>,
) -> impl IntoView {
    let count = memo(move || {
        dataset.with(|data| data.as_ref().map_or(0, |data| data.count(data.evaluated())))
    });
    let offered = RwSignal::new(Vec::new());
    let offer =
        move || offered.set(sample(count.get_untracked(), OFFERED_IMAGES, js_sys::Math::random));
    effect(move || {
        dataset.track();
        offer();
    });
    let go = move |by: isize| {
        let from = selected.get_untracked().filter(|image| image.split != Split::Train);
        if let Some(index) = stepped(from.map(|image| image.index), by, count.get_untracked()) {
            selected.set(Some(evaluated_image(dataset, index)));
        }
    };
    let any = move || {
        if let Some(index) = sample(count.get_untracked(), 1, js_sys::Math::random).first() {
            selected.set(Some(evaluated_image(dataset, *index)));
        }
    };
    let nothing = live_value(move || count.get() == 0);
    let label = move || match selected.get() {
        Some(image) => image_name(dataset, image),
        None => "No image is chosen yet.".to_owned(),
    };
    view! {
        <div class="picker">
            <span class="picker-image"><ImageView dataset image=selected /></span>
            <div class="picker-side">
                <p class="picker-name" aria-live="polite">{live(label)}</p>
                <p class="picker-buttons">
                    <button
                        type="button"
                        class="button-secondary"
                        prop:disabled=nothing.clone()
                        on:click=handle_mouse(move |_| go(-1))
                    >
                        "Previous"
                    </button>
                    <button
                        type="button"
                        class="button-secondary"
                        prop:disabled=nothing.clone()
                        on:click=handle_mouse(move |_| go(1))
                    >
                        "Next"
                    </button>
                    <button
                        type="button"
                        class="button-secondary"
                        prop:disabled=nothing.clone()
                        on:click=handle_mouse(move |_| any())
                    >
                        "Random"
                    </button>
                    <button
                        type="button"
                        class="button-secondary"
                        prop:disabled=nothing
                        on:click=handle_mouse(move |_| offer())
                    >
                        "Offer others"
                    </button>
                </p>
            </div>
            <ul class="picker-others" aria-label="some held-out images">
                {live(move || {
                    let items = offered.get().into_iter().map(|index| view! {
                        <li><OfferedImage dataset selected index /></li>
                    });
                    items.collect_view()
                })}
            </ul>
        </div>
    }
}

#[component]
fn OfferedImage(
    dataset: Signal<Option<Images>>,
    selected: RwSignal<Option<ImageRef>>,
    index: usize,
) -> impl IntoView {
    let image = evaluated_image(dataset, index);
    let label = memo(move || image_name(dataset, image));
    view! {
        <button
            type="button"
            class="picker-other"
            aria-label=label.live()
            title=label.live()
            aria-pressed=live_value(move || (selected.get() == Some(image)).to_string())
            on:click=handle_mouse(move |_| selected.set(Some(image)))
        >
            <ImageView dataset image=Signal::stored(Some(image)) />
        </button>
    }
}

/// Returns the index after a step, cyclically. Without a current image, returns the first or the
/// last one.
fn stepped(from: Option<usize>, by: isize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match from {
        Some(from) => (from.min(last) as isize + by).rem_euclid(count as isize) as usize,
        None if by < 0 => last,
        None => 0,
    })
}

/// Returns `most` distinct indices below `count`, or all of them if there are fewer, in random
/// order. `random` returns a number between 0 and 1.
fn sample(count: usize, most: usize, random: impl Fn() -> f64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    let taken = most.min(count);
    for place in 0..taken {
        let left = count - place;
        let other = place + ((random() * left as f64) as usize).min(left - 1);
        places.swap(place, other);
    }
    places.truncate(taken);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_round() {
        assert_eq!([stepped(Some(0), 1, 3), stepped(Some(2), 1, 3)], [Some(1), Some(0)]);
        assert_eq!([stepped(Some(0), -1, 3), stepped(None, 1, 3)], [Some(2), Some(0)]);
        assert_eq!([stepped(None, -1, 3), stepped(Some(9), 1, 3)], [Some(2), Some(0)]);
        assert_eq!(stepped(Some(0), 1, 0), None);
    }

    #[test]
    fn a_sample_holds_each_place_once() {
        let mut sampled = sample(20, 12, || 0.37);
        assert_eq!(sampled.len(), 12);
        sampled.sort_unstable();
        sampled.dedup();
        assert_eq!(sampled.len(), 12);
        assert!(sampled.iter().all(|place| *place < 20));
        // Also at the ends of the random range.
        assert_eq!(sample(3, 12, || 0.0), [0, 1, 2]);
        assert_eq!(sample(3, 2, || 1.0), [2, 0]);
        assert!(sample(0, 12, || 0.5).is_empty());
    }
}
