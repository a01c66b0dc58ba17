//! The confusion matrix, and the images of the selected cell.

use leptos::prelude::*;
use metrics::ConfusionMatrix;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::format;

use super::evaluated_images::EvaluatedImages;
use super::evaluation_state::EvaluationState;
use super::image_groups::cell_group;

/// Confusion matrix, and images of the selected cell beside it.
#[component]
pub(super) fn ConfusionView(
    state: EvaluationState,
    /// True and predicted class of the selected cell; `None` if no cell is selected.
    chosen: RwSignal<Option<(usize, usize)>>,
) -> impl IntoView {
    let EvaluationState { report, labels, classes, confusion, .. } = state;
    let group = memo(move || {
        let cell = chosen.get()?;
        report.with(|report| {
            let probabilities = &report.as_ref()?.test.probabilities;
            labels.with(|labels| {
                classes.with(|classes| cell_group(labels, probabilities, classes, cell))
            })
        })
    });
    view! {
        <div class="confusion-parts">
            <Matrix confusion classes chosen />
            <EvaluatedImages state group on_close=move |()| chosen.set(None) />
        </div>
    }
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
