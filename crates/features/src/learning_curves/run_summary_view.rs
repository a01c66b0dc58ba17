//! Summary of a run beneath its learning curves.

use leptos::prelude::*;
use metrics::ConfusionMatrix;
use protocol::Evaluation;
use store::best_epoch::RunEnd;
use store::shared_evaluation::SharedEvaluation;
use store::view_model::Curve;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_mouse, live, memo, view};
use ui::format;

use super::metric::Metric;
use super::run_summary::{learning_summary, mistake_summary, worst_class_summary};
use crate::evaluated_split::use_evaluated_split;

/// Says how a run ended, which epoch was the best, and which network the views show.
fn end_text(end: RunEnd) -> String {
    let RunEnd { last, best, stopped_after, is_restored } = end;
    let how = match stopped_after {
        Some(patience) => format!(
            "Stopped early after epoch {last}: the test loss has not become lower for {}.",
            format::plural(patience, "epoch", "epochs")
        ),
        None => "All epochs are done. With more epochs, set under Training, a new run is drawn \
                 beside this one."
            .to_owned(),
    };
    match (best == last, is_restored) {
        (true, _) => how,
        (false, false) => format!("{how} The test loss was lowest after epoch {best}."),
        (false, true) => format!("{how} The network of epoch {best} is back; all views show it."),
    }
}

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
    /// How the run ended, once it has.
    #[prop(into)]
    end: Signal<Option<RunEnd>>,
    /// Called when the visitor asks for the network of the best epoch.
    #[prop(into)]
    on_restore: Callback<()>,
) -> impl IntoView {
    let evaluated = use_evaluated_split();
    let learning = memo(move || {
        let (steps, has_ended) = (steps_per_epoch.get(), end.get().is_some());
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
            {live(move || end.get().map(|end| view! {
                <p>
                    {evaluated.get().say(&end_text(end))}
                    {(!end.is_restored).then(|| view! {
                        " "
                        <button
                            type="button"
                            class="button-secondary"
                            data-testid="restore-best"
                            on:click=handle_mouse(move |_| on_restore.run(()))
                        >
                            {format!("Restore epoch {}", end.best)}
                        </button>
                    })}
                </p>
            }))}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_says_which_network_the_views_show() {
        let end = RunEnd { last: 8, best: 5, stopped_after: Some(3), is_restored: false };
        assert_eq!(
            end_text(end),
            "Stopped early after epoch 8: the test loss has not become lower for 3 epochs. The test \
             loss was lowest after epoch 5."
        );
        let restored = end_text(RunEnd { is_restored: true, ..end });
        assert!(restored.ends_with("The network of epoch 5 is back; all views show it."));
        let all = end_text(RunEnd { last: 8, best: 8, stopped_after: None, is_restored: true });
        assert!(all.starts_with("All epochs are done.") && !all.contains("lowest"));
    }
}
