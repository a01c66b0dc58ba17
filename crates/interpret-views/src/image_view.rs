//! View of one image of the data set without overlays.

use leptos::prelude::*;
use model::{ImageRef, Split};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, view};
use ui::raster::canvas::Raster;
use ui::raster::paint::paint_gray;

use super::images::Images;

/// Display window that leaves gray values unchanged.
pub const FULL_WINDOW: (u8, u8) = (0, 255);

/// Draws an image. It is hidden from screen readers, so the surrounding elements must describe it.
#[component]
pub fn ImageView(
    /// The images.
    dataset: Signal<Option<Images>>,
    /// The image to draw.
    #[prop(into)]
    image: Signal<Option<ImageRef>>,
) -> impl IntoView {
    let rgba = derived(move || {
        let image = image.get()?;
        let pixels = dataset.with(|data| data.as_ref()?.pixels(image))?;
        Some(paint_gray(&pixels, FULL_WINDOW))
    });
    view! { <span class="picture"><Raster size=image_size(dataset) rgba=rgba /></span> }
}

/// Returns the height and width of the images, or 1×1 while there are none.
pub fn image_size(dataset: Signal<Option<Images>>) -> Signal<[usize; 2]> {
    Signal::memo(move || dataset.with(|data| data.as_ref().map_or([1, 1], |data| data.size())))
}

/// Describes an image in words. Returns an empty text while there are no images.
pub fn image_name(dataset: Signal<Option<Images>>, image: ImageRef) -> String {
    dataset.with(|data| data.as_ref().map(|data| data.describe(image)).unwrap_or_default())
}

/// Returns the reference to an image of the evaluated split. The split is read without tracking:
/// whatever holds an index is made anew for another data set.
pub fn evaluated_image(dataset: Signal<Option<Images>>, index: usize) -> ImageRef {
    let split = dataset.with_untracked(|data| data.as_ref().map(|data| data.evaluated()));
    ImageRef { split: split.unwrap_or(Split::Test), index }
}
