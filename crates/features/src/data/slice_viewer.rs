//! Viewer of one slice with its ground truth, and navigation to other slices.

use leptos::ev;
use leptos::prelude::*;
use model::ImageRef;
use ui::display_settings::{DisplayControls, DisplaySettings};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{derived, handle_key, handle_mouse, live_value, memo, view};
use ui::legend::ClassKey;
use ui::raster::slice_canvas::SliceCanvas;

use super::case_navigation::{CaseMove, move_slice};
use crate::dataset::slice_store::SliceStore;

/// The selected slice, display settings, and buttons and arrow keys for navigation.
#[component]
pub fn SliceViewer(
    /// The slices; `None` until they are loaded.
    #[prop(into)]
    store: Signal<Option<SliceStore>>,
    /// The selected slice.
    #[prop(into)]
    viewed: Signal<Option<ImageRef>>,
    /// Display settings.
    look: DisplaySettings,
    /// Called with the slice to select.
    #[prop(into)]
    on_view: Callback<ImageRef>,
) -> impl IntoView {
    let in_view = memo(move || Some((store.get()?, viewed.get()?)));
    let size = derived(move || {
        store.with(|store| store.as_ref().map_or([64, 64], |store| store.set().size()))
    });
    let classes = derived(move || {
        store.with(|store| store.as_ref().map(|s| s.set().classes.clone()).unwrap_or_default())
    });
    let name = derived(move || match in_view.get() {
        Some((store, slice)) => store.describe(slice),
        None => "Reading the slices …".to_owned(),
    });
    let target = move |by: CaseMove| {
        in_view.with(|in_view| {
            let (store, slice) = in_view.as_ref()?;
            move_slice(store.set(), *slice, by)
        })
    };
    let go = move |by: CaseMove| {
        if let Some(slice) = untrack(|| target(by)) {
            on_view.run(slice);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if let Some(by) = CaseMove::of_key(&event.key()) {
            event.prevent_default();
            go(by);
        }
    };
    let button = move |by: CaseMove, text: &'static str, title: &'static str| {
        view! {
            <button
                type="button"
                class="button-secondary"
                aria-label=title
                title=title
                prop:disabled=live_value(move || target(by).is_none())
                on:click=handle_mouse(move |_| go(by))
            >
                {text}
            </button>
        }
    };
    view! {
        <div class="slice-viewer" data-testid="slice-viewer">
            <div
                class="slice-stage"
                tabindex="0"
                role="group"
                aria-label="Slice in view. Left and right arrow keys go along the patient, up and \
                            down to another one."
                on:keydown=handle_key(on_key)
            >
                <SliceCanvas
                    size=size
                    pixels=derived(move || {
                        in_view.with(|i| i.as_ref().and_then(|(store, slice)| store.pixels(*slice)))
                    })
                    mask=derived(move || {
                        in_view.with(|i| i.as_ref().and_then(|(store, slice)| store.mask(*slice)))
                    })
                    look=look
                    label=name
                />
            </div>
            <p class="slice-name" data-testid="slice-name" aria-live="polite">{name.live()}</p>
            <div class="slice-moves">
                <div role="group" aria-label="Slice">
                    {button(CaseMove::PreviousSlice, "‹ Slice", "Previous slice (left arrow)")}
                    {button(CaseMove::NextSlice, "Slice ›", "Next slice (right arrow)")}
                </div>
                <div role="group" aria-label="Patient">
                    {button(CaseMove::PreviousCase, "« Patient", "Previous patient (up arrow)")}
                    {button(CaseMove::NextCase, "Patient »", "Next patient (down arrow)")}
                </div>
            </div>
            <ClassKey classes=classes />
            <DisplayControls look=look />
        </div>
    }
}
