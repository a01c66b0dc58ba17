//! Controls of the operating point: the class in question, rules, and the threshold.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{handle_event, handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;

use super::evaluation_state::EvaluationState;
use super::operating_point::{OperatingPoint, ThresholdRule};
use crate::figure;

/// Choice of the class, buttons for two rules, and a slider along the curve.
#[component]
pub(super) fn ThresholdControls(state: EvaluationState) -> impl IntoView {
    let EvaluationState { rule, binary, point, .. } = state;
    let last = memo(move || {
        binary.with(|binary| match binary {
            Some(Ok(figures)) => figures.roc.len() - 1,
            _ => 0,
        })
    });
    let index = memo(move || point.get().map_or(0, |point| point.index));
    let move_to = move |index: usize| {
        let threshold = binary.with_untracked(|binary| match binary {
            Some(Ok(figures)) => figures.roc.get(index).map(|point| point.threshold),
            _ => None,
        });
        if let Some(threshold) = threshold {
            rule.set(ThresholdRule::Fixed(threshold));
        }
    };
    let text = memo(move || point.get().as_ref().map(OperatingPoint::text).unwrap_or_default());
    let threshold = move || point.get().map(|point| figure::threshold(point.threshold));
    view! {
        <div class="threshold">
            <div class="threshold-row">
                <ClassChoice state />
                <Term name="Youden’s J" text="Chosen by" />
                <RuleButton state of=ThresholdRule::Youden label="Youden’s J" testid="youden" />
                <RuleButton
                    state
                    of=ThresholdRule::Sensitivity95
                    label="Sensitivity 95 %"
                    testid="sensitivity-95"
                />
            </div>
            <div class="threshold-slider">
                <span><Term name="operating point" text="Threshold" /></span>
                <input
                    type="range"
                    min="0"
                    max=live_value(move || last.get().to_string())
                    aria-label="operating point, from no positive result to all positive"
                    aria-valuetext=text.live()
                    data-testid="operating-point"
                    prop:value=live_value(move || {
                        // The value is limited to the range, which has to be known before.
                        last.track();
                        index.get().to_string()
                    })
                    on:input=handle_event(move |event| {
                        if let Ok(index) = event_target_value(&event).parse() {
                            move_to(index);
                        }
                    })
                />
                <output data-testid="threshold">{live(threshold)}</output>
            </div>
        </div>
    }
}

#[component]
fn ClassChoice(state: EvaluationState) -> impl IntoView {
    let EvaluationState { classes, chosen_class, rule, .. } = state;
    let choose = move |class: Option<usize>| {
        chosen_class.set(class);
        // A threshold of another class means nothing for this one.
        if let ThresholdRule::Fixed(_) = rule.get_untracked() {
            rule.set(ThresholdRule::Youden);
        }
    };
    let chosen: Signal<usize> = memo(move || state.class());
    let options = move || {
        let option = |(class, name): (usize, String)| {
            let value = class.to_string();
            view! { <option value=value selected=live_value(move || chosen.get() == class)>{name}</option> }
        };
        classes.get().into_iter().enumerate().map(option).collect_view()
    };
    view! {
        <label class="threshold-class">
            <span>"Class in question"</span>
            <select
                data-testid="positive-class"
                prop:value=live_value(move || chosen.get().to_string())
                on:change=handle_event(move |event| choose(event_target_value(&event).parse().ok()))
            >
                {live(options)}
            </select>
        </label>
    }
}

#[component]
fn RuleButton(
    state: EvaluationState,
    of: ThresholdRule,
    label: &'static str,
    testid: &'static str,
) -> impl IntoView {
    let rule = state.rule;
    view! {
        <button
            type="button"
            class="button-secondary threshold-rule"
            data-testid=testid
            aria-pressed=live_value(move || (rule.get() == of).to_string())
            on:click=handle_mouse(move |_| rule.set(of))
        >
            {label}
        </button>
    }
}
