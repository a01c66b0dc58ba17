//! Charts of the learning curves: loss per step, and test accuracy or Dice per epoch.

use leptos::prelude::*;
use store::view_model::{Curve, THIS_RUN};
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
use crate::evaluated_split::{EvaluatedAccuracy, EvaluatedSet, use_evaluated_split};

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
    let evaluated = use_evaluated_split();
    let data = memo(move || {
        let (steps_per_epoch, total_steps) = (steps_per_epoch.get(), total_steps.get());
        runs.with(|runs| {
            metric.with(|metric| {
                let mut data = CurveData::new(runs, steps_per_epoch, total_steps, metric);
                for reading in &mut data.loss.readings {
                    reading.text = evaluated.get().say(&reading.text);
                }
                data
            })
        })
    });
    let summary = memo(move || {
        runs.with(|runs| {
            let summary = |run| evaluated.get().say(&summary::summary(run, total_steps.get()));
            runs.last().map(summary).unwrap_or_default()
        })
    });
    let past = memo(move || {
        runs.with(|runs| {
            let past = runs.split_last().map_or(&[][..], |(_, past)| past);
            past.iter().map(|run| run.label.clone()).collect::<Vec<_>>()
        })
    });
    let present = memo(move || {
        let label = runs.with(|runs| runs.last().map(|run| run.label.clone()));
        label.filter(|label| label != THIS_RUN)
    });

    let test = derived(move || data.with(|d| d.test.clone()));
    // Names of the foreground classes if the metric is Dice.
    let classes = memo(move || {
        metric.with(|metric| match metric {
            Metric::Accuracy { .. } => None,
            Metric::Dice { classes, .. } => Some(classes.clone()),
        })
    });

    view! {
        <div class="learning-curves">
            <figure class="chart" data-testid="loss-chart">
                <figcaption class="learning-curves-head">
                    <span class="chart-title"><Term name="loss" text="Loss" />" per "<Term name="step" /></span>
                    <ul class="chart-legend" aria-label="Legend of the loss">
                        <li><Key ink="chart-raw" />"training batch"</li>
                        <li><Key ink="chart-train" />"training, "<Term name="smoothed" /></li>
                        <li><Key ink="chart-test" dot=true /><EvaluatedSet /></li>
                    </ul>
                </figcaption>
                <Chart name="Loss per step" data=derived(move || data.with(|d| d.loss.clone())) />
            </figure>
            {live(move || match classes.get() {
                None => view! {
                    <figure class="chart" data-testid="accuracy-chart">
                        <figcaption class="learning-curves-head">
                            <span class="chart-title"><EvaluatedAccuracy capital=true />" per "<Term name="epoch" /></span>
                            {live(move || accuracy_legend(metric.with(Metric::chance)))}
                        </figcaption>
                        <Chart name="Accuracy per epoch" data=test />
                    </figure>
                },
                Some(classes) => view! {
                    <figure class="chart" data-testid="dice-chart">
                        <figcaption class="learning-curves-head">
                            <span class="chart-title"><Term name="Dice" />" on the "<EvaluatedSet />" per "<Term name="epoch" /></span>
                            {dice_legend(classes)}
                        </figcaption>
                        <Chart name="Dice per epoch" data=test />
                    </figure>
                },
            })}
            {live(move || runs_legend(past.get(), present.get()))}
            <p class="visually-hidden">{summary.live()}</p>
        </div>
    }
}

/// Returns the legend of the accuracy chart.
fn accuracy_legend(chance: Option<f64>) -> AnyView {
    let chance = chance.map(|chance| format!("chance, {}", format::percent_short(chance)));
    view! {
        <ul class="chart-legend" aria-label="Legend of the accuracy">
            <li>
                <Key ink="chart-train" dot=true />
                <Term name="training accuracy" text="training, counted in the steps" />
            </li>
            <li><Key ink="chart-test" dot=true /><EvaluatedSet /></li>
            <li><Term name="overfitting" text="shaded: the gap" /></li>
            {chance.map(|chance| view! { <li><Key ink="chart-chance" />{chance}</li> })}
        </ul>
    }
}

/// Returns the legend of the Dice chart for these foreground classes. With a single class, the mean
/// is the class itself, and is drawn once.
fn dice_legend(classes: Vec<String>) -> AnyView {
    let many = classes.len() > 1;
    view! {
        <ul class="chart-legend" aria-label="Legend of the Dice">
            <li><Key ink="chart-test" dot=true />{if many { "mean".into_any() } else { view! { <EvaluatedSet /> }.into_any() }}</li>
            {many.then(|| class_keys(classes))}
        </ul>
    }
}

/// Returns a legend entry for each foreground class.
fn class_keys(classes: Vec<String>) -> Vec<AnyView> {
    classes
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let ink = format!("chart-class chart-class-{}", index % usize::from(CLASS_COLORS) + 1);
            view! { <li><Key ink=ink />{name}</li> }
        })
        .collect_view()
}

/// Returns the legend of earlier runs, which both charts show, and of the present one if it has more
/// to say than its name; nothing, if there is neither.
fn runs_legend(past: Vec<String>, present: Option<String>) -> Option<AnyView> {
    if past.is_empty() && present.is_none() {
        return None;
    }
    let present = present.map(|label| {
        view! { <li><Key ink="chart-train" />{label}</li> }
    });
    let keys = past.into_iter().enumerate().map(|(index, label)| {
        view! {
            <li class="chart-legend-past">
                <Key ink=past_class(index) />
                <b>{summary::tag(index)}</b>
                " "
                {label}
            </li>
        }
    });
    Some(view! { <ul class="chart-legend" aria-label="Runs">{keys.collect_view()}{present}</ul> })
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
