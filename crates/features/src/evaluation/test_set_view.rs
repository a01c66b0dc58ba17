//! The sealed test set: its button, and its figures beside those of the validation set.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::TestReport;
use store::run::TestSetReport;
use store::test_set::Seal;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::evaluation_state::EvaluationState;
use super::test_set::{SetFigures, difference_sentence};
use crate::dataset::thumbnail::use_images;
use crate::figure::{self, Figure, percent_interval, score_interval};
use crate::figure_view::IntervalBar;
use crate::test_set::seal_panel::SealPanel;

/// What the view of the test set needs to know, and the callback of its button.
#[derive(Clone, Copy)]
pub struct TestSetAccess {
    /// State of the test set.
    pub seal: Signal<Seal>,
    /// Evaluation on the test set, once it was opened for this run.
    pub report: Signal<Option<Arc<TestSetReport>>>,
    /// Steps per epoch of the run.
    pub steps_per_epoch: Signal<usize>,
    /// Opens the test set.
    pub on_open: Callback<()>,
}

/// The figures of both sets.
#[derive(Clone, PartialEq)]
struct BothSets {
    validation: SetFigures,
    test: SetFigures,
    /// The class against the rest.
    class: String,
    threshold: f32,
    /// When the test set was evaluated, and the validation set.
    when: (String, String),
    is_same_network: bool,
}

/// The button, and after a press the figures of both sets.
#[component]
pub(super) fn TestSetView(state: EvaluationState, access: TestSetAccess) -> impl IntoView {
    let sets = both_sets(state, access);
    let sentence = move || {
        sets.with(|sets| {
            let sets = sets.as_ref()?;
            Some(if sets.is_same_network {
                difference_sentence(&sets.validation, &sets.test)
            } else {
                format!(
                    "These are two states of the network: the validation figures are from {}, the test \
                     figures from {}. To compare them, pause, press “Test now”, and open the test set.",
                    sets.when.1, sets.when.0
                )
            })
        })
    };
    view! {
        <div class="test-set">
            <SealPanel seal=access.seal on_open=access.on_open />
            {live(move || sets.with(Option::is_some).then(|| view! { <Comparison sets /> }))}
            <p class="test-set-sentence" data-testid="test-set-sentence">{live(sentence)}</p>
        </div>
    }
}

#[component]
fn Comparison(sets: Signal<Option<BothSets>>) -> impl IntoView {
    let figure = move |read: fn(&SetFigures) -> Figure| {
        let of = move |set: fn(&BothSets) -> &SetFigures| {
            memo(move || {
                sets.with(|sets| sets.as_ref().map(|sets| read(set(sets)))).unwrap_or_default()
            })
        };
        [of(|sets| &sets.validation), of(|sets| &sets.test)]
    };
    let percents = move |testid: &'static str, read: fn(&SetFigures) -> Figure| {
        let cell = |(figure, set): (Signal<Figure>, &'static str)| {
            view! {
                <td data-testid=format!("{set}-{testid}")>
                    {live(move || figure.get().percent())}
                    " "
                    <small class="test-set-interval">
                        {live(move || percent_interval(figure.get().interval))}
                    </small>
                    <IntervalBar figure />
                </td>
            }
        };
        figure(read).into_iter().zip(["validation", "test"]).map(cell).collect_view()
    };
    let area = move || {
        let cell = |figure: Signal<Figure>| {
            view! {
                <td>
                    {live(move || figure.get().score())}
                    " "
                    <small class="test-set-interval">
                        {live(move || score_interval(figure.get().interval))}
                    </small>
                    <IntervalBar figure />
                </td>
            }
        };
        figure(|set| set.area).map(cell).collect_view()
    };
    let images = move |read: fn(&BothSets) -> &SetFigures| {
        let count = move || sets.with(|sets| sets.as_ref().map(|sets| read(sets).images));
        live(move || count().map(|count| format::plural(count, "image", "images")))
    };
    let class = derived(move || {
        sets.with(|sets| sets.as_ref().map(|sets| format!("“{}”", sets.class))).unwrap_or_default()
    });
    let threshold =
        move || sets.with(|sets| sets.as_ref().map(|sets| figure::threshold(sets.threshold)));
    view! {
        <table class="table test-set-table" data-testid="test-set-table">
            <caption>
                "Sensitivity and specificity for "{class.live()}
                " are those at the threshold chosen on the validation set, "{live(threshold)}"."
            </caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">
                        "Validation "<small class="test-set-interval">{images(|sets| &sets.validation)}</small>
                    </th>
                    <th scope="col">
                        "Test "<small class="test-set-interval">{images(|sets| &sets.test)}</small>
                    </th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row"><Term name="accuracy" text="Accuracy" /></th>
                    {percents("accuracy", SetFigures::accuracy)}
                </tr>
                <tr>
                    <th scope="row"><Term name="AUC" /></th>
                    {area()}
                </tr>
                <tr>
                    <th scope="row"><Term name="sensitivity" text="Sensitivity" /></th>
                    {percents("sensitivity", |set| set.sensitivity)}
                </tr>
                <tr>
                    <th scope="row"><Term name="specificity" text="Specificity" /></th>
                    {percents("specificity", |set| set.specificity)}
                </tr>
            </tbody>
        </table>
    }
}

fn both_sets(state: EvaluationState, access: TestSetAccess) -> Signal<Option<BothSets>> {
    let images = use_images();
    memo(move || {
        let opened = access.report.get()?;
        let TestReport::Classify(test) = &opened.test else { return None };
        let report = state.report.get().filter(|_| state.seen.get())?;
        let threshold = state.point.get().map_or(0.5, |point| point.threshold);
        let classes = state.classes.with(Vec::len);
        let at = (state.class(), threshold);
        let of_set = |labels: &[u8], probabilities: &[f32]| {
            SetFigures::new(labels, probabilities, classes, at)
        };
        let test_figures = images.with(|images| {
            let labels = &images.as_ref()?.set().test.labels;
            Some(of_set(labels, &test.probabilities))
        })?;
        let steps_per_epoch = access.steps_per_epoch.get();
        let of_step = match opened.step == opened.epoch * steps_per_epoch {
            true => format!("epoch {}", opened.epoch),
            false => format!("step {}", opened.step),
        };
        let of_report = match report.step {
            Some(step) => format!("step {step}"),
            None => format!("epoch {}", report.epoch),
        };
        Some(BothSets {
            validation: state.labels.with(|labels| of_set(labels, &report.test.probabilities)),
            test: test_figures,
            class: state.class_name(),
            threshold,
            when: (of_step, of_report),
            is_same_network: report.step.unwrap_or(report.epoch * steps_per_epoch) == opened.step,
        })
    })
}
