//! Vector overlay on an image.

use leptos::prelude::*;

use crate::erased_signal::Signal;
use crate::erased_view::{live_value, view};

/// An SVG overlay on an image, in which one unit is one pixel of the image. Hidden from screen
/// readers.
#[component]
pub fn PixelOverlay(
    /// Height and width of the image in pixels.
    #[prop(into)]
    size: Signal<[usize; 2]>,
    /// Additional CSS classes.
    #[prop(default = "")]
    class: &'static str,
    /// SVG elements of the overlay.
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

/// Returns the `viewBox` in which one unit is one pixel of the image.
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
