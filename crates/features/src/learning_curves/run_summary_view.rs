//! Summary of a run beneath its learning curves.

use leptos::prelude::*;
use model::score::ConfusionMatrix;
use protocol::Evaluation;
use store::shared_evaluation::SharedEvaluation;
use store::view_model::Curve;
use ui::erased_signal::Signal;
use ui::erased_view::{live, memo, view};

use super::metric::Metric;
use super::run_summary::{learning_summary, mistake_summary, worst_class_summary};
use crate::evaluated_split::use_evaluated_split;

/// What to do after the last epoch, when a run cannot go on.
const FINISHED: &str = "All epochs are done. With more epochs, set under Training, a new run is drawn beside this one.";

/// Whether the run is still learning, and what the network gets wrong most.
#[component]
pub fn RunSummary(
    /// All runs, with the current one last.
    #[prop(into)]
    runs: Signal<Vec<Curve>>,
    /// Steps per epoch of the current run.
    #[prop(into)]
    steps_per_epoch: Signal<usize>,
    /// Metrics of the run.
    #[prop(into)]
    metric: Signal<Metric>,
    /// The last evaluation of a classifier.
    #[prop(into, optional)]
    report: Signal<Option<SharedEvaluation<Evaluation>>>,
    /// Classes of the evaluated images, in pack order.
    #[prop(into, optional)]
    labels: Signal<Vec<u8>>,
    /// Class names of a classifier in label order.
    #[prop(into, optional)]
    classes: Signal<Vec<String>>,
    /// Whether all epochs are done.
    #[prop(into)]
    is_finished: Signal<bool>,
) -> impl IntoView {
    let evaluated = use_evaluated_split();
    let learning = memo(move || {
        let (steps, has_ended) = (steps_per_epoch.get(), is_finished.get());
        runs.with(|runs| {
            runs.last().map(|run| evaluated.get().say(&learning_summary(run, steps, has_ended)))
        })
    });
    let confusion = memo(move || {
        report.with(|report| {
            let probabilities = &report.as_ref()?.test.probabilities;
            let classes = classes.with(Vec::len);
            Some(labels.with(|labels| ConfusionMatrix::new(labels, probabilities, classes)))
        })
    });
    let worst = memo(move || {
        metric.with(|metric| match metric {
            Metric::Accuracy { .. } => confusion.with(|confusion| {
                let summary = classes.with(|classes| mistake_summary(confusion.as_ref()?, classes));
                summary.map(|summary| evaluated.get().say(&summary))
            }),
            Metric::Dice { classes, .. } => {
                runs.with(|runs| worst_class_summary(runs.last()?, classes))
            }
        })
    });
    view! {
        <div class="run-summary" data-testid="run-summary">
            <p>{live(move || learning.get().map(emphasized))}</p>
            <p>{live(move || worst.get().map(emphasized))}</p>
            <p>{live(move || is_finished.get().then_some(FINISHED))}</p>
        </div>
    }
}

/// Emphasizes what a sentence says before its colon.
fn emphasized(sentence: String) -> AnyView {
    match sentence.split_once(": ") {
        Some((verdict, reason)) => view! { <b>{format!("{verdict}:")}</b>{format!(" {reason}")} },
        None => sentence.into_any(),
    }
}
