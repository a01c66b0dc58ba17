//! First move: the images of the batch.

use leptos::prelude::*;
use model::{IMAGE_SIDE, Split, params};
use ui::erased_view::{live, view};
use ui::format;
use ui::glossary_term::Term;

use super::figure::figure;
use super::formulas;
use super::step_figures::StepOfEpoch;
use super::step_state::{StepState, image_button};

/// Number of images shown until the visitor asks for all.
const SHOWN: usize = 32;

/// The images of the batch, their labels, and the shape of the tensor.
pub(crate) fn batch_move(state: StepState) -> AnyView {
    live(move || {
        let batch = state.batch.get()?;
        let count = batch.images.len();
        let at = StepOfEpoch::new(batch.step, state.steps_per_epoch.get());
        let place = format!(
            "Step {} of {} in epoch {}. One epoch uses each training image once, in a new order.",
            format::count(at.step),
            format::count(state.steps_per_epoch.get()),
            format::count(at.epoch),
        );
        let images = batch.images.iter().zip(&batch.labels).enumerate().take(SHOWN);
        let images = images.map(|(index, (image, label))| {
            let class = state.class(usize::from(*label));
            debug_assert_eq!(image.split, Split::Train);
            let spoken = format!("{class}, training image {}", format::count(image.index + 1));
            view! {
                <li class="step-image">
                    {image_button(state, index, *image, spoken, 64)}
                    <span class="step-image-label">{class}</span>
                </li>
            }
        });
        let is_augmented = !batch.augmented.is_empty();
        let more = count.saturating_sub(SHOWN);
        let shape = [count, 1, IMAGE_SIDE, IMAGE_SIDE];
        Some(view! {
            <p>{place}</p>
            {is_augmented.then(|| view! {
                <p data-testid="augmented">
                    "The images are changed at random ("<Term name=params::AUGMENTATION.label />
                    "), and otherwise in the next epoch."
                </p>
            })}
            <ul class="step-images">{images.collect_view()}</ul>
            {(more > 0).then(|| view! {
                <p class="hint">"and " {format::plural(more, "more image", "more images")}</p>
            })}
            <p class="step-shape">
                "One tensor of shape " <code>{format!("{shape:?}")}</code> ": "
                {format::plural(count, "image", "images")} " (the "<Term name="batch" />
                "), 1 channel of gray values from 0 to 1, 64 rows, 64 columns."
            </p>
            {figure(formulas::batch_values(shape))}
        })
    })
}
