//! Canvas that shows an image.

use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};

use crate::erased_signal::Signal;
use crate::erased_view::{effect, view};

/// A canvas with the resolution of the image, enlarged by the style sheet. It is hidden from screen
/// readers, so the surrounding elements must describe it.
#[component]
pub fn Raster(
    /// Height and width in pixels.
    #[prop(into)]
    size: Signal<[usize; 2]>,
    /// Red, green, blue and opacity, `[height, width, 4]` in row-major order. Nothing is drawn if
    /// it is `None` or its size does not match.
    #[prop(into)]
    rgba: Signal<Option<Vec<u8>>>,
) -> impl IntoView {
    let place = NodeRef::<Canvas>::new();
    effect(move || {
        let Some(canvas) = place.get() else { return };
        let [height, width] = size.get();
        // Setting the width or height clears the canvas, even if the value does not change.
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
        rgba.with(|rgba| {
            if let Some(rgba) = rgba.as_ref().filter(|rgba| rgba.len() == 4 * width * height) {
                put(&canvas, rgba, width);
            }
        });
    });
    view! { <canvas class="raster" node_ref=place aria-hidden="true"></canvas> }
}

fn put(canvas: &web_sys::HtmlCanvasElement, rgba: &[u8], width: usize) {
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|c| c.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
    // Fails for an image without pixels, for which nothing needs to be drawn.
    let data = web_sys::ImageData::new_with_u8_clamped_array(Clamped(rgba), width as u32);
    if let (Some(context), Ok(data)) = (context, data) {
        // Fails if the browser has reclaimed the memory of the canvas. The next change redraws it.
        let _ = context.put_image_data(&data, 0.0, 0.0);
    }
}
