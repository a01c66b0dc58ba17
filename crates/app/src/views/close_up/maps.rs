//! Input and output as enlarged pictures, with the window on one and its pixel on the other.

use std::sync::Arc;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_key, handle_mouse, handle_pointer, live, memo, view};
use ui::raster::canvas::Raster;
use ui::raster::pick::{move_pixel, pixel_at, pointer_fraction};

use super::picture::{Caption, Frame, Lines, Scale, paint};
use super::plane::Plane;
use super::reading::Reading;
use super::scene::Scene;
use super::window::{Kind, Tap};

/// First and last pixel, counted from 1, that a window reaches: `5–9`.
fn reach(taps: &[Tap]) -> String {
    let mut pixels = taps.iter().filter_map(|tap| tap.pixel);
    match (pixels.next(), pixels.next_back()) {
        (Some(first), Some(last)) => format!("{}–{}", first + 1, last + 1),
        (Some(only), None) => (only + 1).to_string(),
        _ => "none".into(),
    }
}

/// Smallest and largest value of the input, of all channels.
pub fn input_range(scene: Scene) -> Signal<[f32; 2]> {
    memo(move || {
        scene.close.with(|close| close.as_ref().map_or([0.0; 2], |c| Plane::range(&c.input)))
    })
}

/// The chosen channel of the input with the patch.
#[component]
pub fn InputMap(scene: Scene) -> impl IntoView {
    let margin = memo(move || {
        scene.window.get().filter(|w| w.kind != Kind::Transposed).map_or(0, |w| w.padding)
    });
    let size = memo(move || {
        let (_, [_, height, width]) = scene.subject();
        [height, width].map(|length| length + 2 * margin.get())
    });
    let range = input_range(scene);
    let rgba = derived(move || {
        let close = scene.close.get()?;
        let [_, height, width] = close.shape;
        let values = &close.input[scene.channel.get() * height * width..][..height * width];
        Some(paint(values, [height, width], range.get(), margin.get()))
    });
    let frames = derived(move || {
        let (Some(window), Some(reading)) = (scene.window.get(), scene.reading.get()) else {
            return Vec::new();
        };
        if window.kind == Kind::Transposed {
            return gathered(&reading).into_iter().collect();
        }
        let [row, column] = scene.at.get().map(|place| place * window.stride);
        vec![[row, column, window.kernel, window.kernel]]
    });
    let point = derived(move || {
        let reading = scene.reading.get()?;
        let [row, column] = cell(scene.pointed.get().or(reading.largest)?, &reading)?;
        let margin = margin.get();
        Some([row.pixel? + margin, column.pixel? + margin, 1, 1])
    });
    let spoken = move || {
        let (_, [channels, ..]) = scene.subject();
        let reading = scene.reading.get().unwrap_or_default();
        let channel = scene.channel.get() + 1;
        let (rows, columns) = (reach(&reading.rows), reach(&reading.columns));
        format!("input channel {channel} of {channels}, patch rows {rows}, columns {columns}")
    };
    let caption = move || {
        let (_, [channels, height, width]) = scene.subject();
        let which = match channels {
            1 => "Input".to_owned(),
            _ => format!("Input channel {} of {channels}", scene.channel.get() + 1),
        };
        (which, format!("{height} × {width}"))
    };
    view! {
        <figure class="close-figure">
            <Caption text=derived(caption) />
            <div class="close-map close-hatched" role="img" aria-label=spoken>
                <Raster size=size rgba=rgba />
                <Lines size=size frames=frames point=point veil=Signal::stored(None) />
            </div>
            <Scale range=range scene=scene />
        </figure>
    }
}

/// Row and column at a place of a patch.
fn cell(place: usize, reading: &Reading) -> Option<[Tap; 2]> {
    let columns = reading.columns.len().max(1);
    Some([*reading.rows.get(place / columns)?, *reading.columns.get(place % columns)?])
}

/// The pixels of the input that a transposed convolution gathers from.
fn gathered(reading: &Reading) -> Option<Frame> {
    let (row, column) = (reading.rows.first()?.pixel?, reading.columns.first()?.pixel?);
    let [height, width] = reading.size();
    Some([row, column, height, width])
}

/// The unit's output, in which a pixel is picked by pointer or arrow keys; Escape leaves it.
#[component]
pub fn OutputMap(scene: Scene) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let size = memo(move || scene.output());
    let values = move || scene.plane.get().unwrap_or_default();
    let range = memo(move || Plane::range(&values().values));
    let rgba = derived(move || {
        let plane: Arc<Plane> = values();
        Some(paint(&plane.values, plane.size, range.get(), 0))
    });
    let frames = derived(move || {
        let (Some(window), Some(reading)) = (scene.window.get(), scene.reading.get()) else {
            return Vec::new();
        };
        if window.kind != Kind::Transposed {
            return Vec::new();
        }
        // What each of the input's pixels paints, as far as it is on the picture.
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
        let places = match scene.pointed.get() {
            Some(place) => place..place + 1,
            None => 0..reading.patch.len(),
        };
        places.filter_map(|place| cell(place, &reading)).map(square).collect()
    });
    let marker = derived(move || {
        let [row, column] = scene.at.get();
        Some([row, column, 1, 1])
    });
    let veil = derived(move || scene.playing.get().then(|| unreached(scene.at.get(), size.get())));
    let pick = move |event: &web_sys::MouseEvent| {
        let Some(element) = place.get_untracked() else { return };
        if let Some(pixel) = pixel_at(pointer_fraction(event, &element), size.get_untracked()) {
            scene.pick(pixel);
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
            scene.playing.set(false);
            if let Some(element) = place.get_untracked() {
                // What has no focus cannot lose it, and that is fine.
                let _ = element.blur();
            }
            return;
        }
        let from = Some(scene.at.get_untracked());
        if let Some(pixel) = move_pixel(from, &key, event.shift_key(), size.get_untracked()) {
            event.prevent_default();
            event.stop_propagation();
            scene.pick(pixel);
        }
    };
    let spoken = move || {
        let [row, column] = scene.at.get();
        format!(
            "output, row {}, column {}. Arrow keys pick another pixel, Escape leaves.",
            row + 1,
            column + 1
        )
    };
    // The maps elsewhere show what becomes of it, with other values.
    let note = move || {
        let convolution = scene.window.get()?.kind == Kind::Convolution;
        convolution.then(|| {
            view! { <p class="close-note">"Before batch norm and activation, where these follow."</p> }
        })
    };
    let caption = move || {
        let ([height, width], (unit_ref, _)) = (size.get(), scene.subject());
        (format!("Output of unit {}", unit_ref.unit + 1), format!("{height} × {width}"))
    };
    view! {
        <figure class="close-figure">
            <Caption text=derived(caption) />
            <div
                class="close-map close-pick"
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
                <Lines size=size frames=frames point=marker veil=veil />
            </div>
            <Scale range=range scene=scene />
            {live(note)}
        </figure>
    }
}

/// The pixels behind one, row by row, as an SVG path.
fn unreached([row, column]: [usize; 2], [height, width]: [usize; 2]) -> String {
    format!("M{} {row}H{width}V{height}H0V{}H{}Z", column + 1, row + 1, column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reaches_are_counted_from_one() {
        let tap = |pixel| Tap { pixel, weight: 0 };
        assert_eq!(reach(&[tap(None), tap(Some(0)), tap(Some(1))]), "1–2");
        assert_eq!(reach(&[tap(Some(4))]), "5");
        assert_eq!(reach(&[tap(None)]), "none");
        assert_eq!(unreached([1, 2], [4, 5]), "M3 1H5V4H0V2H3Z");
    }
}
