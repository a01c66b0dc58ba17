//! Card with details of the hovered or selected point.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, memo, view};
use ui::raster::canvas::Raster;

use super::class_marker::ClassMarker;
use super::labels::{class_name, point_label};
use super::map_context::MapContext;
use super::thumbnails::gray_to_rgba;

/// Width of the card, as in the style sheet.
const CARD_WIDTH_PX: f64 = 240.0;
/// Distance between a point and its card.
const CARD_GAP_PX: f64 = 36.0;

/// The image, class and name of the selected point, next to the point on the map.
#[component]
pub fn PointCard(
    map: MapContext,
    /// Pixel of the selected point.
    at: Signal<Option<[f64; 2]>>,
    /// Width and height of the map.
    size: Signal<(u32, u32)>,
) -> impl IntoView {
    let point = memo(move || map.selected_point());
    let place = move || {
        let (wide, high) = size.get();
        card_corner(at.get().unwrap_or_default(), [wide.into(), high.into()])
    };
    let is_visible = memo(move || at.with(Option::is_some));
    let content = move || {
        let point = point.get().filter(|_| is_visible.get())?;
        let picture = map.thumbnail.run(point);
        let side = picture.as_ref().map_or([1, 1], |picture| picture.1);
        let pixels = picture.as_ref().and_then(gray_to_rgba);
        let name = map.classes.with(|classes| class_name(classes, point.class));
        Some(view! {
            <div
                class="embedding-card"
                class:embedding-card-above=live_value(move || place().2)
                style:left=live_value(move || format!("{:.0}px", place().0))
                style:top=live_value(move || format!("{:.0}px", place().1))
            >
                <Raster size=side rgba=pixels />
                <p>
                    <span class="embedding-card-class">
                        <ClassMarker class=point.class background=map.background />
                        {name}
                    </span>
                    <span class="embedding-card-place">{point_label(&point)}</span>
                </p>
            </div>
        })
    };
    live(content)
}

/// Returns the left and the top edge of a point's card, and whether the latter is the bottom edge
/// instead. The card is placed on the side with more space, so that it never covers its point.
fn card_corner([x, y]: [f64; 2], [width, height]: [f64; 2]) -> (f64, f64, bool) {
    let left = (x - CARD_WIDTH_PX / 2.0).min(width - CARD_WIDTH_PX - 4.0).max(4.0);
    let above = y > height / 2.0;
    (left, if above { y - CARD_GAP_PX } else { y + CARD_GAP_PX }, above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_stays_on_the_map_and_off_its_point() {
        let map = [400.0, 300.0];
        assert_eq!(card_corner([200.0, 100.0], map), (80.0, 136.0, false));
        assert_eq!(card_corner([399.0, 299.0], map), (156.0, 263.0, true));
        assert_eq!(card_corner([0.0, 0.0], map).0, 4.0);
        assert_eq!(card_corner([50.0, 0.0], [100.0, 100.0]).0, 4.0);
    }
}
