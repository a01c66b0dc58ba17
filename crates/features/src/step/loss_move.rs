//! Third move: the loss, image by image.

use leptos::prelude::*;
use ui::erased_signal::RwSignal;
use ui::erased_view::{handle_mouse, live, live_value, view};
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::figure::figure;
use super::formulas;
use super::numbers::digits;
use super::step_figures::StepFigures;
use super::step_state::StepState;

/// The loss of each image as bars, their mean, and what guessing costs.
pub(crate) fn loss_move(state: StepState) -> AnyView {
    let is_sorted = RwSignal::new(true);
    view! {
        <div class="step-head">
            <p>
                <Term name="cross-entropy" /> " of each image: −ln of the probability of its right class"
            </p>
            <Choice
                name="order of the images"
                options=vec![(true, "Largest first".to_owned()), (false, "Batch order".to_owned())]
                value=is_sorted
                on_choice=move |sorted| is_sorted.set(sorted)
            />
        </div>
        {live(move || Some(bars(state, &*state.figures.get()?, is_sorted.get())))}
        <div class="step-figures">
            {live(move || Some(figure(formulas::image_loss(&state.chosen_image()?))))}
            {live(move || Some(figure(formulas::batch_loss(&*state.figures.get()?))))}
            {live(move || Some(figure(formulas::guessing_loss(&*state.figures.get()?))))}
        </div>
    }
}

fn bars(state: StepState, figures: &StepFigures, is_sorted: bool) -> AnyView {
    let order = if is_sorted { figures.by_loss() } else { (0..figures.images.len()).collect() };
    let losses = figures.images.iter().map(|image| image.loss);
    let largest = losses.filter(|loss| loss.is_finite()).fold(figures.guessing_loss(), f64::max);
    let height = move |loss: f64| {
        let share = if loss.is_finite() { (loss / largest).clamp(0.0, 1.0) } else { 1.0 };
        format!("{:.1}%", 100.0 * share)
    };
    let columns = order.into_iter().map(|index| {
        let image = &figures.images[index];
        let verdict = if image.is_right() { "right" } else { "wrong" };
        let spoken =
            format!("{}: loss {}, {verdict}", state.class(image.label), digits(image.loss));
        view! {
            <li class="step-loss">
                <button
                    type="button"
                    class="step-loss-button"
                    aria-pressed=live_value(move || (state.image_index() == index).to_string())
                    aria-label=spoken.clone()
                    title=spoken
                    on:click=handle_mouse(move |_| state.image.set(index))
                >
                    <span
                        class="step-loss-bar"
                        class:step-wrong=!image.is_right()
                        style:height=height(image.loss)
                    ></span>
                </button>
            </li>
        }
    });
    let guessing = figures.guessing_loss();
    view! {
        <div class="step-losses">
            <ol class="step-loss-bars">{columns.collect_view()}</ol>
            <span class="step-line step-line-guessing" style:bottom=height(guessing)></span>
            <span class="step-line step-line-mean" style:bottom=height(figures.loss)></span>
        </div>
        <p class="step-key">
            <span class="step-key-line step-line-mean"></span>
            {format!("mean, the loss of the batch: {}", digits(figures.loss))}
            <span class="step-key-line step-line-guessing"></span>
            {format!("guessing, ln {}: {}", figures.classes, digits(guessing))}
        </p>
    }
}
