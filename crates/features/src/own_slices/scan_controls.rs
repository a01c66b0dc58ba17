//! How a scan is looked at: axis, part, window, volume, and which file is the mask.

use data::user_files::WINDOW_PRESETS;
use leptos::prelude::*;
use ui::erased_signal::{Callback, RwSignal};
use ui::erased_view::{When, handle_event, handle_mouse, live, live_value, memo, view};
use ui::inputs::Choice;

use super::scan::Scan;

/// Names of the planes along the axes of a volume in RAS.
const PLANES: [(usize, &str); 3] = [(0, "sagittal"), (1, "coronal"), (2, "axial")];

/// Controls for those choices that a scan has.
#[component]
pub(crate) fn ScanControls(
    scan: RwSignal<Option<Scan>>,
    /// Called with the index of another volume of the image's file.
    #[prop(into)]
    on_volume: Callback<usize>,
    /// Called to make the mask the image and the image the mask.
    #[prop(into)]
    on_swap: Callback<()>,
) -> impl IntoView {
    let has = move |read: fn(&Scan) -> bool| {
        let has = memo(move || scan.with(|scan| scan.as_ref().is_some_and(read)));
        live_value(move || has.get())
    };
    let change = move |change: &dyn Fn(&mut Scan)| {
        scan.update(|scan| {
            if let Some(scan) = scan {
                change(scan);
            }
        });
    };
    let axis = memo(move || scan.with(|scan| scan.as_ref().map_or(0, |scan| scan.frame.axis)));
    let is_whole = memo(move || scan.with(|scan| scan.as_ref().is_some_and(Scan::is_whole)));
    let preset = memo(move || scan.with(|scan| scan.as_ref().and_then(|scan| scan.preset)));
    let windows = std::iter::once((None, "automatic".to_owned()))
        .chain(
            WINDOW_PRESETS.iter().enumerate().map(|(i, preset)| (Some(i), preset.name.to_owned())),
        )
        .collect::<Vec<_>>();
    let planes = PLANES.map(|(axis, name)| (axis, name.to_owned())).to_vec();
    let parts = vec![(false, "field of view".to_owned()), (true, "whole slice".to_owned())];
    view! {
        <When holds=has(Scan::has_axes)>
            <Choice
                name="plane"
                options=planes.clone()
                value=axis
                on_choice=move |axis| change(&move |scan| scan.set_axis(axis))
            />
        </When>
        <When holds=has(Scan::is_larger_than_input)>
            <div class="own-part">
                <Choice
                    name="what the network sees"
                    options=parts.clone()
                    value=is_whole
                    on_choice=move |is_whole| change(&move |scan| scan.set_whole(is_whole))
                />
                <p class="hint">{live(move || part_hint(is_whole.get()))}</p>
            </div>
        </When>
        <When holds=has(|scan| scan.image.facts.is_hounsfield)>
            <div class="own-part">
                <Choice
                    name="intensity window"
                    options=windows.clone()
                    value=preset
                    on_choice=move |preset| change(&move |scan| scan.set_preset(preset))
                />
                <p class="hint">
                    "Intensity window of the Hounsfield units, for the network as for the picture."
                </p>
            </div>
        </When>
        <When holds=has(|scan| scan.image.facts.volumes > 1)>
            <VolumeField scan=scan on_volume=on_volume />
        </When>
        <When holds=has(|scan| scan.mask.is_some())>
            <button
                type="button"
                class="button-secondary"
                data-testid="segment-swap"
                on:click=handle_mouse(move |_| on_swap.run(()))
            >
                "Swap image and mask"
            </button>
        </When>
    }
}

fn part_hint(is_whole: bool) -> &'static str {
    if is_whole {
        "The network slides over the whole slice; where its windows overlap, the probabilities are \
         averaged."
    } else {
        "The network sees only what is in the frame. Drag it, or move it with the arrow keys."
    }
}

/// A field for the volume of a file that has several, counted from 1.
#[component]
fn VolumeField(scan: RwSignal<Option<Scan>>, on_volume: Callback<usize>) -> impl IntoView {
    // The volume shown and the number of volumes.
    let volumes = memo(move || {
        scan.with(|scan| {
            scan.as_ref().map_or((0, 1), |scan| (scan.image.facts.volume, scan.image.facts.volumes))
        })
    });
    let choose = move |event| {
        let (shown, count) = volumes.get_untracked();
        if let Ok(volume @ 1..) = event_target_value(&event).parse::<usize>()
            && volume <= count
            && volume - 1 != shown
        {
            on_volume.run(volume - 1);
        }
    };
    view! {
        <label class="field-small">
            <span>{live(move || format!("volume, of {}", volumes.get().1))}</span>
            <input
                type="number"
                min="1"
                max=live_value(move || volumes.get().1)
                data-testid="segment-volume"
                prop:value=live_value(move || (volumes.get().0 + 1).to_string())
                on:change=handle_event(choose)
            />
        </label>
    }
}
