//! View of the unit's output as an image in which a pixel can be selected.

use std::sync::Arc;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_view::{derived, handle_key, handle_mouse, handle_pointer, live, memo, view};
use ui::raster::canvas::Raster;
use ui::raster::pick::{move_pixel, pixel_at, pointer_fraction};

use super::output_plane::{OutputPlane, value_range};
use super::sliding_window::{Tap, WindowKind};
use super::state::ConvArithmeticState;
use super::value_image::{Caption, OutlineOverlay, ScaleBar, paint_values};

/// The unit's output as an image. Pointer or arrow keys select a pixel, Escape removes the focus.
#[component]
pub fn OutputMap(state: ConvArithmeticState) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let size = memo(move || state.output_size());
    let values = move || state.output.get().unwrap_or_default();
    let range = memo(move || value_range(&values().values));
    let rgba = derived(move || {
        let output: Arc<OutputPlane> = values();
        Some(paint_values(&output.values, output.size, range.get(), 0))
    });
    let frames = derived(move || {
        let (Some(window), Some(pixel_trace)) = (state.window.get(), state.pixel_trace.get())
        else {
            return Vec::new();
        };
        if window.kind != WindowKind::Transposed {
            return Vec::new();
        }
        // Output pixels to which each input pixel contributes, clipped to the image.
        let [height, width] = size.get();
        let span = |tap: &Tap, length: usize| {
            let start = tap.pixel.unwrap_or(0) * window.stride;
            let first = start.saturating_sub(window.padding);
            let end = (start + window.kernel).saturating_sub(window.padding).min(length);
            (first, end.saturating_sub(first))
        };
        let square = |[row, column]: [Tap; 2]| {
            let ((y, high), (x, wide)) = (span(&row, height), span(&column, width));
            [y, x, high, wide]
        };
        let places = match state.hovered.get() {
            Some(place) => place..place + 1,
            None => 0..pixel_trace.patch.len(),
        };
        places.filter_map(|place| pixel_trace.taps(place)).map(square).collect()
    });
    let marker = derived(move || {
        let [row, column] = state.pixel.get();
        Some([row, column, 1, 1])
    });
    let veil =
        derived(move || state.playing.get().then(|| remaining_path(state.pixel.get(), size.get())));
    let pick = move |event: &web_sys::MouseEvent| {
        let Some(element) = place.get_untracked() else { return };
        if let Some(pixel) = pixel_at(pointer_fraction(event, &element), size.get_untracked()) {
            state.pick_pixel(pixel);
        }
    };
    let on_drag = move |event: ev::PointerEvent| {
        if event.buttons() == 1 && event.pointer_type() == "mouse" {
            pick(&event);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let key = event.key();
        if key == "Escape" {
            state.playing.set(false);
            if let Some(element) = place.get_untracked() {
                // Fails if the element has no focus, which is harmless.
                let _ = element.blur();
            }
            return;
        }
        let from = Some(state.pixel.get_untracked());
        if let Some(pixel) = move_pixel(from, &key, event.shift_key(), size.get_untracked()) {
            event.prevent_default();
            event.stop_propagation();
            state.pick_pixel(pixel);
        }
    };
    let spoken = move || {
        let [row, column] = state.pixel.get();
        format!(
            "output, row {}, column {}. Arrow keys pick another pixel, Escape leaves.",
            row + 1,
            column + 1
        )
    };
    // The layer's activations are computed from this output and have different values.
    let note = move || {
        let convolution = state.window.get()?.kind == WindowKind::Convolution;
        convolution.then(|| {
            view! { <p class="conv-note">"Before batch norm and activation, where these follow."</p> }
        })
    };
    let caption = move || {
        let ([height, width], (unit, _)) = (size.get(), state.unit_and_shape());
        (format!("Output of unit {}", unit.unit + 1), format!("{height} × {width}"))
    };
    view! {
        <figure class="conv-figure">
            <Caption text=derived(caption) />
            <div
                class="conv-map conv-pick"
                role="group"
                tabindex="0"
                aria-label=spoken
                data-testid="close-up-output"
                node_ref=place
                on:click=handle_mouse(move |event| pick(&event))
                on:pointermove=handle_pointer(on_drag)
                on:keydown=handle_key(on_key)
            >
                <Raster size=size rgba=rgba />
                <OutlineOverlay size=size frames=frames point=marker veil=veil />
            </div>
            <ScaleBar range=range state=state />
            {live(note)}
        </figure>
    }
}

/// Returns the SVG path of the pixels after the given one, in row-major order.
fn remaining_path([row, column]: [usize; 2], [height, width]: [usize; 2]) -> String {
    format!("M{} {row}H{width}V{height}H0V{}H{}Z", column + 1, row + 1, column + 1)
}

#[cfg(test)]
mod tests {
    use super::remaining_path;

    #[test]
    fn the_veil_covers_the_pixels_after_the_current_one() {
        assert_eq!(remaining_path([1, 2], [4, 5]), "M3 1H5V4H0V2H3Z");
    }
}
