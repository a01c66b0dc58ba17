//! Pictures of values: their colours, what they mean, and lines on them.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, view};
use ui::raster::canvas::Raster;
use ui::raster::colors::sequential_scale;
use ui::raster::paint::paint_color_scale;
use ui::raster::slice_canvas::view_box;

use super::figures::figure;
use super::scene::Scene;

/// A rectangle of pixels: row, column, height, width.
pub type Frame = [usize; 4];

/// A value's place on the scale between two others.
pub fn level(value: f32, [low, high]: [f32; 2]) -> u8 {
    let share = (value - low) / (high - low);
    // Not a number for a flat picture, which is then dark.
    (255.0 * share.clamp(0.0, 1.0)).round() as u8
}

/// Values in the colours of the scale, with a transparent margin of so many pixels.
pub fn paint(
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
            let [red, green, blue] = sequential_scale()[usize::from(level(*value, range))];
            *pixel = [red, green, blue, 255];
        }
    }
    rgba
}

/// What a picture shows, and its size.
#[component]
pub fn Caption(text: Signal<(String, String)>) -> impl IntoView {
    view! {
        <figcaption class="close-caption">
            <strong>{live(move || text.get().0)}</strong>
            " "
            <span>{live(move || text.get().1)}</span>
        </figcaption>
    }
}

/// Rectangles on a picture, and one pixel more strongly.
#[component]
pub fn Lines(
    size: Signal<[usize; 2]>,
    frames: Signal<Vec<Frame>>,
    point: Signal<Option<Frame>>,
    veil: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <svg
            class="slice-lines close-lines"
            aria-hidden="true"
            preserveAspectRatio="none"
            viewBox=live_value(move || view_box(size.get()))
        >
            {live(move || veil.get().map(|path| view! { <path class="close-veil" d=path /> }))}
            {live(move || frames.get().into_iter().map(|frame| {
                view! { {rectangle(frame, "slice-halo")} {rectangle(frame, "close-frame")} }
            }).collect_view())}
            {live(move || point.get().map(|frame| {
                view! { {rectangle(frame, "slice-halo")} {rectangle(frame, "close-point")} }
            }))}
        </svg>
    }
}

fn rectangle([y, x, height, width]: Frame, class: &'static str) -> AnyView {
    view! { <rect class=class x=x y=y width=width height=height /> }
}

/// What the colours of a picture mean.
#[component]
pub fn Scale(range: Signal<[f32; 2]>, scene: Scene) -> impl IntoView {
    let end = move |which: usize| {
        live(move || {
            let (range, figures) = (range.get(), scene.figures.get());
            figure(range[which], figures.sums.min(figures.input).min(2))
        })
    };
    view! {
        <p class="close-scale">
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
        let rgba = paint(&[0.0, 2.0], [1, 2], [0.0, 2.0], 1);
        let pixels = rgba.as_chunks::<4>().0;
        assert_eq!(pixels.len(), 12);
        assert_eq!((pixels[4], pixels[7]), ([0; 4], [0; 4]));
        assert_eq!(
            (&pixels[5][..3], &pixels[6][..3]),
            (&sequential_scale()[0][..], &sequential_scale()[255][..])
        );
        assert_eq!([1.0, f32::NAN].map(|value| level(value, [1.0, 1.0])), [0, 0]);
    }
}
