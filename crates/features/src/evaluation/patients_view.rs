//! Decisions at the operating point as 1,000 patients, whose groups open their images.

use leptos::prelude::*;
use metrics::OutcomeCounts;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{When, handle_event, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::evaluated_images::EvaluatedImages;
use super::evaluation_state::EvaluationState;
use super::image_groups::{capitalized, outcome_group};
use super::operating_point::{Outcome, PREVALENCES_PERCENT, prevalence_position};
use super::patient_marks::{COLUMNS, ROWS, mark, marks_path};
use super::threshold_controls::ThresholdControls;
use crate::evaluated_split::{set_term, use_evaluated_split};

/// Threshold, prevalence, and what they mean for 1,000 patients.
#[component]
pub(super) fn PatientsView(
    state: EvaluationState,
    /// The group whose images are shown.
    chosen: RwSignal<Option<Outcome>>,
) -> impl IntoView {
    let EvaluationState { binary, point, .. } = state;
    let problem = state.problem();
    let evaluated = use_evaluated_split();
    let patients = memo(move || point.get().map(|point| point.patients).unwrap_or_default());
    let sentence = move || {
        let name = state.class_name();
        point.get().map(|point| point.patients_sentence(&name))
    };
    let group = memo(move || {
        let (outcome, point) = (chosen.get()?, point.get()?);
        binary.with(|binary| {
            let figures = binary.as_ref()?.as_ref().ok()?;
            Some(outcome_group(figures, point.threshold, outcome, set_term(evaluated.get())))
        })
    });
    let is_open = memo(move || chosen.get().is_some());
    view! {
        <div class="patients">
            <ThresholdControls state />
            {live(move || problem.get().map(|problem| view! { <p role="alert">{problem}</p> }))}
            <When holds=live_value(move || problem.with(Option::is_none))>
                <PrevalenceSlider state />
                <p class="patients-sentence" data-testid="patients-sentence">{live(sentence)}</p>
                <Groups state patients chosen />
                {live(move || (!is_open.get()).then(|| view! { <Marks patients /> }))}
                <EvaluatedImages state group on_close=move |()| chosen.set(None) />
            </When>
        </div>
    }
}

#[component]
fn PrevalenceSlider(state: EvaluationState) -> impl IntoView {
    let EvaluationState { prevalence, point, .. } = state;
    let now = memo(move || point.get().map_or(0.5, |point| point.prevalence));
    let text = memo(move || format::percent(now.get()));
    let evaluated = use_evaluated_split();
    view! {
        <div class="threshold-slider">
            <span><Term name="prevalence" text="Prevalence" /></span>
            <input
                type="range"
                min="0"
                max=PREVALENCES_PERCENT.len() - 1
                aria-label="prevalence: how many patients have the class"
                aria-valuetext=text.live()
                data-testid="prevalence"
                prop:value=live_value(move || prevalence_position(now.get()).to_string())
                on:input=handle_event(move |event| {
                    let position = event_target_value(&event).parse::<usize>().ok();
                    if let Some(percent) = position.and_then(|at| PREVALENCES_PERCENT.get(at)) {
                        prevalence.set(Some(percent / 100.0));
                    }
                })
            />
            <output>{text.live()}</output>
            {live(move || prevalence.get().map(|_| {
                let set = set_term(evaluated.get());
                view! {
                    <button
                        type="button"
                        class="button-secondary patients-reset"
                        on:click=handle_mouse(move |_| prevalence.set(None))
                    >
                        {format!("As in the {set}")}
                    </button>
                }
            }))}
        </div>
    }
}

/// A table of two by two whose cells open their images.
#[component]
fn Groups(
    state: EvaluationState,
    patients: Signal<OutcomeCounts>,
    chosen: RwSignal<Option<Outcome>>,
) -> impl IntoView {
    let cell = move |outcome: Outcome| {
        let count = move || format::count(outcome.of(&patients.get()));
        let mut shape = String::new();
        mark(&mut shape, outcome, (0, 0));
        view! {
            <button
                type="button"
                class="patients-group"
                data-testid=outcome.name().replace(' ', "-")
                title="Show the images of this group"
                aria-pressed=live_value(move || (chosen.get() == Some(outcome)).to_string())
                on:click=handle_mouse(move |_| chosen.update(|chosen| {
                    *chosen = if *chosen == Some(outcome) { None } else { Some(outcome) };
                }))
            >
                <svg class="patients-key" viewBox="0 0 1 1" aria-hidden="true">
                    <path class=mark_class(outcome) d=shape />
                </svg>
                <b>{live(count)}</b>
                <span>{format!("{}, {}", outcome.name(), outcome.words())}</span>
            </button>
        }
    };
    let name = memo(move || state.class_name());
    let with = move || format!("“{}”", name.get());
    view! {
        <div class="patients-groups" role="group" aria-label="groups of 1,000 patients">
            <span class="patients-truth">{live(with)}</span>
            {cell(Outcome::TruePositive)}
            {cell(Outcome::FalseNegative)}
            <span class="patients-truth">"others"</span>
            {cell(Outcome::FalsePositive)}
            {cell(Outcome::TrueNegative)}
        </div>
    }
}

#[component]
fn Marks(patients: Signal<OutcomeCounts>) -> impl IntoView {
    let paths = Outcome::ALL
        .map(|outcome| {
            let path = live_value(move || marks_path(&patients.get(), outcome));
            view! { <path class=mark_class(outcome) d=path /> }
        })
        .collect_view();
    let spoken = move || {
        let counts = patients.get();
        let groups = Outcome::ALL
            .map(|outcome| format!("{} {}", format::count(outcome.of(&counts)), outcome.name()));
        capitalized(&format!("1,000 patients: {}", groups.join(", ")))
    };
    view! {
        <svg
            class="patients-marks"
            viewBox=format!("0 0 {COLUMNS} {ROWS}")
            role="img"
            aria-label=live_value(spoken)
        >
            {paths}
        </svg>
    }
}

fn mark_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::TruePositive => "patients-found",
        Outcome::FalseNegative => "patients-missed",
        Outcome::FalsePositive => "patients-alarm",
        Outcome::TrueNegative => "patients-negative",
    }
}
