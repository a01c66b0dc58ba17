//! Evaluation of a classifier: confusion matrix, precision, recall, F1.

use leptos::prelude::*;
use model::score::ConfusionMatrix;
use protocol::Evaluation;
use store::shared_evaluation::SharedEvaluation;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::cell_images::CellImages;
use crate::evaluated_split::EvaluatedAccuracy;

/// Accuracy, confusion matrix, images of the selected cell, and scores of each class.
#[component]
pub fn EvaluationView(
    /// The last evaluation.
    #[prop(into)]
    report: Signal<Option<SharedEvaluation<Evaluation>>>,
    /// Classes of the evaluated images, in pack order.
    #[prop(into)]
    labels: Signal<Vec<u8>>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    let confusion = memo(move || {
        report.with(|report| {
            report.as_ref().map(|report| {
                labels.with(|labels| {
                    ConfusionMatrix::new(labels, &report.test.probabilities, classes.with(Vec::len))
                })
            })
        })
    });
    let chance = memo(move || match classes.with(Vec::len) {
        0 => None,
        classes => Some(1.0 / classes as f64),
    });
    let chosen = RwSignal::new(None::<(usize, usize)>);

    view! {
        <div class="evaluation">
            <p class="figure">
                <span class="figure-number" data-testid="accuracy">
                    {live(move || report.with(|report| match report {
                        Some(report) => format::percent(report.test.accuracy),
                        None => "–".to_owned(),
                    }))}
                </span>
                <span class="figure-words">
                    <EvaluatedAccuracy />
                    {live(move || report.with(|report| report.as_ref().map(describe)))}
                    {live(move || chance.get().map(|chance| {
                        format!("; guessing gives {}", format::percent_short(chance))
                    }))}
                </span>
            </p>
            <div class="evaluation-parts">
                <section class="evaluation-confusion">
                    <h3><Term name="confusion matrix" text="Confusion matrix" /></h3>
                    <Matrix confusion=confusion classes=classes chosen=chosen />
                </section>
                <CellImages report=report labels=labels classes=classes chosen=chosen />
                <section class="evaluation-scores">
                    <h3>"Class by class"</h3>
                    <Scores confusion=confusion classes=classes />
                </section>
            </div>
        </div>
    }
}

fn describe(report: &SharedEvaluation<Evaluation>) -> String {
    let loss = format::loss(report.test.loss.into());
    format!(" {}, loss {loss}", report.when())
}

#[component]
fn Matrix(
    confusion: Signal<Option<ConfusionMatrix>>,
    classes: Signal<Vec<String>>,
    chosen: RwSignal<Option<(usize, usize)>>,
) -> impl IntoView {
    let cell = move |truth: usize, predicted: usize| {
        let count = memo(move || {
            confusion.with(|confusion| {
                let row = confusion.as_ref()?.counts.get(truth)?;
                Some((*row.get(predicted)?, row.iter().sum::<usize>()))
            })
        });
        let share = move || count.get().map_or(0.0, |(n, all)| n as f64 / all.max(1) as f64);
        let spoken = move || {
            classes.with(|classes| {
                let name = |class: usize| classes.get(class).map_or("", String::as_str);
                let n = count.get().map_or(0, |(n, _)| n);
                let images = format::plural(n, "image", "images");
                if truth == predicted {
                    format!("{} recognised: {images}", name(truth))
                } else {
                    format!("{} taken for {}: {images}", name(truth), name(predicted))
                }
            })
        };
        let strong = move || share() > 0.45;
        let none = move || count.get().is_none_or(|(n, _)| n == 0);
        view! {
            <td>
                <button
                    type="button"
                    class="confusion-cell"
                    class:confusion-right=truth == predicted
                    class:confusion-strong=strong
                    class:confusion-none=none
                    style:--share=live_value(move || format!("{:.3}", share().sqrt()))
                    aria-label=spoken
                    title=spoken
                    aria-pressed=live_value(move || (chosen.get() == Some((truth, predicted))).to_string())
                    on:click=handle_mouse(move |_| chosen.update(|chosen| {
                        let this = Some((truth, predicted));
                        *chosen = if *chosen == this { None } else { this };
                    }))
                >
                    {live(move || count.get().map(|(n, _)| n))}
                </button>
            </td>
        }
    };
    let rows = move || {
        let classes = classes.get();
        let n = classes.len();
        classes
            .into_iter()
            .enumerate()
            .map(|(truth, name)| {
                let cells = (0..n).map(|predicted| cell(truth, predicted)).collect_view();
                view! { <tr><th scope="row">{name}</th>{cells}</tr> }
            })
            .collect_view()
    };
    let head = move || {
        classes
            .get()
            .into_iter()
            .map(|name| view! { <th scope="col"><span>{name}</span></th> })
            .collect_view()
    };
    view! {
        <div class="confusion-scroll">
            <table class="confusion" data-testid="confusion">
                <caption>
                    "Rows: what the image is. Columns: what the network says. A cell shows its images."
                </caption>
                <thead><tr><td></td>{live(head)}</tr></thead>
                <tbody>{live(rows)}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Scores(
    confusion: Signal<Option<ConfusionMatrix>>,
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    let rows = move || {
        let confusion = confusion.get();
        let classes = classes.get();
        let scores: Vec<_> = (0..classes.len())
            .map(|class| {
                confusion.as_ref().filter(|c| class < c.counts.len()).map(|c| c.class(class))
            })
            .collect();
        classes
            .into_iter()
            .zip(scores)
            .map(|(name, score)| {
                let figure = |value: Option<f64>| {
                    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
                };
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td>{figure(score.and_then(|s| s.precision))}</td>
                        <td>{figure(score.and_then(|s| s.recall))}</td>
                        <td>{figure(score.and_then(|s| s.f1))}</td>
                        <td>{score.map(|s| format::count(s.images))}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <table class="table">
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
        </table>
    }
}
