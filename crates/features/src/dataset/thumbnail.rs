//! Thumbnails of images.

use leptos::prelude::*;
use model::ImageRef;
use ui::erased_signal::Signal;
use ui::erased_view::view;

use super::image_store::ImageStore;

/// Provides the images to all views below the calling component. They may arrive later and may
/// change.
pub fn provide_images(images: Signal<Option<ImageStore>>) {
    provide_context(Provided(images));
}

#[derive(Clone, Copy)]
struct Provided(Signal<Option<ImageStore>>);

/// Returns the images from [`provide_images`], or a signal of `None` without it.
pub fn use_images() -> Signal<Option<ImageStore>> {
    use_context::<Provided>().map_or_else(|| Signal::stored(None), |images| images.0)
}

/// A thumbnail of one image.
#[component]
pub fn Thumb(
    /// Reference to the image.
    image: ImageRef,
    /// Side in CSS pixels.
    #[prop(default = 64)]
    size: u32,
    /// URL of the image to show in its place, if it was changed.
    #[prop(optional_no_strip)]
    changed: Option<String>,
) -> impl IntoView {
    let images = use_images();
    let url = move || {
        let stored = || images.with(|images| images.as_ref()?.url(image));
        changed.clone().or_else(stored)
    };
    let text = move || {
        images
            .with(|images| images.as_ref().map(|images| images.describe(image)).unwrap_or_default())
    };
    view! { <img class="raster-thumb" width=size height=size src=url alt=text title=text decoding="async" /> }
}
