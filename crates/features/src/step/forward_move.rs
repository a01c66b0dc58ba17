//! Second move: from images to probabilities.

use leptos::prelude::*;
use ui::erased_view::{live, view};
use ui::format;
use ui::glossary_term::Term;
use ui::probability_bars::bar_width;

use super::figure::figure;
use super::formulas;
use super::step_figures::ImageFigures;
use super::step_state::{StepState, image_button};

/// Logits, softmax and argmax of a chosen image, and the whole batch at a glance.
pub(crate) fn forward_move(state: StepState) -> AnyView {
    view! {
        {live(move || batch_at_a_glance(state))}
        <p class="step-chain">
            <Term name="logits" /> " → " <Term name="softmax" /> " → " <Term name="probabilities" />
            " → " <Term name="argmax" />
        </p>
        {live(move || Some(chosen(state, &state.chosen_image()?)))}
        {live(move || Some(figure(formulas::accuracy(&*state.figures.get()?))))}
    }
}

/// All images of the batch, each marked as right or wrong.
fn batch_at_a_glance(state: StepState) -> Option<AnyView> {
    let figures = state.figures.get()?;
    let (right, count) = (figures.right(), figures.images.len());
    let images = figures.images.iter().enumerate().map(|(index, image)| {
        let class = state.class(image.label);
        let is_right = image.is_right();
        let predicted = image.predicted().map(|class| state.class(class)).unwrap_or_default();
        let spoken = if is_right {
            format!("{class}: right")
        } else {
            format!("{class}: predicted as {predicted}")
        };
        view! {
            <li class="step-verdict" class:step-wrong=!is_right>
                {image_button(state, index, image.image, spoken, 40)}
                <span aria-hidden="true">{if is_right { "✓" } else { "✗" }}</span>
            </li>
        }
    });
    Some(view! {
        <p>
            <strong>{format!("{right} of {count}")}</strong>
            " right before the update. Choose an image to see how its class is computed."
        </p>
        <ul class="step-verdicts">{images.collect_view()}</ul>
    })
}

fn chosen(state: StepState, image: &ImageFigures) -> AnyView {
    let classes = state.classes.get();
    let predicted = image.predicted();
    let rows = classes.iter().zip(&image.logits).zip(&image.probabilities).enumerate().map(
        |(class, ((name, logit), probability))| {
            let mark = match (class == image.label, predicted == Some(class)) {
                (true, true) => "label, prediction",
                (true, false) => "label",
                (false, true) => "prediction",
                (false, false) => "",
            };
            view! {
                <tr class:step-row-label=class == image.label>
                    <th scope="row">{name.clone()}</th>
                    <td class="step-number">{format::logit(*logit)}</td>
                    <td class="step-probability">
                        <span class="step-track" aria-hidden="true">
                            <span class="step-fill" style:width=bar_width(*probability)></span>
                        </span>
                    </td>
                    <td class="step-number">{format::percent((*probability).into())}</td>
                    <td class="step-mark-word">{mark}</td>
                </tr>
            }
        },
    );
    view! {
        <table class="step-table">
            <thead>
                <tr>
                    <th scope="col">"class"</th>
                    <th scope="col">"logit"</th>
                    <th scope="col" colspan="2">"softmax"</th>
                    <th scope="col"><span class="visually-hidden">"label or prediction"</span></th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <div class="step-figures">
            {figure(formulas::softmax(image))}
            {figure(formulas::prediction(image, &classes))}
        </div>
    }
}
