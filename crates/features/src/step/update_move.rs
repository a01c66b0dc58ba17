//! Fifth move: the update of the weights, and the same batch before and after it.

use leptos::prelude::*;
use model::Optimizer;
use protocol::{BatchTracePhase, StepTrace};
use ui::erased_view::{When, handle_mouse, live, live_value, view};
use ui::format;
use ui::glossary_term::Term;

use super::backward_move::{waiting, weight_choice};
use super::batch_cards::BatchCards;
use super::figure::figure;
use super::formulas;
use super::numbers::digits;
use super::step_state::StepState;
use super::unit_pictures::unit_picture;
use super::update_formula::update;
use super::update_rule::{Rule, WeightUpdate};

/// The update of a chosen weight, and the images before and after it.
pub(crate) fn update_move(state: StepState) -> AnyView {
    view! {
        {live(move || match state.step.get() {
            None => waiting(),
            Some(step) => view! {
                <p>{rule(&step)}</p>
                <div class="step-pictures">
                    {unit_picture(state, "weights", &step.unit.shape, &step.unit.weights)}
                    {weight_choice(state, &step)}
                </div>
            },
        })}
        {live(move || {
            let step = state.step.get()?;
            let index = state.weight_index();
            let of = WeightUpdate::new(&step.unit, index)?;
            Some(view! {
                {values(&step, index, &of)}
                {figure(update(&of))}
            })
        })}
        <div class="step-made">
            <When holds=live_value(move || state.can_step.get() && !state.is_made())>
                <button
                    type="button"
                    class="button button-primary"
                    data-testid="make-step"
                    on:click=handle_mouse(move |_| state.on_step.run(()))
                >
                    "Make this step"
                </button>
            </When>
            <h3>"The same batch, before and after"</h3>
            {live(move || Some(figure(change(state)?)))}
            <BatchCards state />
        </div>
    }
}

/// Says which rule updates the weights.
fn rule(step: &StepTrace) -> AnyView {
    let rate = format::short(step.unit.learning_rate);
    match step.unit.optimizer {
        Optimizer::Sgd { momentum: 0.0 } => view! {
            <Term name="SGD" /> {format!(" without momentum, learning rate η = {rate}")}
        },
        Optimizer::Sgd { momentum } => view! {
            <Term name="SGD" />
            {format!(" with momentum μ = {}, learning rate η = {rate}", format::short(momentum))}
        },
        Optimizer::Adam => view! {
            <Term name="Adam" />
            {format!(" with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, learning rate η = {rate}")}
        },
        Optimizer::AdamW { weight_decay } => view! {
            <Term name="AdamW" />
            {format!(
                " with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, weight decay λ = {}, learning rate η = {rate}",
                format::short(weight_decay)
            )}
        },
    }
}

/// Lists what the update of a weight depends on, and its result.
fn values(step: &StepTrace, index: usize, update: &WeightUpdate) -> AnyView {
    let mut rows = vec![
        ("old value w", digits(update.weight)),
        ("gradient g", digits(update.gradient)),
        ("learning rate η", format::short(update.learning_rate)),
    ];
    match update.rule {
        Rule::Sgd => {}
        Rule::Momentum { velocity, .. } => rows.push(("velocity v so far", digits(velocity))),
        Rule::Adam { mean, square, update, .. } => rows.extend([
            ("average of gradients m so far", digits(mean)),
            ("average of squared gradients v so far", digits(square)),
            ("update t", format::count(update)),
        ]),
    }
    rows.push(("new value w", digits(update.updated)));
    rows.push(("change", digits(update.updated - update.weight)));
    let rows = rows.into_iter().map(|(name, value)| {
        view! { <div class="step-value"><dt>{name}</dt><dd>{value}</dd></div> }
    });
    view! {
        <p><code>{weight_name(step, index)}</code></p>
        <dl class="step-values" data-testid="update-values">{rows.collect_view()}</dl>
    }
}

/// Returns the name of a weight as in PyTorch: `conv1.weight[3, 0, 2, 1]`.
fn weight_name(step: &StepTrace, index: usize) -> String {
    let mut rest = index;
    let mut place = Vec::new();
    for length in step.unit.shape.iter().rev() {
        place.push(rest % (*length).max(1));
        rest /= (*length).max(1);
    }
    place.push(step.unit.unit.unit);
    place.reverse();
    format!("{}{place:?}", step.unit.name)
}

/// The change of the chosen image's probability, once the step is made.
fn change(state: StepState) -> Option<formulas::Formula> {
    let index = state.image_index();
    let classes = state.classes.with(Vec::len);
    state.batch.with(|batch| {
        let batch = batch.as_ref()?;
        let BatchTracePhase::AfterStep { logits_after, .. } = &batch.phase else { return None };
        let row =
            |logits: &[f32]| logits.get(index * classes..(index + 1) * classes).map(Vec::from);
        let label = usize::from(*batch.labels.get(index)?);
        let (before, after) = (row(&batch.logits_before)?, row(logits_after)?);
        Some(formulas::probability_change(&before, &after, label))
    })
}

#[cfg(test)]
mod tests {
    use super::super::step_figures::tests::step_trace;
    use super::*;

    #[test]
    fn a_weight_is_named_by_its_place_in_pytorchs_tensor() {
        let mut step = step_trace();
        assert_eq!(weight_name(&step, 1), "fc1.weight[0, 1]");
        step.unit.name = "conv2.weight".into();
        step.unit.shape = vec![4, 3, 3];
        step.unit.unit.unit = 7;
        assert_eq!(weight_name(&step, 9 + 5), "conv2.weight[7, 1, 1, 2]");
    }
}
