//! Segmentation result for the visitor's own slices.

use std::sync::Arc;

use data::user_files::NetworkInput;
use leptos::prelude::*;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, derived, handle_event, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::legend::{ClassKey, ErrorKey};
use ui::raster::slice_canvas::{ErrorCanvas, SliceCanvas};

use super::directions::Directions;
use super::dropped_files::Truth;
use super::slice_queue::SliceQueue;
use crate::dice_bars::{DiceBars, figure};

/// A slice or volume provided by the visitor.
#[derive(Clone, Debug)]
pub(crate) struct OwnStack {
    /// File name.
    pub name: String,
    /// The slices, with the masks received so far.
    pub queue: SliceQueue,
    /// The ground truth, if known.
    pub truth: Option<Truth>,
}

impl OwnStack {
    /// Returns what was done with the files, as sentences.
    fn notes(&self) -> Vec<String> {
        let of_truth = self.truth.iter().flat_map(|truth| &truth.notes);
        self.queue.source().notes.iter().chain(of_truth).cloned().collect()
    }
}

/// The selected slice with its mask, a slider through the volume, and Dice if there is a ground
/// truth.
#[component]
pub(crate) fn OwnSlicesResult(
    own: RwSignal<Option<OwnStack>>,
    /// Index of the selected slice, from 0.
    shown: RwSignal<usize>,
    input: Signal<NetworkInput>,
    classes: Signal<Vec<String>>,
    look: DisplaySettings,
    /// Called to request the masks again, since the network has changed.
    #[prop(into)]
    on_again: Callback<()>,
) -> impl IntoView {
    let size = memo(move || input.get().size);
    let extent = memo(move || own.with(|own| Some(own.as_ref()?.queue.source().extent)));
    let there = memo(move || own.with(Option::is_some));
    let read = move |read: fn(&OwnStack, usize) -> Option<Arc<[u8]>>| {
        own.with(|own| read(own.as_ref()?, shown.get()))
    };
    let pixels = memo(move || read(|own, shown| own.queue.image(shown)));
    let mask = memo(move || read(|own, shown| own.queue.mask(shown)));
    let truth = memo(move || read(|b, shown| b.truth.as_ref()?.slices.get(shown).cloned()));
    let name =
        memo(move || own.with(|own| own.as_ref().map(|b| b.name.clone()).unwrap_or_default()));
    // Number of slices in total, and of those with a mask.
    let counts = memo(move || {
        let counts = |b: &OwnStack| (b.queue.len(), b.queue.answered());
        own.with(|own| own.as_ref().map(counts).unwrap_or_default())
    });
    let dice = memo(move || {
        own.with(|own| {
            let own = own.as_ref()?;
            Some(own.queue.dice(&own.truth.as_ref()?.slices, classes.with(Vec::len)))
        })
    });
    let notes = memo(move || own.with(|own| own.as_ref().map(OwnStack::notes).unwrap_or_default()));
    let label = derived(move || format!("{}, segmented", name.get()));
    view! {
        <When holds=live_value(move || there.get())>
            <div class="own-answer" data-testid="segment-answer">
                <figure class="own-picture">
                    <div class="own-slice">
                        <SliceCanvas
                            size=size
                            pixels=pixels
                            mask=mask
                            truth=truth
                            look=look
                            label=label
                        />
                        <Directions extent=extent input=input />
                    </div>
                    <figcaption>{name.live()}</figcaption>
                </figure>
                <When holds=live_value(move || truth.with(Option::is_some))>
                    <figure class="own-picture">
                        <ErrorCanvas
                            size=size
                            pixels=pixels
                            truth=truth
                            mask=mask
                            look=look
                            label=derived(move || format!("errors in {}", name.get()))
                        />
                        <figcaption><ErrorKey classes=classes /></figcaption>
                    </figure>
                </When>
                <div class="own-facts">
                    <When holds=live_value(move || { counts.get().0 > 1 })>
                        <SliceSlider shown=shown count=derived(move || counts.get().0) />
                    </When>
                    <p aria-live="polite">{live(move || progress(counts.get()))}</p>
                    {live(move || notes.with(|notes| (!notes.is_empty()).then(|| view! {
                        <ul class="own-notes" data-testid="segment-notes">
                            {notes.iter().map(|note| view! { <li>{note.clone()}</li> }).collect_view()}
                        </ul>
                    })))}
                    <ClassKey classes=classes with_truth=true />
                    <When holds=live_value(move || dice.with(Option::is_some))>
                        <Score dice=dice classes=classes counts=counts />
                    </When>
                    <button type="button" class="button-secondary" on:click=handle_mouse(move |_| on_again.run(()))>
                        "Ask the present network again"
                    </button>
                </div>
            </div>
        </When>
    }
}

/// Dice over all slices that have been segmented.
#[component]
fn Score(
    dice: Signal<Option<Vec<Option<f64>>>>,
    classes: Signal<Vec<String>>,
    counts: Signal<(usize, usize)>,
) -> impl IntoView {
    let values = memo(move || dice.get().unwrap_or_default());
    let mean = move || figure(model::score::mean_of_some(values.get().into_iter()));
    let whole = move || match counts.get() {
        (all, answered) if answered < all => "Mean Dice so far: ",
        _ => "Mean Dice: ",
    };
    view! {
        <p class="own-score">
            {live(whole)}<strong data-testid="segment-mask-score">{live(mean)}</strong>
        </p>
        <DiceBars classes=classes dice=values />
    }
}

#[component]
fn SliceSlider(shown: RwSignal<usize>, count: Signal<usize>) -> impl IntoView {
    view! {
        <label class="display-slider">
            <span>"slice"</span>
            <input
                type="range"
                min="0"
                max=live_value(move || count.get().saturating_sub(1))
                data-testid="segment-slice"
                prop:value=live_value(move || shown.get().to_string())
                on:input=handle_event(move |event| {
                    if let Ok(slice) = event_target_value(&event).parse() {
                        shown.set(slice);
                    }
                })
            />
            <output class="field-unit">
                {live(move || format!("{} of {}", shown.get() + 1, count.get()))}
            </output>
        </label>
    }
}

/// Formats the progress, given the total number of slices and the number of slices with a mask.
fn progress((all, answered): (usize, usize)) -> String {
    if answered < all {
        format!("{} of {} segmented.", format::count(answered), slices(all))
    } else {
        format!("{} segmented.", slices(all))
    }
}

fn slices(number: usize) -> String {
    format::plural(number, "slice", "slices")
}

#[cfg(test)]
mod tests {
    use super::progress;

    #[test]
    fn progress_is_told_in_slices() {
        assert_eq!(progress((1, 0)), "0 of 1 slice segmented.");
        assert_eq!(progress((35, 32)), "32 of 35 slices segmented.");
        assert_eq!(progress((35, 35)), "35 slices segmented.");
    }
}
