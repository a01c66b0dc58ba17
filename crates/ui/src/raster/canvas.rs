//! Pixels on a canvas.

use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};

use crate::erased_signal::Signal;
use crate::erased_view::{effect, view};

/// A canvas with one pixel per pixel of the image, enlarged by the style sheet. It is hidden from
/// screen readers: its surroundings have to name what it shows.
#[component]
pub fn Raster(
    /// Height and width in pixels.
    #[prop(into)]
    size: Signal<[usize; 2]>,
    /// Red, green, blue, opacity, `[height, width, 4]` row by row; nothing is drawn without, or where
    /// it is not of that size.
    #[prop(into)]
    rgba: Signal<Option<Vec<u8>>>,
) -> impl IntoView {
    let place = NodeRef::<Canvas>::new();
    effect(move || {
        let Some(canvas) = place.get() else { return };
        let [height, width] = size.get();
        // Setting a length clears the canvas, also where it stays as it is.
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
    // Fails for an image without pixels, which needs no drawing.
    let data = web_sys::ImageData::new_with_u8_clamped_array(Clamped(rgba), width as u32);
    if let (Some(context), Ok(data)) = (context, data) {
        // Fails for a canvas whose memory the browser took back; the next change draws anew.
        let _ = context.put_image_data(&data, 0.0, 0.0);
    }
}
