//! Table row group of one test case, with one row per foreground class, and its slices.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{CaseScore, SegmentEvaluation};
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, derived, each, handle_mouse, live, live_value, memo, view};
use ui::legend::{Swatch, foreground};
use ui::raster::slice_canvas::SliceCanvas;

use crate::dataset::slice_store::{SliceRef, SliceStore, evaluated, nth};
use crate::dice_bars::{figure, milliliters, millimeters, slice_count, volumes};

/// Inputs of the table.
#[derive(Clone, Copy)]
pub(crate) struct CaseContext {
    /// The last evaluation.
    pub report: Signal<Option<Arc<SegmentEvaluation>>>,
    /// The slices.
    pub store: Signal<Option<SliceStore>>,
    /// Class names in label order.
    pub classes: Signal<Vec<String>>,
    /// Display settings.
    pub look: DisplaySettings,
    /// Called when a slice is selected.
    pub on_select: Callback<SliceRef>,
}

impl CaseContext {
    /// Reads a value of a case in the last evaluation.
    fn with_case<T>(&self, case: usize, read: impl FnOnce(&CaseScore) -> Option<T>) -> Option<T> {
        self.report.with(|report| read(report.as_ref()?.cases.get(case)?))
    }
}

/// Scores of one case. A click on the name shows its slices.
#[component]
pub(crate) fn CaseTable(
    /// Index of the case in the evaluation.
    case: usize,
    shown: CaseContext,
    /// Index of the case whose slices are shown.
    open: RwSignal<Option<usize>>,
) -> impl IntoView {
    let name = memo(move || shown.with_case(case, |case| Some(case.case.clone())));
    let is_open = memo(move || open.get() == Some(case));
    let toggle =
        move || open.update(|open| *open = if *open == Some(case) { None } else { Some(case) });
    let rows = move || {
        let parts = foreground(&shown.classes.get());
        let count = parts.len();
        parts
            .into_iter()
            .enumerate()
            .map(|(part, (label, part_name))| {
                let score =
                    memo(move || shown.with_case(case, |case| case.classes.get(part).copied()));
                let head = (part == 0).then(|| {
                    view! {
                        <th scope="rowgroup" rowspan=count>
                            <button
                                type="button"
                                class="case-name"
                                aria-expanded=live_value(move || is_open.get().to_string())
                                on:click=handle_mouse(move |event| {
                                    // Otherwise the click handler of the row would close the case
                                    // that the button opens.
                                    event.stop_propagation();
                                    toggle();
                                })
                            >
                                {name.live()}
                            </button>
                        </th>
                    }
                });
                view! {
                    <tr class="case-row" on:click=handle_mouse(move |_| toggle())>
                        {head}
                        <td class="case-part"><Swatch class=label />{part_name}</td>
                        <td>{live(move || figure(score.get().and_then(|s| s.dice)))}</td>
                        <td>
                            {live(move || millimeters(score.get().and_then(|s| s.hausdorff95_mm)))}
                            <small class="cases-small">
                                {live(move || score.get().map(|s| slice_count(&s)))}
                            </small>
                        </td>
                        <td>
                            {live(move || milliliters(score.get().map(|s| s.volume_error_ml)))}
                            <small class="cases-small">
                                {live(move || score.get().map(|s| volumes(&s)))}
                            </small>
                        </td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <tbody class="case" class:case-open=is_open.live()>
            {live(rows)}
            <When holds=live_value(move || is_open.get())>
                <tr class="case-detail">
                    <td colspan="5"><CaseSlices case=case shown=shown /></td>
                </tr>
            </When>
        </tbody>
    }
}

/// Slices of a case with prediction and ground truth.
#[component]
fn CaseSlices(case: usize, shown: CaseContext) -> impl IntoView {
    let slices =
        memo(move || shown.with_case(case, |case| Some(case.slices.clone())).unwrap_or_default());
    let size = memo(move || {
        let of = |store: &SliceStore| store.set().size();
        shown.store.with(|store| store.as_ref().map(of)).unwrap_or_default()
    });
    view! {
        <ul class="case-slices">
            {each(move || slices.get(), move |index| view! {
                <li><CaseSlice slice=SliceRef { split: evaluated(shown.store), index } size=size shown=shown /></li>
            })}
        </ul>
    }
}

#[component]
fn CaseSlice(slice: SliceRef, size: Signal<[usize; 2]>, shown: CaseContext) -> impl IntoView {
    let store = shown.store;
    let pixels = memo(move || store.with(|store| store.as_ref()?.pixels(slice)));
    let truth = memo(move || store.with(|store| store.as_ref()?.mask(slice)));
    let mask = memo(move || {
        let [height, width] = size.get();
        shown.report.with(|report| nth(&report.as_ref()?.masks, slice.index, height * width))
    });
    let name = memo(move || {
        let describe = |store: &SliceStore| store.describe(slice);
        store.with(|store| store.as_ref().map(describe)).unwrap_or_default()
    });
    view! {
        <button
            type="button"
            class="raster-button"
            aria-label=live_value(move || format!("Select {}", name.get()))
            title=name.live()
            on:click=handle_mouse(move |_| shown.on_select.run(slice))
        >
            <SliceCanvas
                size=size
                pixels=pixels
                mask=mask
                truth=truth
                look=shown.look
                label=derived(move || format!("prediction and truth of {}", name.get()))
            />
        </button>
    }
}
