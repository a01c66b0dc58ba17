//! ROC and precision–recall curve of one class against the rest, with the operating point on both.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use metrics::{Groups, RESAMPLES, average_precision_of_sample};
use ui::chart::chart_view::Chart;
use ui::erased_signal::Signal;
use ui::erased_view::{When, derived, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::binary_figures::BinaryFigures;
use super::curve_charts::{precision_recall_chart, roc_chart, with_point};
use super::evaluation_state::EvaluationState;
use super::operating_point::OperatingPoint;
use super::resampling::{BootstrapJob, use_bootstrap};
use super::threshold_controls::ThresholdControls;
use crate::figure::{Figure, percent_interval, score_interval};
use crate::figure_view::FigureTile;

/// Both curves with their areas, and the figures of the operating point.
#[component]
pub(super) fn CurvesView(state: EvaluationState) -> impl IntoView {
    let EvaluationState { binary, point, .. } = state;
    let problem = state.problem();
    let figures = memo(move || {
        binary.with(|binary| binary.as_ref().and_then(|found| found.as_ref().ok()).cloned())
    });
    let of_figures = move |chart: fn(Option<&BinaryFigures>) -> _| {
        memo(move || figures.with(|figures| chart(figures.as_deref())))
    };
    let (roc_curve, recall_curve) = (of_figures(roc_chart), of_figures(precision_recall_chart));
    let place = move |read: fn(&BinaryFigures, usize) -> (f64, f64)| {
        let index = point.get()?.index;
        figures.with(|figures| figures.as_ref().map(|figures| read(figures, index)))
    };
    let roc = derived(move || {
        let at = place(|figures, index| {
            let point = figures.roc[index.min(figures.roc.len() - 1)];
            (point.false_positive_rate, point.true_positive_rate)
        });
        with_point(roc_curve.get(), at)
    });
    let recall = derived(move || {
        let at = place(|figures, index| {
            let last = figures.precision_recall.len() - 1;
            let point = figures.precision_recall[index.min(last)];
            (point.recall, point.precision)
        });
        with_point(recall_curve.get(), at)
    });
    let idle = memo(move || point.get().as_ref().map(OperatingPoint::text).unwrap_or_default());
    let sentence = move || {
        let name = state.class_name();
        figures.with(|figures| figures.as_ref().map(|figures| figures.sentence(&name)))
    };
    view! {
        <div class="curves">
            <ThresholdControls state />
            {live(move || problem.get().map(|problem| view! { <p role="alert">{problem}</p> }))}
            <When holds=live_value(move || problem.with(Option::is_none))>
                <div class="curves-charts">
                    <figure class="chart" data-testid="roc-chart">
                        <figcaption class="chart-title">
                            <Term name="ROC" text="ROC curve" />
                            ", "
                            <Area figures />
                        </figcaption>
                        <Chart name="ROC curve" data=roc idle=idle />
                    </figure>
                    <figure class="chart" data-testid="recall-chart">
                        <figcaption class="chart-title">
                            <Term name="precision–recall curve" text="Precision–recall" />
                            ", "
                            <AveragePrecision state figures />
                        </figcaption>
                        <Chart name="Precision–recall curve" data=recall idle=precision_text(figures, point) />
                    </figure>
                </div>
                <PointTiles point />
                <p class="curves-sentence">{live(sentence)}</p>
            </When>
        </div>
    }
}

#[component]
fn Area(figures: Signal<Option<Arc<BinaryFigures>>>) -> impl IntoView {
    let area = move || figures.with(|figures| figures.as_ref().map(|figures| figures.area));
    view! {
        <Term name="AUC" />
        <span data-testid="auc">
            {live(move || area().map(|area: Figure| {
                format!(" {} ({})", area.score(), score_interval(area.interval))
            }))}
        </span>
    }
}

#[component]
fn AveragePrecision(
    state: EvaluationState,
    figures: Signal<Option<Arc<BinaryFigures>>>,
) -> impl IntoView {
    let intervals = use_bootstrap(move || {
        // During training the next evaluation comes before the resamples are made.
        let figures = figures.get().filter(|_| !state.is_training.get())?;
        Some(BootstrapJob {
            groups: Groups::single(figures.cases.cases()),
            resamples: RESAMPLES,
            count: 1,
            metrics: Rc::new(move |sample, values| {
                values[0] = average_precision_of_sample(&figures.cases, sample);
            }),
        })
    });
    let text = move || {
        let value =
            figures.with(|figures| figures.as_ref().map(|found| found.average_precision))?;
        let interval = intervals.with(|intervals| intervals.first().copied().flatten());
        let figure = Figure::new(Some(value), interval);
        Some(format!(" {} ({})", figure.score(), score_interval(figure.interval)))
    };
    view! {
        <Term name="average precision" />
        <span data-testid="average-precision">{live(text)}</span>
    }
}

/// Returns recall and precision at the operating point, as text.
fn precision_text(
    figures: Signal<Option<Arc<BinaryFigures>>>,
    point: Signal<Option<OperatingPoint>>,
) -> Signal<String> {
    memo(move || {
        let Some(point) = point.get() else { return String::new() };
        let found = figures.with(|figures| {
            figures.as_ref().and_then(|figures| figures.precision_recall.get(point.index).copied())
        });
        found.map_or_else(String::new, |found| {
            format!(
                "recall {}, precision {}",
                format::percent(found.recall),
                format::percent(found.precision)
            )
        })
    })
}

#[component]
fn PointTiles(point: Signal<Option<OperatingPoint>>) -> impl IntoView {
    let figure = move |read: fn(&OperatingPoint) -> Figure| {
        memo(move || point.get().as_ref().map(read).unwrap_or_default())
    };
    let sensitivity = figure(|point| point.sensitivity);
    let specificity = figure(|point| point.specificity);
    let positive = figure(|point| Figure::new(point.values.positive, None));
    let negative = figure(|point| Figure::new(point.values.negative, None));
    let prevalence = memo(move || {
        let prevalence = point.get().map(|point| format::percent(point.prevalence));
        prevalence.map(|text| format!("at prevalence {text}")).unwrap_or_default()
    });
    view! {
        <dl class="figure-view-tiles">
            <FigureTile
                name="sensitivity"
                value=derived(move || sensitivity.get().percent())
                below=derived(move || percent_interval(sensitivity.get().interval))
                testid="sensitivity"
            />
            <FigureTile
                name="specificity"
                value=derived(move || specificity.get().percent())
                below=derived(move || percent_interval(specificity.get().interval))
                testid="specificity"
            />
            <FigureTile
                name="PPV"
                value=derived(move || positive.get().percent())
                below=prevalence
                testid="ppv"
            />
            <FigureTile
                name="NPV"
                value=derived(move || negative.get().percent())
                below=prevalence
                testid="npv"
            />
        </dl>
    }
}
