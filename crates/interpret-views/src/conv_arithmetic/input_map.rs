//! View of the input channel as an image, with the window outlined.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, memo, view};
use ui::raster::canvas::Raster;

use super::output_plane::value_range;
use super::pixel_trace::PixelTrace;
use super::sliding_window::{Tap, WindowKind};
use super::state::ConvArithmeticState;
use super::value_image::{Caption, OutlineOverlay, Rect, ScaleBar, paint_values};

/// The input channel as an image, with the patch under the window outlined.
#[component]
pub fn InputMap(state: ConvArithmeticState) -> impl IntoView {
    let margin = memo(move || {
        state.window.get().filter(|w| w.kind != WindowKind::Transposed).map_or(0, |w| w.padding)
    });
    let size = memo(move || {
        let (_, [_, height, width]) = state.unit_and_shape();
        [height, width].map(|length| length + 2 * margin.get())
    });
    let range = input_range(state);
    let rgba = derived(move || {
        let op_trace = state.op_trace.get()?;
        let [_, height, width] = op_trace.shape;
        let values = &op_trace.input[state.channel.get() * height * width..][..height * width];
        Some(paint_values(values, [height, width], range.get(), margin.get()))
    });
    let frames = derived(move || {
        let (Some(window), Some(pixel_trace)) = (state.window.get(), state.pixel_trace.get())
        else {
            return Vec::new();
        };
        if window.kind == WindowKind::Transposed {
            return gathered_rect(&pixel_trace).into_iter().collect();
        }
        let [row, column] = state.pixel.get().map(|place| place * window.stride);
        vec![[row, column, window.kernel, window.kernel]]
    });
    let marker = derived(move || {
        let pixel_trace = state.pixel_trace.get()?;
        let [row, column] = pixel_trace.taps(state.hovered.get().or(pixel_trace.largest)?)?;
        let margin = margin.get();
        Some([row.pixel? + margin, column.pixel? + margin, 1, 1])
    });
    let spoken = move || {
        let (_, [channels, ..]) = state.unit_and_shape();
        let pixel_trace = state.pixel_trace.get().unwrap_or_default();
        let channel = state.channel.get() + 1;
        let (rows, columns) = (pixel_span(&pixel_trace.rows), pixel_span(&pixel_trace.columns));
        format!("input channel {channel} of {channels}, patch rows {rows}, columns {columns}")
    };
    let caption = move || {
        let (_, [channels, height, width]) = state.unit_and_shape();
        let which = match channels {
            1 => "Input".to_owned(),
            _ => format!("Input channel {} of {channels}", state.channel.get() + 1),
        };
        (which, format!("{height} × {width}"))
    };
    view! {
        <figure class="conv-figure">
            <Caption text=derived(caption) />
            <div class="conv-map conv-hatched" role="img" aria-label=spoken>
                <Raster size=size rgba=rgba />
                <OutlineOverlay size=size frames=frames point=marker veil=Signal::stored(None) />
            </div>
            <ScaleBar range=range state=state />
        </figure>
    }
}

/// Returns the smallest and the largest value of all input channels.
pub fn input_range(state: ConvArithmeticState) -> Signal<[f32; 2]> {
    memo(move || {
        let op_trace = state.op_trace;
        op_trace.with(|op_trace| op_trace.as_ref().map_or([0.0; 2], |c| value_range(&c.input)))
    })
}

/// Formats the first and last pixel of a window, counted from 1: `5–9`.
fn pixel_span(taps: &[Tap]) -> String {
    let mut pixels = taps.iter().filter_map(|tap| tap.pixel);
    match (pixels.next(), pixels.next_back()) {
        (Some(first), Some(last)) => format!("{}–{}", first + 1, last + 1),
        (Some(only), None) => (only + 1).to_string(),
        _ => "none".into(),
    }
}

/// Returns the rectangle of input pixels that contribute to an output pixel of a transposed
/// convolution.
fn gathered_rect(pixel_trace: &PixelTrace) -> Option<Rect> {
    let (row, column) = (pixel_trace.rows.first()?.pixel?, pixel_trace.columns.first()?.pixel?);
    let [height, width] = pixel_trace.size();
    Some([row, column, height, width])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_counted_from_one() {
        let tap = |pixel| Tap { pixel, weight: 0 };
        assert_eq!(pixel_span(&[tap(None), tap(Some(0)), tap(Some(1))]), "1–2");
        assert_eq!(pixel_span(&[tap(Some(4))]), "5");
        assert_eq!(pixel_span(&[tap(None)]), "none");
    }
}
