//! One image of the album as it is.

use leptos::prelude::*;
use model::ImageRef;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_mouse, memo, view};
use ui::raster::canvas::Raster;
use ui::raster::paint::paint_gray;

use super::picker::test;
use super::{Album, Scene};

/// Every gray value as it is.
pub const WHOLE: (u8, u8) = (0, 255);

/// The image's pixels. It is decoration: what is around it has to say what it shows.
#[component]
pub fn Picture(
    scene: Scene,
    /// Which image.
    #[prop(into)]
    image: Signal<Option<ImageRef>>,
) -> impl IntoView {
    let rgba = derived(move || {
        let image = image.get()?;
        let pixels = scene.album.with(|album| album.as_ref()?.pixels(image))?;
        Some(paint_gray(&pixels, WHOLE))
    });
    view! { <span class="picture"><Raster size=size(scene) rgba=rgba /></span> }
}

/// A small test image that a click looks at in all views, with what is said of it beneath.
#[component]
pub fn SmallImage(
    scene: Scene,
    /// Its place in the test split.
    index: usize,
    children: Children,
) -> impl IntoView {
    let image = test(index);
    let words = memo(move || name(scene, image));
    view! {
        <button
            type="button"
            class="small-image"
            title=words.live()
            on:click=handle_mouse(move |_| scene.image.set(Some(image)))
        >
            <Picture scene=scene image=Signal::stored(Some(image)) />
            {children()}
        </button>
    }
}

/// Height and width of every image; one pixel while there is none.
pub fn size(scene: Scene) -> Signal<[usize; 2]> {
    Signal::memo(move || scene.album.with(|album| album.as_ref().map_or([1, 1], Album::size)))
}

/// What an image shows, in words; empty while there is none.
pub fn name(scene: Scene, image: ImageRef) -> String {
    scene.album.with(|album| album.as_ref().map(|a| a.describe(image)).unwrap_or_default())
}
