//! Charts of the learning curves: loss per step, and test accuracy or Dice per epoch.

use leptos::prelude::*;
use store::view_model::Curve;
use ui::chart::chart_view::Chart;
use ui::chart::series::PAST_INKS;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::raster::colors::CLASS_COLORS;

use super::curve_data::CurveData;
use super::metric::Metric;
use super::summary;

/// Two charts: loss per step, and test accuracy or Dice per epoch.
#[component]
pub fn CurveChart(
    /// All runs to draw, with the current one last.
    #[prop(into)]
    runs: Signal<Vec<Curve>>,
    /// Steps per epoch of the current run.
    #[prop(into)]
    steps_per_epoch: Signal<usize>,
    /// Total number of steps of the current run.
    #[prop(into)]
    total_steps: Signal<usize>,
    /// Metrics shown in the charts.
    #[prop(into)]
    metric: Signal<Metric>,
) -> impl IntoView {
    let data = memo(move || {
        let (steps_per_epoch, total_steps) = (steps_per_epoch.get(), total_steps.get());
        runs.with(|runs| {
            metric.with(|metric| CurveData::new(runs, steps_per_epoch, total_steps, metric))
        })
    });
    let summary = memo(move || {
        runs.with(|runs| {
            runs.last().map(|run| summary::summary(run, total_steps.get())).unwrap_or_default()
        })
    });
    let past = memo(move || {
        runs.with(|runs| {
            let past = runs.split_last().map_or(&[][..], |(_, past)| past);
            past.iter().map(|run| run.label.clone()).collect::<Vec<_>>()
        })
    });

    let test = derived(move || data.with(|d| d.test.clone()));
    // Names of the foreground classes if the metric is Dice.
    let classes = memo(move || {
        metric.with(|metric| match metric {
            Metric::Accuracy { .. } => None,
            Metric::Dice { classes, .. } => Some(classes.clone()),
        })
    });
    let segments = memo(move || classes.with(Option::is_some));
    // With a single class, the mean is the class itself, so no separate line is drawn.
    let many =
        move || classes.with(|classes| classes.as_ref().is_some_and(|classes| classes.len() > 1));

    view! {
        <div class="learning-curves">
            <figure class="chart" data-testid="loss-chart">
                <figcaption class="chart-title"><Term name="loss" text="Loss" />" per "<Term name="step" /></figcaption>
                <Chart name="Loss per step" data=derived(move || data.with(|d| d.loss.clone())) />
            </figure>
            {live(move || match segments.get() {
                false => view! {
                    <figure class="chart" data-testid="accuracy-chart">
                        <figcaption class="chart-title">
                            <Term name="test accuracy" text="Test accuracy" />" per "<Term name="epoch" />
                        </figcaption>
                        <Chart name="Test accuracy per epoch" data=test />
                    </figure>
                },
                true => view! {
                    <figure class="chart" data-testid="dice-chart">
                        <figcaption class="chart-title">
                            <Term name="Dice" />" on the test set per "<Term name="epoch" />
                        </figcaption>
                        <Chart name="Dice per epoch" data=test />
                    </figure>
                },
            })}
            <ul class="chart-legend" aria-label="Legend">
                <li><Key ink="chart-raw" />"training batch"</li>
                <li><Key ink="chart-train" />"training, "<Term name="smoothed" /></li>
                <li>
                    <Key ink="chart-test" dot=true /><Term name="test set" />
                    {live(move || many().then_some(", mean"))}
                </li>
                {live(move || accuracy_keys(metric.with(Metric::chance)))}
                {live(move || many().then(|| class_keys(classes.get().unwrap_or_default())))}
                {live(move || {
                    past.get().into_iter().enumerate().map(|(index, label)| view! {
                        <li class="chart-legend-past">
                            <Key ink=past_class(index) />
                            <b>{summary::tag(index)}</b>" "{label}
                        </li>
                    }).collect_view()
                })}
            </ul>
            <p class="visually-hidden">{summary.live()}</p>
        </div>
    }
}

/// Returns the legend entries of the accuracy chart alone, if there is one.
fn accuracy_keys(chance: Option<f64>) -> Option<AnyView> {
    let chance = format!("chance, {}", format::percent_short(chance?));
    Some(view! {
        <li><Key ink="chart-train" dot=true />"training accuracy, counted in the steps (with dropout)"</li>
        <li><Key ink="chart-chance" />{chance}</li>
    })
}

/// Returns a legend entry for each foreground class.
fn class_keys(classes: Vec<String>) -> Vec<AnyView> {
    classes
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let ink = format!("chart-class chart-class-{}", index % usize::from(CLASS_COLORS) + 1);
            view! { <li><Key ink=ink />"test set, "{name}</li> }
        })
        .collect_view()
}

fn past_class(index: usize) -> String {
    format!("chart-past chart-past-{}", index % PAST_INKS)
}

#[component]
fn Key(#[prop(into)] ink: String, #[prop(default = false)] dot: bool) -> impl IntoView {
    view! {
        <svg class="chart-legend-key" width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">
            <path class=ink.clone() fill="none" d="M1 6H27" />
            {dot.then(|| view! { <circle class=ink cx="14" cy="6" r="4" /> })}
        </svg>
    }
}
