//! Live predictions: masks of the preview slices while the network is training.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::LivePrediction;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, each, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::legend::{ClassKey, ErrorKey};
use ui::raster::slice_canvas::{ErrorCanvas, SliceCanvas};

use crate::dataset::slice_store::{SliceRef, SliceStore, evaluated, nth};
use crate::dice_bars::DiceBars;

/// The preview slices: prediction with the contour of the ground truth, error map, and Dice of each
/// class.
#[component]
pub fn LivePredictionsView(
    /// The latest live prediction.
    #[prop(into)]
    prediction: Signal<Option<Arc<LivePrediction>>>,
    /// Indices of the preview slices in the test split.
    #[prop(into)]
    watched: Signal<Vec<usize>>,
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
    let step = memo(move || prediction.with(|prediction| prediction.as_ref().map(|g| g.step)));
    let when = move || match step.get() {
        None => "The first prediction appears here as soon as the network stands.".to_owned(),
        Some(0) => "Before the first step".to_owned(),
        Some(step) => format!("After step {}", format::count(step)),
    };
    view! {
        <div
            class="live"
            data-testid="glimpse"
            data-step=live_value(move || step.get().map(|step| step.to_string()))
        >
            <p class="live-head"><span class="live-step">{live(when)}</span></p>
            <ClassKey classes=classes with_truth=true />
            <ErrorKey classes=classes />
            <ul class="live-cards" aria-label="watched slices">
                {each(move || watched.get(), move |index| {
                    let place = watched.with_untracked(|all| all.iter().position(|i| *i == index));
                    view! {
                        <Card
                            place=place.unwrap_or_default()
                            slice=SliceRef { split: evaluated(store), index }
                            prediction=prediction
                            store=store
                            classes=classes
                            look=look
                            on_select=on_select
                        />
                    }

                })}
            </ul>
        </div>
    }
}

/// One preview slice. Its canvases are redrawn only if its own mask changes.
#[component]
fn Card(
    place: usize,
    slice: SliceRef,
    prediction: Signal<Option<Arc<LivePrediction>>>,
    store: Signal<Option<SliceStore>>,
    classes: Signal<Vec<String>>,
    look: DisplaySettings,
    on_select: Callback<SliceRef>,
) -> impl IntoView {
    let size = memo(move || {
        store.with(|store| store.as_ref().map(|store| store.set().size()).unwrap_or_default())
    });
    let pixels = memo(move || store.with(|store| store.as_ref()?.pixels(slice)));
    let truth = memo(move || store.with(|store| store.as_ref()?.mask(slice)));
    let mask = memo(move || {
        let [height, width] = size.get();
        prediction.with(|prediction| nth(&prediction.as_ref()?.masks, place, height * width))
    });
    let dice = memo(move || {
        let found = |prediction: &Arc<LivePrediction>| prediction.dice.get(place).cloned();
        prediction.with(|prediction| prediction.as_ref().and_then(found)).unwrap_or_default()
    });
    let name = memo(move || {
        let describe = |store: &SliceStore| store.describe(slice);
        store.with(|store| store.as_ref().map(describe)).unwrap_or_default()
    });
    let case = move || {
        store.with(|store| store.as_ref()?.case_name(slice).map(str::to_owned)).unwrap_or_default()
    };
    view! {
        <li class="live-card">
            <button
                type="button"
                class="raster-button"
                aria-label=live_value(move || format!("Select {}", name.get()))
                title=name.live()
                on:click=handle_mouse(move |_| on_select.run(slice))
            >
                <SliceCanvas
                    size=size
                    pixels=pixels
                    mask=mask
                    truth=truth
                    look=look
                    label=derived(move || format!("prediction for {}", name.get()))
                />
            </button>
            <ErrorCanvas
                size=size
                pixels=pixels
                truth=truth
                mask=mask
                look=look
                label=derived(move || format!("errors in {}", name.get()))
            />
            <p class="live-case">{live(case)}</p>
            <DiceBars classes=classes dice=dice />
        </li>
    }
}
