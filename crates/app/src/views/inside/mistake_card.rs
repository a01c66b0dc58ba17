//! A test image with a large loss.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::interpret::Mistake;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::raster::canvas::Raster;
use ui::raster::slice_canvas::{ErrorCanvas, SliceCanvas};

use super::answer::{class_name, slices};
use super::mark::Mark;
use super::mistakes::of_image;
use super::neighbours::Neighbours;
use super::overlay::{Range, paint_map};
use super::picker::test;
use super::picture::{Picture, name, size};
use super::{Album, Scene};
use crate::views::segment::SliceStore;

/// The image, what it is and what it is taken for, and its loss; where it was chosen its neighbours
/// follow.
#[component]
pub fn MistakeCard(
    scene: Scene,
    /// Its place in the test split.
    index: usize,
) -> impl IntoView {
    let words = memo(move || name(scene, test(index)));
    let chosen = memo(move || scene.near.get() == Some(index));
    let choose = move |_| {
        scene.image.set(Some(test(index)));
        scene.near.set(Some(index));
    };
    let slices = slices(scene);
    view! {
        <li class="mistake">
            <button
                type="button"
                class="mistake-button"
                aria-pressed=live_value(move || chosen.get().to_string())
                on:click=handle_mouse(choose)
            >
                {live(move || if slices.get() {
                    view! { <SlicePictures scene index words /> }
                } else {
                    view! { <ImagePictures scene index /> }
                })}
                <span class="mistake-words">
                    {live(move || if slices.get() {
                        view! { <SliceWords scene index /> }
                    } else {
                        view! { <ImageWords scene index /> }
                    })}
                    <span class="mistake-name">{words.live()}</span>
                </span>
            </button>
        </li>
        {live(move || chosen.get().then(|| view! {
            <li class="mistake-near"><Neighbours scene index /></li>
        }))}
    }
}

/// The image, and where the network looked at it.
#[component]
fn ImagePictures(scene: Scene, index: usize) -> impl IntoView {
    let cam = of_image(scene, index, |mistake| mistake.cam.clone());
    let there = memo(move || cam.with(|cam| cam.as_ref().is_some_and(|cam| !cam.is_empty())));
    let rgba = derived(move || {
        let pixels = scene.album.with(|album| album.as_ref()?.pixels(test(index)))?;
        cam.with(|cam| Some(paint_cam(&pixels, cam.as_ref()?)))
    });
    view! {
        <span class="mistake-pictures">
            <Picture scene=scene image=Signal::stored(Some(test(index))) />
            {live(move || there.get().then(|| view! {
                <span class="picture"><Raster size=size(scene) rgba=rgba /></span>
            }))}
        </span>
    }
}

/// A map of bytes, 255 for the largest value, over a gray image.
fn paint_cam(pixels: &[u8], cam: &[u8]) -> Vec<u8> {
    let values: Vec<f32> = cam.iter().map(|byte| f32::from(*byte)).collect();
    paint_map(pixels, &values, 255.0, Range::Positive)
}

/// The predicted mask with the true outline, and what is wrong with it.
#[component]
fn SlicePictures(scene: Scene, index: usize, words: Signal<String>) -> impl IntoView {
    let store = move |look: fn(&SliceStore, usize) -> Option<Arc<[u8]>>| {
        memo(move || {
            scene.album.with(|album| match album.as_ref()? {
                Album::Slices(slices) => look(slices, index),
                Album::Images(_) => None,
            })
        })
    };
    let pixels = store(|slices, index| slices.pixels(test(index)));
    let truth = store(|slices, index| slices.mask(test(index)));
    let mask = of_image(scene, index, |mistake| Arc::<[u8]>::from(mistake.mask.as_slice()));
    let look = DisplaySettings::new();
    view! {
        <span class="mistake-pictures">
            <SliceCanvas
                size=size(scene)
                pixels=pixels
                mask=mask
                truth=truth
                look=look
                label=derived(move || format!("predicted mask of {}", words.get()))
            />
            <ErrorCanvas
                size=size(scene)
                pixels=pixels
                truth=truth
                mask=mask
                look=look
                label=derived(move || format!("errors in {}", words.get()))
            />
        </span>
    }
}

#[component]
fn ImageWords(scene: Scene, index: usize) -> impl IntoView {
    let answer = of_image(scene, index, |m: &Mistake| (m.truth, m.predicted, m.loss));
    live(move || {
        let (truth, predicted, loss) = answer.get()?;
        let ((truth, sure), (said, surer)) = (truth?, predicted?);
        let percent = |share: f32| format::percent(share.into());
        Some(view! {
            <span class="mistake-head">
                <Mark right=truth == said />
                <span class="mistake-loss">{format!("loss {} nats", format::loss(loss.into()))}</span>
            </span>
            <strong>{format!("called {}, {}", class_name(scene, said), percent(surer))}</strong>
            {(truth != said).then(|| view! {
                <span>{format!("is {}, {}", class_name(scene, truth), percent(sure))}</span>
            })}
        })
    })
}

#[component]
fn SliceWords(scene: Scene, index: usize) -> impl IntoView {
    let answer = of_image(scene, index, |mistake| (mistake.loss, mistake.mask.clone()));
    live(move || {
        let (loss, mask) = answer.get()?;
        let truth = scene.album.with(|album| album.as_ref()?.exhibit(test(index)))?.targets;
        Some(view! {
            <strong>{wrong_pixels(&truth, &mask)}</strong>
            <span class="mistake-loss">
                {format!("loss {} nats a pixel", format::loss(loss.into()))}
            </span>
        })
    })
}

/// How many pixels have another class than they should.
fn wrong_pixels(truth: &[u8], predicted: &[u8]) -> String {
    let wrong = truth.iter().zip(predicted).filter(|(truth, said)| truth != said).count();
    let (wrong, all) = (format::count(wrong), format::count(truth.len()));
    format!("{wrong} of {all} pixels wrong")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_byte_has_the_last_colour() {
        assert_eq!(
            paint_cam(&[9; 2], &[0, 255]),
            paint_map(&[9; 2], &[0.0, 2.0], 2.0, Range::Positive)
        );
    }

    #[test]
    fn wrong_pixels_are_counted() {
        assert_eq!(wrong_pixels(&[0, 1, 2, 2], &[0, 2, 2, 0]), "2 of 4 pixels wrong");
        assert_eq!(wrong_pixels(&[0; 1200], &[1; 1200]), "1,200 of 1,200 pixels wrong");
    }
}
