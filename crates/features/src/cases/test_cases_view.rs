//! The sealed test set of the segmentation lab.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{SegmentEvaluation, TestReport};
use store::run::TestSetReport;
use store::test_set::Seal;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, live, memo, view};
use ui::format;

use super::dice_figures::{dice_figure, dice_sentence};
use crate::figure::{Figure, score_interval};
use crate::figure_view::FigureTile;
use crate::test_set::seal_panel::SealPanel;

/// Mean Dice of both sets, and a sentence about their difference.
#[derive(Clone, PartialEq)]
struct Comparison {
    validation: Figure,
    test: Figure,
    /// Number of cases of either set.
    cases: (usize, usize),
    sentence: String,
    /// Number of steps after which the test set was evaluated.
    step: usize,
}

/// The button that opens the test set, and its mean Dice beside that of the validation set.
#[component]
pub fn TestCasesView(
    /// State of the test set.
    #[prop(into)]
    seal: Signal<Seal>,
    /// Evaluation on the test set, once it was opened for this run.
    #[prop(into)]
    opened: Signal<Option<Arc<TestSetReport>>>,
    /// Evaluation on the validation set, if it is of the same step.
    #[prop(into)]
    validation: Signal<Option<Arc<SegmentEvaluation>>>,
    /// Opens the test set.
    #[prop(into)]
    on_open: Callback<()>,
) -> impl IntoView {
    let found = memo(move || {
        let opened = opened.get()?;
        let TestReport::Segment(test) = &opened.test else { return None };
        let validation = validation.get();
        Some(Comparison {
            validation: validation.as_deref().map(dice_figure).unwrap_or_default(),
            test: dice_figure(test),
            cases: (validation.as_ref().map_or(0, |report| report.cases.len()), test.cases.len()),
            sentence: match &validation {
                Some(validation) => dice_sentence(validation, test),
                None => {
                    "The network was trained on since, or not evaluated at this step. To compare \
                         both sets, pause, press “Test now”, and open the test set."
                        .to_owned()
                }
            },
            step: opened.step,
        })
    });
    let content = move || {
        let Comparison { validation, test, cases, sentence, step } = found.get()?;
        let tile = |text: &'static str, testid: &'static str, figure: Figure, cases: usize| {
            let below = format!(
                "{}, {}",
                score_interval(figure.interval),
                format::plural(cases, "case", "cases")
            );
            view! {
                <FigureTile
                    name="Dice"
                    text=text
                    value=derived(move || figure.score())
                    below=derived(move || below.clone())
                    testid=testid
                />
            }
        };
        Some(view! {
            <dl class="figure-view-tiles">
                {tile("Validation: mean Dice", "validation-dice", validation, cases.0)}
                {tile("Test: mean Dice", "test-dice", test, cases.1)}
            </dl>
            <p data-testid="test-set-sentence">
                {format!("After step {}, with 95 % intervals over cases. {sentence}", format::count(step))}
            </p>
        })
    };
    view! {
        <section class="test-cases">
            <h3>"Test set"</h3>
            <SealPanel seal on_open />
            {live(content)}
        </section>
    }
}
