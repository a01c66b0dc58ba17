//! Reliability diagram, calibration error and temperature.

use leptos::prelude::*;
use ui::chart::axis::Axis;
use ui::chart::chart_data::ChartData;
use ui::chart::chart_view::Chart;
use ui::erased_signal::Signal;
use ui::erased_view::{When, derived, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::calibration::{Bin, Calibration};
use super::evaluation_state::EvaluationState;
use crate::evaluated_split::EvaluatedSet;
use crate::figure::percent_interval;

/// What the network says beside what happens, and the temperature that brings both together.
#[component]
pub(super) fn CalibrationView(state: EvaluationState) -> impl IntoView {
    let found = memo(move || {
        let report = state.report.get().filter(|_| state.seen.get())?;
        let classes = state.classes.with(Vec::len);
        let found = state
            .labels
            .with(|labels| Calibration::new(labels, &report.test.probabilities, classes));
        Some(found.map_err(|error| error.to_string()))
    });
    let problem = memo(move || {
        found.with(|found| found.as_ref().and_then(|found| found.as_ref().err().cloned()))
    });
    let calibration = memo(move || {
        found.with(|found| found.as_ref().and_then(|found| found.as_ref().ok().cloned()))
    });
    let chart = memo(move || {
        calibration.with(|found| found.as_ref().map_or_else(empty_chart, Calibration::chart))
    });
    let sentence = move || calibration.with(|found| found.as_ref().map(Calibration::sentence));
    let says = memo(move || {
        let said = |found: &Calibration| {
            format!(
                "confidence {}, right {}",
                format::percent(found.mean_confidence),
                found.accuracy.percent()
            )
        };
        calibration.with(|found| found.as_ref().map(said)).unwrap_or_default()
    });
    view! {
        <div class="calibration">
            {live(move || problem.get().map(|problem| view! { <p role="alert">{problem}</p> }))}
            <When holds=live_value(move || problem.with(Option::is_none))>
                <p class="calibration-sentence" data-testid="calibration-sentence">{live(sentence)}</p>
                <div class="calibration-parts">
                    <figure class="chart" data-testid="reliability-chart">
                        <figcaption class="chart-title">
                            <Term name="reliability diagram" text="Reliability diagram" />
                        </figcaption>
                        <Chart name="Reliability diagram" data=chart idle=says />
                    </figure>
                    <div class="calibration-tables">
                        <Errors calibration />
                        <Bins calibration />
                    </div>
                </div>
            </When>
        </div>
    }
}

#[component]
fn Errors(calibration: Signal<Option<Calibration>>) -> impl IntoView {
    let cell = move |read: fn(&Calibration) -> String| {
        let text = derived(move || {
            calibration.with(|found| found.as_ref().map_or_else(|| "–".to_owned(), read))
        });
        view! { <td>{text.live()}</td> }
    };
    let temperature = move || {
        let text = |found: &Calibration| format!(" {:.2}", found.fit.temperature);
        calibration.with(|found| found.as_ref().map(text))
    };
    view! {
        <table class="table calibration-errors" data-testid="calibration-errors">
            <thead>
                <tr>
                    <td></td>
                    <th scope="col"><Term name="ECE" /></th>
                    <th scope="col"><Term name="log loss" text="Log loss" /></th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">"as it is"</th>
                    {cell(|found| format::percent(found.errors.ece))}
                    {cell(|found| format::loss(found.errors.log_loss))}
                </tr>
                <tr>
                    <th scope="row">
                        <Term name="temperature" />
                        <span data-testid="temperature">{live(temperature)}</span>
                    </th>
                    {cell(|found| format::percent(found.scaled.ece))}
                    {cell(|found| format::loss(found.scaled.log_loss))}
                </tr>
            </tbody>
        </table>
        <p class="hint">
            "The temperature was fitted on the "<EvaluatedSet />", the images of both rows, so that the second \
            is a little too good. It changes no prediction."
        </p>
    }
}

#[component]
fn Bins(calibration: Signal<Option<Calibration>>) -> impl IntoView {
    let rows = move || {
        let calibration = calibration.get()?;
        let bins: Vec<Bin> = calibration.bins.iter().filter_map(Bin::of).collect();
        let most = bins.iter().map(|bin| bin.images).max().unwrap_or(1);
        let row = |bin: Bin| {
            let share = bin.images as f64 / most.max(1) as f64;
            view! {
                <tr>
                    <th scope="row">
                        {format!("{:.0}–{:.0} %", bin.low * 100.0, bin.high * 100.0)}
                    </th>
                    <td class="calibration-count">
                        <span
                            class="calibration-bar"
                            aria-hidden="true"
                            style:width=format!("{:.1}%", share * 100.0)
                        ></span>
                        {format::count(bin.images)}
                    </td>
                    <td>{format::percent(bin.says)}</td>
                    <td>
                        {bin.right.percent()}
                        " "
                        <small class="calibration-interval">{percent_interval(bin.right.interval)}</small>
                    </td>
                </tr>
            }
        };
        Some(bins.into_iter().map(row).collect_view())
    };
    view! {
        <table class="table calibration-bins" data-testid="calibration-bins">
            <thead>
                <tr>
                    <th scope="col">"Confidence"</th>
                    <th scope="col">"Images"</th>
                    <th scope="col">"It says"</th>
                    <th scope="col">"Right"</th>
                </tr>
            </thead>
            <tbody>{live(rows)}</tbody>
        </table>
    }
}

fn empty_chart() -> ChartData {
    let axis =
        |name| Axis { name, short: name, from: 0.0, to: 1.0, whole: false, names: Vec::new() };
    ChartData { x: axis("confidence"), y: axis("right"), series: Vec::new(), readings: Vec::new() }
}
