//! Evaluation of a U-Net, per test case.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::SegmentEvaluation;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{each, effect, handle_mouse, live, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::legend::ClassKey;

use super::case_order::case_order;
use super::case_table::{CaseContext, CaseTable};
use crate::dataset::slice_store::{SliceRef, SliceStore};
use crate::dice_bars::{DiceBars, figure, milliliters, millimeters, share};

/// Mean Dice, pixel accuracy, and a table of all test cases sorted by Dice.
#[component]
pub fn CasesView(
    /// The last evaluation.
    #[prop(into)]
    report: Signal<Option<Arc<SegmentEvaluation>>>,
    /// The slices.
    #[prop(into)]
    store: Signal<Option<SliceStore>>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Display settings.
    look: DisplaySettings,
    /// Called when a slice is selected.
    #[prop(into)]
    on_select: Callback<SliceRef>,
) -> impl IntoView {
    let with = move |read: fn(&SegmentEvaluation) -> Option<f64>| {
        report.with(|report| report.as_ref().and_then(|report| read(report)))
    };
    let mean = memo(move || with(SegmentEvaluation::mean_dice));
    let accuracy = memo(move || with(|report| Some(report.pixel_accuracy)));
    let loss = memo(move || with(|report| Some(f64::from(report.loss))));
    let dice = memo(move || {
        report.with(|report| report.as_ref().map(|r| r.dice.clone()).unwrap_or_default())
    });
    view! {
        <div class="cases-view">
            <p class="figure">
                <span class="figure-number" data-testid="dice">{live(move || figure(mean.get()))}</span>
                <span class="figure-words">"mean "<Term name="Dice" /></span>
                <span class="figure-number case-second" data-testid="pixel-accuracy">
                    {live(move || share(accuracy.get()))}
                </span>
                <span class="figure-words">
                    <Term name="pixel accuracy" />
                    {live(move || loss.get().map(|loss| format!(", loss {}", format::loss(loss))))}
                </span>
            </p>
            <DiceBars classes=classes dice=dice />
            <Cases
                shown=CaseContext { report, store, classes, look, on_select }
                mean=mean
                distance=memo(move || with(SegmentEvaluation::mean_hausdorff95_mm))
                volume_error=memo(move || with(SegmentEvaluation::mean_volume_error_ml))
            />
        </div>
    }
}

#[component]
fn Cases(
    shown: CaseContext,
    /// Mean Dice.
    mean: Signal<Option<f64>>,
    /// Mean Hausdorff 95 in millimeters.
    distance: Signal<Option<f64>>,
    /// Mean volume error in milliliters.
    volume_error: Signal<Option<f64>>,
) -> impl IntoView {
    let CaseContext { report, store, classes, .. } = shown;
    let worst_first = RwSignal::new(true);
    let order = memo(move || {
        report.with(|report| {
            report.as_ref().map(|r| case_order(&r.cases, worst_first.get())).unwrap_or_default()
        })
    });
    let open = RwSignal::new(None::<usize>);
    effect(move || {
        // An open case belongs to the previous data set.
        store.track();
        open.set(None);
    });
    let first = move || if worst_first.get() { "ascending" } else { "descending" };
    let arrow = move || if worst_first.get() { " ▲" } else { " ▼" };
    let spoken = move || {
        if worst_first.get() {
            "Dice, worst first. Show the best first."
        } else {
            "Dice, best first. Show the worst first."
        }
    };
    view! {
        <ClassKey classes=classes with_truth=true />
        <div class="cases-scroll" role="group" tabindex="0" aria-label="cases">
            <table class="cases" data-testid="cases">
                <caption>"Every case by its Dice. The name of a case opens its slices."</caption>
                <thead>
                    <tr>
                        <th scope="col">"Case"</th>
                        <th scope="col">"Part"</th>
                        <th scope="col" aria-sort=first>
                            <button
                                type="button"
                                class="cases-sort"
                                aria-label=spoken
                                title=spoken
                                on:click=handle_mouse(move |_| worst_first.update(|worst| *worst = !*worst))
                            >
                                "Dice"{live(arrow)}
                            </button>
                        </th>
                        <th scope="col">
                            <Term name="Hausdorff 95" />
                            <small class="cases-small">"slices with both"</small>
                        </th>
                        <th scope="col">
                            <Term name="volume error" text="Volume error" />
                            <small class="cases-small">"predicted / true"</small>
                        </th>
                    </tr>
                </thead>
                {each(move || order.get(), move |case| view! {
                    <CaseTable case=case shown=shown open=open />
                })}
                <tfoot>
                    <tr>
                        <th scope="row" colspan="2">"Mean"</th>
                        <td>{live(move || figure(mean.get()))}</td>
                        <td>{live(move || millimeters(distance.get()))}</td>
                        <td>{live(move || milliliters(volume_error.get()))}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}
