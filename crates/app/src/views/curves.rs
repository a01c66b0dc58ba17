//! The learning curves: loss per step, test accuracy per epoch.

use leptos::prelude::*;

use super::Term;
use super::chart::Chart;
use super::curve::{self, Curve};
use super::drawing::{Drawings, PAST_INKS};

/// Two charts: loss per step, test accuracy per epoch. The last of `runs` is the present one.
#[component]
pub fn CurveChart(
    /// All runs to draw, the present one last.
    #[prop(into)]
    runs: Signal<Vec<Curve>>,
    /// Steps an epoch of the present run.
    #[prop(into)]
    steps_per_epoch: Signal<usize>,
    /// Steps of the whole present run.
    #[prop(into)]
    total_steps: Signal<usize>,
) -> impl IntoView {
    let drawings = Memo::new(move |_| {
        runs.with(|runs| Drawings::new(runs, steps_per_epoch.get(), total_steps.get()))
    });
    let summary = Memo::new(move |_| {
        runs.with(|runs| {
            runs.last().map(|run| curve::summary(run, total_steps.get())).unwrap_or_default()
        })
    });
    let past = Memo::new(move |_| {
        runs.with(|runs| {
            let past = runs.split_last().map_or(&[][..], |(_, past)| past);
            past.iter().map(|run| run.label.clone()).collect::<Vec<_>>()
        })
    });

    view! {
        <div class="curves">
            <figure class="chart" data-testid="loss-chart">
                <figcaption class="chart-title"><Term name="loss" text="Loss" />" per "<Term name="step" /></figcaption>
                <Chart name="Loss per step" drawing=Signal::derive(move || drawings.with(|d| d.loss.clone())) />
            </figure>
            <figure class="chart" data-testid="accuracy-chart">
                <figcaption class="chart-title">
                    <Term name="test accuracy" text="Test accuracy" />" per "<Term name="epoch" />
                </figcaption>
                <Chart name="Test accuracy per epoch" drawing=Signal::derive(move || drawings.with(|d| d.accuracy.clone())) />
            </figure>
            <ul class="legend" aria-label="Legend">
                <li><Key ink="ink-raw" />"training batch"</li>
                <li><Key ink="ink-train" />"training, "<Term name="smoothed" /></li>
                <li><Key ink="ink-test" dot=true /><Term name="test set" /></li>
                {move || {
                    past.get().into_iter().enumerate().map(|(index, label)| view! {
                        <li class="legend-past">
                            <Key ink=past_class(index) />
                            <b>{curve::tag(index)}</b>" "{label}
                        </li>
                    }).collect_view()
                }}
            </ul>
            <p class="visually-hidden">{summary}</p>
        </div>
    }
}

fn past_class(index: usize) -> String {
    format!("ink-past ink-past-{}", index % PAST_INKS)
}

#[component]
fn Key(#[prop(into)] ink: String, #[prop(default = false)] dot: bool) -> impl IntoView {
    view! {
        <svg class="legend-key" width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">
            <path class=ink.clone() fill="none" d="M1 6H27" />
            {dot.then(|| view! { <circle class=ink cx="14" cy="6" r="4" /> })}
        </svg>
    }
}
