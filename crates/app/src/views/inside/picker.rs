//! Which test image is looked at.

use leptos::prelude::*;
use model::{ImageRef, Split};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, handle_mouse, live, live_value, memo, view};

use super::Scene;
use super::picture::{Picture, name};

/// Images to choose from at once.
const OFFERED: usize = 12;

/// The image of the scene with its name, the way to the next one, and a few others to choose from.
#[component]
pub fn ImagePicker(
    /// What is looked at.
    scene: Scene,
) -> impl IntoView {
    let count = memo(move || {
        scene.album.with(|album| album.as_ref().map_or(0, |album| album.count(Split::Test)))
    });
    let offered = RwSignal::new(Vec::new());
    let offer = move || offered.set(sample(count.get_untracked(), OFFERED, js_sys::Math::random));
    effect(move || {
        scene.album.track();
        offer();
    });
    let go = move |by: isize| {
        let from = scene.image.get_untracked().filter(|image| image.split == Split::Test);
        if let Some(index) = moved(from.map(|image| image.index), by, count.get_untracked()) {
            scene.image.set(Some(test(index)));
        }
    };
    let any = move || {
        if let Some(index) = sample(count.get_untracked(), 1, js_sys::Math::random).first() {
            scene.image.set(Some(test(*index)));
        }
    };
    let nothing = live_value(move || count.get() == 0);
    let words = move || match scene.image.get() {
        Some(image) => name(scene, image),
        None => "No image is chosen yet.".to_owned(),
    };
    view! {
        <div class="picker">
            <span class="picker-image"><Picture scene=scene image=scene.image /></span>
            <div class="picker-side">
                <p class="picker-name" aria-live="polite">{live(words)}</p>
                <p class="picker-buttons">
                    <button
                        type="button"
                        class="quiet-button"
                        prop:disabled=nothing.clone()
                        on:click=handle_mouse(move |_| go(-1))
                    >
                        "Previous"
                    </button>
                    <button
                        type="button"
                        class="quiet-button"
                        prop:disabled=nothing.clone()
                        on:click=handle_mouse(move |_| go(1))
                    >
                        "Next"
                    </button>
                    <button
                        type="button"
                        class="quiet-button"
                        prop:disabled=nothing.clone()
                        on:click=handle_mouse(move |_| any())
                    >
                        "Random"
                    </button>
                    <button
                        type="button"
                        class="quiet-button"
                        prop:disabled=nothing
                        on:click=handle_mouse(move |_| offer())
                    >
                        "Offer others"
                    </button>
                </p>
            </div>
            <ul class="picker-others" aria-label="some test images">
                {live(move || {
                    let items = offered.get().into_iter().map(|index| view! {
                        <li><Offered scene index /></li>
                    });
                    items.collect_view()
                })}
            </ul>
        </div>
    }
}

#[component]
fn Offered(scene: Scene, index: usize) -> impl IntoView {
    let image = test(index);
    let words = memo(move || name(scene, image));
    view! {
        <button
            type="button"
            class="picker-other"
            aria-label=words.live()
            title=words.live()
            aria-pressed=live_value(move || (scene.image.get() == Some(image)).to_string())
            on:click=handle_mouse(move |_| scene.image.set(Some(image)))
        >
            <Picture scene=scene image=Signal::stored(Some(image)) />
        </button>
    }
}

/// A test image by its place.
pub fn test(index: usize) -> ImageRef {
    ImageRef { split: Split::Test, index }
}

/// Where a step leads among so many images: from the last one to the first, and from nowhere to
/// either end. None where there is no image.
fn moved(from: Option<usize>, by: isize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match from {
        Some(from) => (from.min(last) as isize + by).rem_euclid(count as isize) as usize,
        None if by < 0 => last,
        None => 0,
    })
}

/// So many different places below `count`, or all there are, in random order. `random` is between 0
/// and 1.
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
        assert_eq!([moved(Some(0), 1, 3), moved(Some(2), 1, 3)], [Some(1), Some(0)]);
        assert_eq!([moved(Some(0), -1, 3), moved(None, 1, 3)], [Some(2), Some(0)]);
        assert_eq!([moved(None, -1, 3), moved(Some(9), 1, 3)], [Some(2), Some(0)]);
        assert_eq!(moved(Some(0), 1, 0), None);
    }

    #[test]
    fn a_sample_holds_each_place_once() {
        let mut sampled = sample(20, 12, || 0.37);
        assert_eq!(sampled.len(), 12);
        sampled.sort_unstable();
        sampled.dedup();
        assert_eq!(sampled.len(), 12);
        assert!(sampled.iter().all(|place| *place < 20));
        // Also at the ends of what is random.
        assert_eq!(sample(3, 12, || 0.0), [0, 1, 2]);
        assert_eq!(sample(3, 2, || 1.0), [2, 0]);
        assert!(sample(0, 12, || 0.5).is_empty());
    }
}
