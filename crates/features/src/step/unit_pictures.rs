//! Weights of a unit and their gradients as small pictures.

use leptos::html::Div;
use leptos::prelude::*;
use model::IMAGE_LEN;
use ui::erased_signal::Signal;
use ui::erased_view::{handle_mouse, live_value, view};
use ui::raster::canvas::Raster;
use ui::raster::colors::diverging_scale;
use ui::raster::pick::{pixel_at, pointer_fraction};
use ui::raster::tile_grid::TileGrid;

use super::numbers::digits;
use super::step_state::StepState;

/// Number of weights in a row, for dense layers whose inputs are no picture.
const ROW_LENGTH: usize = 64;

/// Layout of the weights of a unit in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    grid: TileGrid,
    count: usize,
}

impl Layout {
    /// Lays out weights of shape `[in, kernel, kernel]` as one tile per input channel, 4096 inputs
    /// as the picture that they see, and other inputs as rows.
    pub fn new(shape: &[usize]) -> Self {
        let count: usize = shape.iter().product();
        let tiles = match *shape {
            [inputs, height, width] => [inputs, height, width],
            [IMAGE_LEN] => [1, model::IMAGE_SIDE, model::IMAGE_SIDE],
            _ => [1, count.div_ceil(ROW_LENGTH), count.min(ROW_LENGTH)],
        };
        Self { grid: TileGrid::new(tiles, usize::MAX), count }
    }

    fn size(&self) -> [usize; 2] {
        self.grid.size()
    }

    /// Returns the pixel `[row, column]` of a weight.
    fn pixel(&self, index: usize) -> [usize; 2] {
        let [height, width] = self.grid.tile;
        let each = (height * width).max(1);
        let [top, left] = self.grid.corner(index / each);
        let within = index % each;
        [top + within / width.max(1), left + within % width.max(1)]
    }

    /// Returns the index of the weight at a pixel.
    fn weight_at(&self, pixel: [usize; 2]) -> Option<usize> {
        let (tile, [row, column]) = self.grid.find(pixel)?;
        let [height, width] = self.grid.tile;
        let index = tile * height * width + row * width + column;
        (index < self.count).then_some(index)
    }

    /// Paints values as RGBA bytes in the diverging scale, from −`span` to `span`. Pixels without a
    /// weight are transparent.
    fn paint(&self, values: &[f32], span: f32) -> Vec<u8> {
        let [height, width] = self.size();
        let mut rgba = vec![0; 4 * height * width];
        for (index, value) in values.iter().enumerate().take(self.count) {
            let share = (value / span).clamp(-1.0, 1.0);
            let share = if share.is_finite() { share } else { 0.0 };
            let [red, green, blue] = diverging_scale()[(127.5 + 127.5 * share) as usize];
            let [row, column] = self.pixel(index);
            let at = 4 * (row * width + column);
            rgba[at..at + 4].copy_from_slice(&[red, green, blue, 255]);
        }
        rgba
    }
}

/// Returns the largest absolute value, used as the end of the color scale; never 0.
fn span(values: &[f32]) -> f32 {
    let sizes = values.iter().map(|value| value.abs()).filter(|size| size.is_finite());
    sizes.fold(f32::MIN_POSITIVE, f32::max)
}

/// Shows values of a unit as a picture. A click chooses a weight.
pub(crate) fn unit_picture(
    state: StepState,
    title: &'static str,
    shape: &[usize],
    values: &[f32],
) -> AnyView {
    let layout = Layout::new(shape);
    let [height, width] = layout.size();
    let end = span(values);
    let rgba = layout.paint(values, end);
    let place = NodeRef::<Div>::new();
    let choose = move |event: leptos::ev::MouseEvent| {
        let Some(element) = place.get_untracked() else { return };
        let pixel = pixel_at(pointer_fraction(&event, &element), layout.size());
        if let Some(index) = pixel.and_then(|pixel| layout.weight_at(pixel)) {
            state.weight.set(Some(index));
        }
    };
    let percent = |part: usize, of: usize| format!("{:.3}%", 100.0 * part as f64 / of as f64);
    let position = move || layout.pixel(state.weight_index());
    // At least 8 px for each weight where there is room, and no wider than the view.
    let pixel = (320 / width.max(1)).clamp(1, 16);
    let note = format!("−{0} to {0}", digits(end.into()));
    view! {
        <figure class="step-picture">
            <figcaption>{title} " " <span class="secondary">{note.clone()}</span></figcaption>
            <div
                class="step-picture-frame"
                node_ref=place
                role="img"
                aria-label=format!("{title} as colors from {note}")
                style:width=format!("{}px", width * pixel)
                on:click=handle_mouse(choose)
            >
                <Raster size=Signal::stored([height, width]) rgba=Signal::stored(Some(rgba)) />
                <span
                    class="step-picture-mark"
                    style:top=live_value(move || percent(position()[0], height))
                    style:left=live_value(move || percent(position()[1], width))
                    style:height=percent(1, height)
                    style:width=percent(1, width)
                ></span>
            </div>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_tiles_an_image_is_a_picture_and_the_rest_are_rows() {
        assert_eq!(Layout::new(&[4, 5, 5]).size(), [5, 23]);
        assert_eq!(Layout::new(&[4096]).size(), [64, 64]);
        assert_eq!(Layout::new(&[50]).size(), [1, 50]);
        assert_eq!(Layout::new(&[130]).size(), [3, 64]);
    }

    #[test]
    fn each_weight_has_its_pixel() {
        for shape in [&[4, 5, 5][..], &[4096], &[50], &[130], &[6, 3, 3]] {
            let layout = Layout::new(shape);
            for index in 0..layout.count {
                assert_eq!(layout.weight_at(layout.pixel(index)), Some(index), "{shape:?}");
            }
        }
        // The last row has two weights only.
        assert_eq!(Layout::new(&[130]).weight_at([2, 2]), None);
    }

    #[test]
    fn colors_are_symmetric_around_zero_and_gaps_are_clear() {
        let layout = Layout::new(&[2, 1, 2]);
        let rgba = layout.paint(&[-2.0, 2.0, 0.5, f32::NAN], 2.0);
        let pixels = rgba.as_chunks::<4>().0;
        let scale = diverging_scale();
        assert_eq!((&pixels[0][..3], &pixels[1][..3]), (&scale[0][..], &scale[255][..]));
        assert_eq!(pixels[2], [0; 4]);
        assert_eq!(span(&[0.0, f32::NAN, -3.0]), 3.0);
        assert!(span(&[0.0]) > 0.0);
    }
}
