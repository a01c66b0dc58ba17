//! Precision, recall, F1 and Cohen's kappa with their intervals.

use std::rc::Rc;

use leptos::prelude::*;
use metrics::{ConfusionMatrix, Groups, RESAMPLES, predicted_classes};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::agreement::{Agreement, ScoreRow, resampled_count, resampled_metrics};
use super::evaluation_state::EvaluationState;
use super::patient_votes::PatientVotes;
use super::resampling::{BootstrapJob, use_bootstrap};
use crate::figure::{Figure, percent_interval, score_interval};
use crate::figure_view::FigureTile;

/// Fraction of the resamples that are made while the run trains, when the next evaluation is near.
const TRAINING_SHARE: usize = 5;

/// Accuracy and kappa, and a table of the scores of each class.
#[component]
pub(super) fn ScoresView(state: EvaluationState) -> impl IntoView {
    let intervals = use_bootstrap(move || bootstrap_job(state));
    let agreement = memo(move || {
        let confusion = state.confusion.get()?;
        let classes = state.classes.get();
        Some(intervals.with(|intervals| Agreement::new(&confusion, &classes, intervals)))
    });
    let figure = move |read: fn(&Agreement) -> Figure| {
        memo(move || agreement.with(|found| found.as_ref().map(read).unwrap_or_default()))
    };
    let accuracy = figure(|found| found.accuracy);
    let kappa = figure(|found| found.kappa);
    let votes = memo(move || {
        let report = state.report.get()?;
        let classes = state.classes.with(Vec::len);
        let groups = state.groups()?;
        state
            .labels
            .with(|labels| PatientVotes::new(&groups, labels, &report.test.probabilities, classes))
    });
    view! {
        <div class="scores">
            <dl class="figure-view-tiles">
                <FigureTile
                    name="accuracy"
                    value=derived(move || accuracy.get().percent())
                    below=derived(move || percent_interval(accuracy.get().interval))
                    testid="accuracy-interval"
                />
                <FigureTile
                    name="Cohen’s kappa"
                    value=derived(move || kappa.get().score())
                    below=derived(move || score_interval(kappa.get().interval))
                    testid="kappa"
                />
                {live(move || votes.get().map(|votes| view! {
                    <VoteTile name="mean vote" figure=votes.mean patients=votes.patients />
                    <VoteTile name="maximum vote" figure=votes.maximum patients=votes.patients />
                }))}
            </dl>
            <p>{live(move || agreement.with(|found| found.as_ref().map(Agreement::sentence)))}</p>
            <Table agreement />
            <p class="hint">
                "Below each figure its 95 % "<Term name="confidence interval" />": "
                <Term name="Wilson interval" text="Wilson’s" />" for accuracy, precision and recall, a "
                <Term name="bootstrap" />
                {live(move || match state.groups() {
                    Some(_) => " over patients for the others. Images of one patient resemble each other, \
                                so that Wilson’s intervals are somewhat too narrow, but for those of a vote.",
                    None => " over images for the others. Images of one patient resemble each other, and \
                             the data do not say which these are; if there are some, the true intervals \
                             are wider.",
                })}
            </p>
        </div>
    }
}

/// Accuracy of the votes of patients by one rule.
#[component]
fn VoteTile(name: &'static str, figure: Figure, patients: usize) -> impl IntoView {
    let below =
        format!("{}, {} patients", percent_interval(figure.interval), format::count(patients));
    view! {
        <FigureTile
            name=name
            value=Signal::stored(figure.percent())
            below=Signal::stored(below)
            testid="vote"
        />
    }
}

#[component]
fn Table(agreement: Signal<Option<Agreement>>) -> impl IntoView {
    let rows = move || {
        let classes = agreement.with(|found| found.as_ref().map(|found| found.classes.clone()));
        classes.unwrap_or_default().into_iter().map(row).collect_view()
    };
    let mean = move || agreement.with(|found| found.as_ref().map(|found| row(found.mean.clone())));
    view! {
        <div class="scores-scroll" role="group" tabindex="0" aria-label="scores of each class">
            <table class="table scores-table" data-testid="scores">
                <thead>
                    <tr>
                        <th scope="col">"Class"</th>
                        <th scope="col"><Term name="precision" text="Precision" /></th>
                        <th scope="col"><Term name="recall" text="Recall" /></th>
                        <th scope="col"><Term name="F1" /></th>
                        <th scope="col">"Images"</th>
                    </tr>
                </thead>
                <tbody>{live(rows)}</tbody>
                <tfoot>{live(mean)}</tfoot>
            </table>
        </div>
    }
}

fn row(row: ScoreRow) -> AnyView {
    let cell = |figure: Figure| {
        view! {
            <td>
                {figure.score()}
                <small class="scores-interval">{score_interval(figure.interval)}</small>
            </td>
        }
    };
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            {cell(row.precision)}
            {cell(row.recall)}
            {cell(row.f1)}
            <td>{format::count(row.images)}</td>
        </tr>
    }
}

/// Returns the bootstrap of the evaluation that is shown. While the run trains, evaluations within an
/// epoch, which may come many times a second, have none.
fn bootstrap_job(state: EvaluationState) -> Option<BootstrapJob> {
    let is_training = state.is_training.get();
    let report = state.report.get().filter(|_| state.seen.get())?;
    if is_training && report.step.is_some() {
        return None;
    }
    let labels = state.labels.get();
    let classes = state.classes.with(Vec::len);
    let predictions = predicted_classes(&report.test.probabilities, classes);
    Some(BootstrapJob {
        groups: state.groups().unwrap_or_else(|| Groups::single(labels.len())),
        resamples: if is_training { RESAMPLES / TRAINING_SHARE } else { RESAMPLES },
        count: resampled_count(classes),
        metrics: Rc::new(move |sample, values| {
            let images = sample.iter().copied();
            let confusion = ConfusionMatrix::of_sample(&labels, &predictions, classes, images);
            resampled_metrics(&confusion, values);
        }),
    })
}
