//! Images of values with color scale, caption and outlines.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};
use ui::raster::canvas::Raster;
use ui::raster::colors::sequential_scale;
use ui::raster::paint::paint_color_scale;
use ui::raster::pixel_overlay::PixelOverlay;

use super::decimals::format_value;
use super::state::ConvArithmeticState;

/// A rectangle of pixels: row, column, height, width.
pub type Rect = [usize; 4];

/// Returns the step of the color scale, 0 to 255, for a value between `low` and `high`.
pub fn scale_step(value: f32, [low, high]: [f32; 2]) -> u8 {
    let share = (value - low) / (high - low);
    // NaN if all values are equal. The result is then 0, the darkest step.
    (255.0 * share.clamp(0.0, 1.0)).round() as u8
}

/// Paints values in the colors of the scale, with a transparent margin in pixels.
pub fn paint_values(
    values: &[f32],
    [height, width]: [usize; 2],
    range: [f32; 2],
    margin: usize,
) -> Vec<u8> {
    let wide = width + 2 * margin;
    let mut rgba = vec![0; 4 * wide * (height + 2 * margin)];
    for (row, values) in values.chunks_exact(width.max(1)).enumerate() {
        let start = 4 * ((row + margin) * wide + margin);
        for (pixel, value) in rgba[start..].as_chunks_mut::<4>().0.iter_mut().zip(values) {
            let [red, green, blue] = sequential_scale()[usize::from(scale_step(*value, range))];
            *pixel = [red, green, blue, 255];
        }
    }
    rgba
}

/// Title and size of an image.
#[component]
pub fn Caption(text: Signal<(String, String)>) -> impl IntoView {
    view! {
        <figcaption class="conv-caption">
            <strong>{live(move || text.get().0)}</strong>
            " "
            <span>{live(move || text.get().1)}</span>
        </figcaption>
    }
}

/// Overlay of outlined rectangles and a highlighted pixel.
#[component]
pub fn OutlineOverlay(
    size: Signal<[usize; 2]>,
    frames: Signal<Vec<Rect>>,
    point: Signal<Option<Rect>>,
    veil: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <PixelOverlay size=size class="conv-lines">
            {live(move || veil.get().map(|path| view! { <path class="conv-veil" d=path /> }))}
            {live(move || frames.get().into_iter().map(|frame| {
                view! { {rectangle(frame, "raster-halo")} {rectangle(frame, "conv-frame")} }
            }).collect_view())}
            {live(move || point.get().map(|frame| {
                view! { {rectangle(frame, "raster-halo")} {rectangle(frame, "conv-point")} }
            }))}
        </PixelOverlay>
    }
}

fn rectangle([y, x, height, width]: Rect, class: &'static str) -> AnyView {
    view! { <rect class=class x=x y=y width=width height=height /> }
}

/// The color scale of an image with the values at its ends.
#[component]
pub fn ScaleBar(range: Signal<[f32; 2]>, state: ConvArithmeticState) -> impl IntoView {
    let end = move |which: usize| {
        live(move || {
            let (range, decimals) = (range.get(), state.decimals.get());
            format_value(range[which], decimals.sums.min(decimals.input).min(2))
        })
    };
    view! {
        <p class="conv-scale">
            <span>{end(0)}</span>
            <Raster size=Signal::stored([1, 256]) rgba=Signal::stored(Some(paint_color_scale())) />
            <span>{end(1)}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_painted_inside_the_margin() {
        let rgba = paint_values(&[0.0, 2.0], [1, 2], [0.0, 2.0], 1);
        let pixels = rgba.as_chunks::<4>().0;
        assert_eq!(pixels.len(), 12);
        assert_eq!((pixels[4], pixels[7]), ([0; 4], [0; 4]));
        assert_eq!(
            (&pixels[5][..3], &pixels[6][..3]),
            (&sequential_scale()[0][..], &sequential_scale()[255][..])
        );
        assert_eq!([1.0, f32::NAN].map(|value| scale_step(value, [1.0, 1.0])), [0, 0]);
    }
}
