//! Segmentation result for the visitor's own slices.

use std::sync::Arc;

use leptos::prelude::*;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, derived, handle_event, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::legend::{ClassKey, ErrorKey};
use ui::raster::slice_canvas::{ErrorCanvas, SliceCanvas};

use super::directions::Directions;
use super::field_of_view::FieldOfView;
use super::mask_values::MaskValues;
use super::scan::Scan;
use super::scan_controls::ScanControls;
use super::scan_score::{ScanScore, Score};

/// The slice that is shown, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownSlice {
    /// Gray values 0 to 255.
    pub pixels: Arc<[u8]>,
    /// The true class of each pixel, if there is a mask that counts.
    pub truth: Option<Arc<[u8]>>,
}

/// What the result shows, and where choices go.
#[derive(Clone, Copy)]
pub(crate) struct ResultContext {
    /// The scan.
    pub scan: RwSignal<Option<Scan>>,
    /// Index of the selected slice, from 0.
    pub shown: RwSignal<usize>,
    /// The selected slice.
    pub slice: RwSignal<Option<ShownSlice>>,
    /// Class names in label order.
    pub classes: Signal<Vec<String>>,
    /// Display settings.
    pub look: DisplaySettings,
    /// Called to request the masks again, since the network has changed.
    pub on_again: Callback<()>,
    /// Called with the index of another volume of the image's file.
    pub on_volume: Callback<usize>,
    /// Called to swap image and mask.
    pub on_swap: Callback<()>,
}

impl ResultContext {
    /// Returns a value of the scan, as long as there is one.
    fn of_scan<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Scan) -> T + Send + Sync + 'static,
    ) -> Signal<Option<T>> {
        memo(move || self.scan.with(|scan| scan.as_ref().map(&read)))
    }
}

/// What is drawn of the selected slice, all with the height and width of `size`.
#[derive(Clone, Copy)]
struct DrawnSlice {
    /// File name.
    name: Signal<String>,
    size: Signal<[usize; 2]>,
    pixels: Signal<Option<Arc<[u8]>>>,
    /// Predicted class of each pixel.
    mask: Signal<Option<Arc<[u8]>>>,
    /// True class of each pixel.
    truth: Signal<Option<Arc<[u8]>>>,
}

impl DrawnSlice {
    fn of(context: ResultContext) -> Self {
        let ResultContext { scan, shown, slice, .. } = context;
        let of_slice = move |read: fn(&ShownSlice) -> Option<Arc<[u8]>>| {
            memo(move || slice.with(|slice| slice.as_ref().and_then(read)))
        };
        let name = move || {
            let name = |scan: &Scan| scan.image.facts.name.clone();
            scan.with(|scan| scan.as_ref().map(name).unwrap_or_default())
        };
        let size = move || scan.with(|scan| scan.as_ref().map_or([1, 1], |scan| scan.frame.size));
        Self {
            name: memo(name),
            size: memo(size),
            pixels: of_slice(|slice| Some(slice.pixels.clone())),
            mask: memo(move || scan.with(|scan| scan.as_ref()?.queue.mask(shown.get()))),
            truth: of_slice(|slice| slice.truth.clone()),
        }
    }
}

/// The selected slice with its mask, a slider through the volume, and the score if there is a mask.
#[component]
pub(crate) fn OwnSlicesResult(context: ResultContext) -> impl IntoView {
    let ResultContext { shown, classes, on_again, on_volume, on_swap, scan, .. } = context;
    let drawn = DrawnSlice::of(context);
    let there = memo(move || scan.with(Option::is_some));
    let has_truth = memo(move || drawn.truth.with(Option::is_some));
    // Number of slices in total, and of those with a mask.
    let counts = memo(move || {
        let counts = |scan: &Scan| (scan.queue.len(), scan.queue.answered());
        scan.with(|scan| scan.as_ref().map(counts).unwrap_or_default())
    });
    let score = memo(move || scan.with(|scan| score(scan.as_ref()?)));
    let notes = context.of_scan(Scan::notes);
    let is_empty = memo(move || {
        let is_background = |mask: &Arc<[u8]>| mask.iter().all(|class| *class == 0);
        drawn.mask.with(|mask| mask.as_ref().is_some_and(is_background))
    });
    view! {
        <When holds=live_value(move || there.get())>
            <div class="own-answer" data-testid="segment-answer">
                <Picture context=context drawn=drawn />
                <When holds=live_value(move || has_truth.get())>
                    <Errors context=context drawn=drawn />
                </When>
                <div class="own-facts">
                    <div class="own-column">
                        <When holds=live_value(move || counts.get().0 > 1)>
                            <SliceSlider shown=shown count=derived(move || counts.get().0) />
                        </When>
                        <ScanControls scan=scan on_volume=on_volume on_swap=on_swap />
                        {live(move || notes.get().filter(|notes| !notes.is_empty()).map(|notes| view! {
                            <ul class="own-notes" data-testid="segment-notes">
                                {notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
                            </ul>
                        }))}
                    </div>
                    <div class="own-column">
                        <p aria-live="polite">
                            {live(move || progress(counts.get()))}
                            {live(move || is_empty.get().then_some(" In this one the network finds no class."))}
                        </p>
                        {live(move || match has_truth.get() {
                            true => view! { <ClassKey classes=classes with_truth=true /> }.into_any(),
                            false => view! { <ClassKey classes=classes /> }.into_any(),
                        })}
                        <MaskValues scan=scan classes=classes />
                        <When holds=live_value(move || score.with(Option::is_some))>
                            <ScanScore score=score classes=classes />
                        </When>
                        <button type="button" class="button-secondary" on:click=handle_mouse(move |_| on_again.run(()))>
                            "Ask the present network again"
                        </button>
                    </div>
                </div>
            </div>
        </When>
    }
}

/// Returns the score of a scan, if it has a mask that counts.
fn score(scan: &Scan) -> Option<Score> {
    scan.mask.as_ref().filter(|mask| mask.counts)?;
    let frame = &scan.frame;
    let [height_mm, width_mm] = frame.pixel_mm.map(f64::from);
    let pixel_ml = height_mm * width_mm * f64::from(frame.slice_mm) / 1000.0;
    Some(Score {
        counts: scan.queue.counts(),
        pixel_ml: (!scan.image.facts.grid.is_picture).then_some(pixel_ml),
        is_complete: scan.queue.answered() == scan.queue.len(),
    })
}

/// The selected slice, whole, with the predicted and the true mask, directions, and the part that
/// the network sees.
#[component]
fn Picture(context: ResultContext, drawn: DrawnSlice) -> impl IntoView {
    let ResultContext { scan, look, .. } = context;
    let DrawnSlice { name, size, pixels, mask, truth } = drawn;
    let place = context.of_scan(|scan| (scan.image.facts.grid, scan.frame));
    let has_part = memo(move || {
        scan.with(|scan| scan.as_ref().is_some_and(|s| s.is_larger_than_input() && !s.is_whole()))
    });
    let region = context.of_scan(|scan| scan.queue.region());
    let pixel_mm = context.of_scan(|scan| scan.frame.pixel_mm);
    let on_move = move |region| {
        scan.update(|scan| {
            if let Some(scan) = scan {
                scan.set_region(region);
            }
        });
    };
    let label = derived(move || format!("{}, segmented", name.get()));
    view! {
        <figure class="own-picture">
            <div class="own-slice">
                <SliceCanvas size=size pixels=pixels mask=mask truth=truth look=look label=label />
                {live(move || has_part.get().then(|| {
                    let region = derived(move || region.get().unwrap_or(NOTHING));
                    let pixel_mm = derived(move || pixel_mm.get().unwrap_or([1.0; 2]));
                    view! { <FieldOfView region=region pixel_mm=pixel_mm on_move=on_move /> }
                }))}
                <Directions place=place />
            </div>
            <figcaption>{name.live()}</figcaption>
        </figure>
    }
}

/// The region of no scan.
const NOTHING: super::field_of_view::InputRegion =
    super::field_of_view::InputRegion { frame: [1, 1], size: [1, 1], top_left: [0, 0] };

/// The errors of the selected slice.
#[component]
fn Errors(context: ResultContext, drawn: DrawnSlice) -> impl IntoView {
    let ResultContext { look, classes, .. } = context;
    let DrawnSlice { name, size, pixels, mask, truth } = drawn;
    view! {
        <figure class="own-picture">
            <ErrorCanvas
                size=size
                pixels=pixels
                truth=truth
                mask=mask
                look=look
                label=derived(move || format!("errors in {}", name.get()))
            />
            <figcaption>"Errors in this slice"<ErrorKey classes=classes /></figcaption>
        </figure>
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
