//! Fourth move: the gradients of this batch.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::interpret::UnitRef;
use protocol::{ParameterGradient, StepTrace};
use ui::erased_view::{handle_event, handle_mouse, live, live_value, view};
use ui::format;
use ui::glossary_term::Term;
use ui::probability_bars::bar_width;

use super::figure::figure;
use super::formulas;
use super::numbers::digits;
use super::step_state::{StepState, weights_of_layers};
use super::unit_pictures::unit_picture;

/// Gradient norms of all layers, and the weights and gradients of one unit.
pub(crate) fn backward_move(state: StepState) -> AnyView {
    view! {
        <p>
            <Term name="backpropagation" />
            " computes how the loss of this batch changes with each weight: the gradient. Its "
            <Term name="L2 norm" /> ", layer by layer:"
        </p>
        {live(move || match state.step.get() {
            None => waiting(),
            Some(step) => view! {
                {layer_bars(state, &step)}
                {unit_choice(state, &step)}
                {pictures(state, &step)}
            },
        })}
        <div class="step-figures">
            {live(move || Some(figure(formulas::gradient_norm(&state.step.get()?.unit.gradients))))}
            {live(move || {
                let count = state.figures.with(|figures| Some(figures.as_ref()?.images.len()))?;
                Some(figure(formulas::logit_gradient(&state.chosen_image()?, count)))
            })}
        </div>
    }
}

/// Shown until the gradients arrive.
pub(crate) fn waiting() -> AnyView {
    view! {
        <p class="hint">
            "The gradients of this step are not known. They are computed while this view is open and the run is paused: pause it, or go to the next batch."
        </p>
    }
}

fn layer_bars(state: StepState, step: &StepTrace) -> AnyView {
    let layers = weights_of_layers(step);
    let largest = step.parameters.iter().map(|one| one.norm).fold(f32::MIN_POSITIVE, f32::max);
    let shown = step.unit.unit.layer;
    let rows = layers.iter().enumerate().map(|(index, layer)| {
        let layer_number = index + 1;
        view! {
            <li>
                <button
                    type="button"
                    class="step-layer"
                    aria-pressed=(shown == layer_number).to_string()
                    on:click=handle_mouse(move |_| {
                        state.choose_unit(UnitRef { layer: layer_number, unit: 0 });
                    })
                >
                    {bar(layer, largest)}
                </button>
            </li>
        }
    });
    let rest = step.parameters.iter().filter(|one| !layers.contains(one));
    let rest = rest.map(|one| view! { <li class="step-layer">{bar(one, largest)}</li> });
    view! {
        <ul class="step-layers" data-testid="gradient-norms">{rows.collect_view()}</ul>
        <details class="step-more">
            <summary>"Biases and batch norm"</summary>
            <ul class="step-layers">{rest.collect_view()}</ul>
        </details>
    }
}

fn bar(of: &ParameterGradient, largest: f32) -> AnyView {
    view! {
        <span class="step-layer-name">
            <code>{of.name.clone()}</code> " " <small>{format!("{:?}", of.shape)}</small>
        </span>
        <span class="step-track" aria-hidden="true">
            <span class="step-fill" style:width=bar_width(of.norm / largest)></span>
        </span>
        <span class="step-number">{digits(of.norm.into())}</span>
    }
}

fn unit_choice(state: StepState, step: &Arc<StepTrace>) -> AnyView {
    let UnitRef { layer, unit } = step.unit.unit;
    let layers = weights_of_layers(step);
    let count = layers.get(layer - 1).and_then(|layer| layer.shape.first()).copied().unwrap_or(1);
    let kind = if step.unit.shape.len() == 3 { "Filter" } else { "Unit" };
    let choose = move |unit: usize| state.choose_unit(UnitRef { layer, unit });
    let typed = move |event| {
        if let Ok(unit) = event_target_value(&event).parse() {
            choose(unit);
        }
    };
    // The macro would take a bare `>` for the end of the tag.
    let is_last = unit + 1 >= count;
    view! {
        <div class="step-choice">
            <button
                type="button"
                class="button-icon"
                aria-label="previous unit"
                disabled=unit == 0
                on:click=handle_mouse(move |_| choose(unit - 1))
            >
                "‹"
            </button>
            <span>{format!("{kind} {} of {}", format::count(unit + 1), format::count(count))}</span>
            <button
                type="button"
                class="button-icon"
                aria-label="next unit"
                disabled=is_last
                on:click=handle_mouse(move |_| choose(unit + 1))
            >
                "›"
            </button>
            <input
                type="range"
                min="0"
                max=count - 1
                aria-label=format!("{kind} of {}", step.unit.name)
                prop:value=unit.to_string()
                on:change=handle_event(typed)
            />
        </div>
    }
}

fn pictures(state: StepState, step: &StepTrace) -> AnyView {
    let unit = &step.unit;
    view! {
        <div class="step-pictures" data-testid="unit-pictures">
            {unit_picture(state, "weights", &unit.shape, &unit.weights)}
            {unit_picture(state, "gradients", &unit.shape, &unit.gradients)}
        </div>
    }
}

/// Slider that chooses a weight of the unit.
pub(crate) fn weight_choice(state: StepState, step: &StepTrace) -> AnyView {
    let last = step.unit.weights.len().saturating_sub(1);
    let typed = move |event| {
        if let Ok(index) = event_target_value(&event).parse() {
            state.weight.set(Some(index));
        }
    };
    view! {
        <label class="step-choice">
            <span>"weight"</span>
            <input
                type="range"
                min="0"
                max=last
                prop:value=live_value(move || state.weight_index().to_string())
                on:input=handle_event(typed)
            />
        </label>
    }
}
