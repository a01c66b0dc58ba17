//! Canvases of slices with masks.

use std::sync::Arc;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;

use super::outline::outline;
use super::paint::{fill_classes, paint_errors, paint_gray};
use super::pick::{move_pixel, pixel_at, pointer_fraction};
use crate::display_settings::DisplaySettings;
use crate::erased_signal::{Callback, Signal};
use crate::erased_view::{derived, handle_key, handle_mouse, live, memo, view};
use crate::raster::canvas::Raster;
use crate::raster::colors::{class_color, hex};
use crate::raster::pixel_overlay::PixelOverlay;

/// A slice with the display window applied, a mask as fill or contour, and an optional second mask
/// as dashed contour.
#[component]
pub fn SliceCanvas(
    /// Height and width in pixels.
    #[prop(into)]
    size: Signal<[usize; 2]>,
    /// Gray values 0 to 255, `[height, width]` in row-major order.
    #[prop(into)]
    pixels: Signal<Option<Arc<[u8]>>>,
    /// Class of each pixel, with the same size as the image.
    #[prop(into)]
    mask: Signal<Option<Arc<[u8]>>>,
    /// Opacity, contour and window.
    look: DisplaySettings,
    /// Accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// A second mask to compare with.
    #[prop(into, optional)]
    truth: Signal<Option<Arc<[u8]>>>,
    /// A pixel `[row, column]` to highlight.
    #[prop(into, optional)]
    marker: Signal<Option<[usize; 2]>>,
    /// Called when a pixel is selected by pointer or arrow keys. If `None`, pixels cannot be
    /// selected.
    #[prop(into, optional)]
    on_pixel: Option<Callback<[usize; 2]>>,
) -> impl IntoView {
    let rgba = derived(move || {
        let mut rgba = paint_gray(&pixels.get()?, look.window.get());
        if !look.contour.get()
            && let Some(mask) = mask.get()
        {
            fill_classes(&mut rgba, &mask, look.opacity.get());
        }
        Some(rgba)
    });
    let predicted = derived(move || mask.get().filter(|_| look.contour.get()));
    view! {
        <Frame size=size label=label marker=marker on_pixel=on_pixel>
            <Raster size=size rgba=rgba />
            <PixelOverlay size=size>
                <Outlines mask=truth size=size dashed=true />
                <Outlines mask=predicted size=size dashed=false />
                {live(move || marker.get().map(|[row, column]| view! {
                    <rect class="raster-marker" x=column y=row width="1" height="1" />
                }))}
            </PixelOverlay>
        </Frame>
    }
}

/// A dimmed slice with the errors of a mask.
#[component]
pub fn ErrorCanvas(
    /// Height and width in pixels.
    #[prop(into)]
    size: Signal<[usize; 2]>,
    /// Gray values 0 to 255, `[height, width]` in row-major order.
    #[prop(into)]
    pixels: Signal<Option<Arc<[u8]>>>,
    /// True class of each pixel, with the same size as the image.
    #[prop(into)]
    truth: Signal<Option<Arc<[u8]>>>,
    /// Predicted class of each pixel, with the same size as the image.
    #[prop(into)]
    mask: Signal<Option<Arc<[u8]>>>,
    /// The window.
    look: DisplaySettings,
    /// Accessible name.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let rgba = derived(move || {
        let (pixels, window, width) = (pixels.get()?, look.window.get(), size.get()[1]);
        Some(paint_errors(&pixels, &truth.get()?, &mask.get()?, width, window))
    });
    view! {
        <Frame size=size label=label>
            <Raster size=size rgba=rgba />
        </Frame>
    }
}

/// Labels an image and, if `on_pixel` is given, makes its pixels selectable.
#[component]
fn Frame(
    size: Signal<[usize; 2]>,
    label: Signal<String>,
    #[prop(optional)] marker: Signal<Option<[usize; 2]>>,
    #[prop(optional_no_strip)] on_pixel: Option<Callback<[usize; 2]>>,
    children: Children,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let Some(on_pixel) = on_pixel else {
        return view! { <div class="raster-frame" role="img" aria-label=label.live()>{children()}</div> };
    };
    let on_click = move |event: ev::MouseEvent| {
        let Some(element) = place.get_untracked() else { return };
        if let Some(pixel) = pixel_at(pointer_fraction(&event, &element), size.get_untracked()) {
            on_pixel.run(pixel);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let from = marker.get_untracked();
        if let Some(pixel) = move_pixel(from, &event.key(), event.shift_key(), size.get_untracked())
        {
            event.prevent_default();
            event.stop_propagation();
            on_pixel.run(pixel);
        }
    };
    let spoken = move || format!("{}. Arrow keys pick a pixel.", label.get());
    view! {
        <div
            class="raster-frame raster-pick"
            role="group"
            tabindex="0"
            aria-label=spoken
            node_ref=place
            on:click=handle_mouse(on_click)
            on:keydown=handle_key(on_key)
        >
            {children()}
        </div>
    }
}

/// Outlines of every foreground class in a mask.
#[component]
fn Outlines(
    mask: Signal<Option<Arc<[u8]>>>,
    size: Signal<[usize; 2]>,
    dashed: bool,
) -> impl IntoView {
    // A dark line under the colored one makes it visible on bright tissue too.
    let class = if dashed { "raster-contour raster-dashed" } else { "raster-contour" };
    let outlines = memo(move || {
        let mask = mask.get()?;
        Some(classes_in(&mask).map(|class| (class, outline(&mask, size.get(), class))).collect())
    });
    live(move || {
        let outlines: Vec<(u8, String)> = outlines.get().unwrap_or_default();
        let paths = outlines.into_iter().filter_map(|(label, path)| {
            let color = hex(class_color(label)?);
            Some(view! {
                <path class="raster-halo" d=path.clone() />
                <path class=class d=path stroke=color />
            })
        });
        paths.collect_view()
    })
}

/// Returns the foreground classes that occur in a mask, in ascending order.
fn classes_in(mask: &[u8]) -> impl Iterator<Item = u8> + use<> {
    let mut there = [false; 256];
    for class in mask {
        there[usize::from(*class)] = true;
    }
    (1..=255).filter(move |class| there[usize::from(*class)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_background_is_no_class_to_outline() {
        assert_eq!(classes_in(&[0, 3, 1, 3]).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(classes_in(&[]).count(), 0);
    }
}
