//! Card of a test image with a large loss.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::interpret::Mistake;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::raster::canvas::Raster;
use ui::raster::slice_canvas::{ErrorCanvas, SliceCanvas};

use super::correctness_badge::CorrectnessBadge;
use super::mistake_field::mistake_field;
use super::nearest_neighbors::NearestNeighbors;
use crate::heatmap_overlay::{HeatmapRange, paint_map};
use crate::image_view::{ImageView, evaluated_image, image_name, image_size};
use crate::network_facts::{class_name, has_masks};
use crate::state::InterpretState;

/// A test image with its true and predicted class and its loss. When it is selected, its nearest
/// neighbors are added.
#[component]
pub fn MistakeCard(
    state: InterpretState,
    /// Index in the test split.
    index: usize,
) -> impl IntoView {
    let name = memo(move || image_name(state.dataset, evaluated_image(state.dataset, index)));
    let chosen = memo(move || state.selection.neighbors_of.get() == Some(index));
    let select = move |_| {
        state.selection.image.set(Some(evaluated_image(state.dataset, index)));
        state.selection.neighbors_of.set(Some(index));
    };
    let has_masks = has_masks(state.dataset);
    view! {
        <li class="mistake">
            <button
                type="button"
                class="mistake-button"
                aria-pressed=live_value(move || chosen.get().to_string())
                on:click=handle_mouse(select)
            >
                {live(move || if has_masks.get() {
                    view! { <SlicePictures state index name /> }
                } else {
                    view! { <ImagePictures state index /> }
                })}
                <span class="mistake-words">
                    {live(move || if has_masks.get() {
                        view! { <SliceCaption state index /> }
                    } else {
                        view! { <ImageCaption state index /> }
                    })}
                    <span class="mistake-name">{name.live()}</span>
                </span>
            </button>
        </li>
        {live(move || chosen.get().then(|| view! {
            <li class="mistake-near"><NearestNeighbors state index /></li>
        }))}
    }
}

/// The image, and next to it the image with its class activation map.
#[component]
fn ImagePictures(state: InterpretState, index: usize) -> impl IntoView {
    let cam = mistake_field(state, index, |mistake| mistake.cam.clone());
    let there = memo(move || cam.with(|cam| cam.as_ref().is_some_and(|cam| !cam.is_empty())));
    let rgba = derived(move || {
        let pixels = state
            .dataset
            .with(|data| data.as_ref()?.pixels(evaluated_image(state.dataset, index)))?;
        cam.with(|cam| Some(paint_cam(&pixels, cam.as_ref()?)))
    });
    view! {
        <span class="mistake-pictures">
            <ImageView dataset=state.dataset image=Signal::stored(Some(evaluated_image(state.dataset, index))) />
            {live(move || there.get().then(|| view! {
                <span class="picture"><Raster size=image_size(state.dataset) rgba=rgba /></span>
            }))}
        </span>
    }
}

/// Paints a class activation map with values 0 to 255 over a gray image.
fn paint_cam(pixels: &[u8], cam: &[u8]) -> Vec<u8> {
    let values: Vec<f32> = cam.iter().map(|byte| f32::from(*byte)).collect();
    paint_map(pixels, &values, 255.0, HeatmapRange::Positive)
}

/// The predicted mask with the outline of the true one, and next to it the error map.
#[component]
fn SlicePictures(state: InterpretState, index: usize, name: Signal<String>) -> impl IntoView {
    let image = evaluated_image(state.dataset, index);
    let pixels = memo(move || {
        state.dataset.with(|data| data.as_ref()?.pixels(image)).map(Arc::<[u8]>::from)
    });
    let truth = memo(move || state.dataset.with(|data| data.as_ref()?.mask(image)));
    let mask = mistake_field(state, index, |mistake| Arc::<[u8]>::from(mistake.mask.as_slice()));
    let look = DisplaySettings::new();
    view! {
        <span class="mistake-pictures">
            <SliceCanvas
                size=image_size(state.dataset)
                pixels=pixels
                mask=mask
                truth=truth
                look=look
                label=derived(move || format!("predicted mask of {}", name.get()))
            />
            <ErrorCanvas
                size=image_size(state.dataset)
                pixels=pixels
                truth=truth
                mask=mask
                look=look
                label=derived(move || format!("errors in {}", name.get()))
            />
        </span>
    }
}

#[component]
fn ImageCaption(state: InterpretState, index: usize) -> impl IntoView {
    let answer = mistake_field(state, index, |m: &Mistake| (m.truth, m.predicted, m.loss));
    live(move || {
        let (truth, predicted, loss) = answer.get()?;
        let ((truth, sure), (said, surer)) = (truth?, predicted?);
        let percent = |share: f32| format::percent(share.into());
        Some(view! {
            <span class="mistake-head">
                <CorrectnessBadge right=truth == said />
                <span class="mistake-loss">{format!("loss {} nats", format::loss(loss.into()))}</span>
            </span>
            <strong>{format!("predicted {}, {}", class_name(state.dataset, said), percent(surer))}</strong>
            {(truth != said).then(|| view! {
                <span>{format!("true class {}, {}", class_name(state.dataset, truth), percent(sure))}</span>
            })}
        })
    })
}

#[component]
fn SliceCaption(state: InterpretState, index: usize) -> impl IntoView {
    let answer = mistake_field(state, index, |mistake| (mistake.loss, mistake.mask.clone()));
    live(move || {
        let (loss, mask) = answer.get()?;
        let truth = state
            .dataset
            .with(|data| data.as_ref()?.mask(evaluated_image(state.dataset, index)))?;
        Some(view! {
            <strong>{wrong_pixels(&truth, &mask)}</strong>
            <span class="mistake-loss">
                {format!("loss {} nats a pixel", format::loss(loss.into()))}
            </span>
        })
    })
}

/// Describes the number of misclassified pixels.
fn wrong_pixels(truth: &[u8], predicted: &[u8]) -> String {
    let wrong = truth.iter().zip(predicted).filter(|(truth, said)| truth != said).count();
    let (wrong, all) = (format::count(wrong), format::count(truth.len()));
    format!("{wrong} of {all} pixels wrong")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_byte_has_the_last_color() {
        assert_eq!(
            paint_cam(&[9; 2], &[0, 255]),
            paint_map(&[9; 2], &[0.0, 2.0], 2.0, HeatmapRange::Positive)
        );
    }

    #[test]
    fn wrong_pixels_are_counted() {
        assert_eq!(wrong_pixels(&[0, 1, 2, 2], &[0, 2, 2, 0]), "2 of 4 pixels wrong");
        assert_eq!(wrong_pixels(&[0; 1200], &[1; 1200]), "1,200 of 1,200 pixels wrong");
    }
}
