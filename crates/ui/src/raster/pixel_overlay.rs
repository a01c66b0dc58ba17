//! Lines over the pixels of an image.

use leptos::prelude::*;

use crate::erased_signal::Signal;
use crate::erased_view::{live_value, view};

/// An SVG drawing over an image, in which one unit is one pixel of the image. It is decoration.
#[component]
pub fn PixelOverlay(
    /// Height and width of the image in pixels.
    #[prop(into)]
    size: Signal<[usize; 2]>,
    /// CSS classes in addition to that of all overlays.
    #[prop(default = "")]
    class: &'static str,
    /// Elements of the drawing.
    children: Children,
) -> impl IntoView {
    view! {
        <svg
            class=format!("raster-lines {class}")
            aria-hidden="true"
            preserveAspectRatio="none"
            viewBox=live_value(move || view_box(size.get()))
        >
            {children()}
        </svg>
    }
}

/// Returns the `viewBox` in which one unit is one pixel.
fn view_box([height, width]: [usize; 2]) -> String {
    format!("0 0 {width} {height}")
}

#[cfg(test)]
mod tests {
    use super::view_box;

    #[test]
    fn a_unit_is_a_pixel() {
        assert_eq!(view_box([64, 32]), "0 0 32 64");
    }
}
