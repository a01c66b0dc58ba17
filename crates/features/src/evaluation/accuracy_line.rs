//! The accuracy with its interval, against chance.

use leptos::prelude::*;
use ui::erased_view::{live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::evaluation_state::EvaluationState;
use crate::evaluated_split::EvaluatedAccuracy;
use crate::figure::{Figure, percent_interval};
use crate::figure_view::IntervalBar;

/// The accuracy as a large number, with its 95 % interval, loss, and what guessing gives.
#[component]
pub(super) fn AccuracyLine(state: EvaluationState) -> impl IntoView {
    let EvaluationState { report, confusion, classes, .. } = state;
    let accuracy = memo(move || {
        confusion.with(|confusion| match confusion {
            Some(confusion) => Figure::proportion(confusion.right(), confusion.cases()),
            None => Figure::default(),
        })
    });
    let chance = memo(move || match classes.with(Vec::len) {
        0 => None,
        classes => Some(1.0 / classes as f64),
    });
    let interval = move || {
        let interval = accuracy.get().interval?;
        Some(view! {
            ", "
            <Term name="confidence interval" text="95 % interval" />
            {format!(" {}", percent_interval(Some(interval)))}
        })
    };
    view! {
        <div class="accuracy-line">
            <p class="figure">
                <span class="figure-number" data-testid="accuracy">
                    {live(move || report.with(|report| match report {
                        Some(report) => format::percent(report.test.accuracy),
                        None => "–".to_owned(),
                    }))}
                </span>
                <span class="figure-words">
                    <EvaluatedAccuracy />
                    {live(move || report.with(|report| {
                        report.as_ref().map(|report| format!(" {}", report.when()))
                    }))}
                    {live(interval)}
                    {live(move || report.with(|report| {
                        let loss = |loss: f32| format!("; loss {}", format::loss(loss.into()));
                        report.as_ref().map(|report| loss(report.test.loss))
                    }))}
                    {live(move || chance.get().map(|chance| {
                        format!("; guessing gives {}", format::percent_short(chance))
                    }))}
                </span>
            </p>
            <IntervalBar figure=accuracy chance=chance />
        </div>
    }
}
