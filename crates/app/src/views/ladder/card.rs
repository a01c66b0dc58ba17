//! What is known of the point that is looked at.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, memo, view};
use ui::raster::canvas::Raster;

use super::atlas::Atlas;
use super::legend::Mark;
use super::thumbnails::rgba;
use super::words::{class_name, point_place};

/// Width of the card in CSS pixels, as in the style sheet.
const WIDTH: f64 = 240.0;
/// Pixels between a point and its card.
const GAP: f64 = 36.0;

/// The image, class and place of the chosen point, beside it on the map.
#[component]
pub(super) fn Card(
    atlas: Atlas,
    /// Pixel of the chosen point.
    at: Signal<Option<[f64; 2]>>,
    /// Width and height of the map.
    size: Signal<(u32, u32)>,
) -> impl IntoView {
    let point = memo(move || atlas.chosen_point());
    let place = move || {
        let (wide, high) = size.get();
        corner(at.get().unwrap_or_default(), [wide.into(), high.into()])
    };
    let seen = memo(move || at.with(Option::is_some));
    let content = move || {
        let point = point.get().filter(|_| seen.get())?;
        let picture = atlas.thumbnail.run(point);
        let side = picture.as_ref().map_or([1, 1], |picture| picture.1);
        let pixels = picture.as_ref().and_then(rgba);
        let name = atlas.classes.with(|classes| class_name(classes, point.class));
        Some(view! {
            <div
                class="map-card"
                class:map-card-above=live_value(move || place().2)
                style:left=live_value(move || format!("{:.0}px", place().0))
                style:top=live_value(move || format!("{:.0}px", place().1))
            >
                <Raster size=side rgba=pixels />
                <p>
                    <span class="map-card-class">
                        <Mark class=point.class background=atlas.background />
                        {name}
                    </span>
                    <span class="map-card-place">{point_place(&point)}</span>
                </p>
            </div>
        })
    };
    live(content)
}

/// Left and top end of the card of a point, and whether the top end is rather the bottom one: on the
/// side where there is more room, so that it never covers its point.
fn corner([x, y]: [f64; 2], [width, height]: [f64; 2]) -> (f64, f64, bool) {
    let left = (x - WIDTH / 2.0).min(width - WIDTH - 4.0).max(4.0);
    let above = y > height / 2.0;
    (left, if above { y - GAP } else { y + GAP }, above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_stays_on_the_map_and_off_its_point() {
        let map = [400.0, 300.0];
        assert_eq!(corner([200.0, 100.0], map), (80.0, 136.0, false));
        assert_eq!(corner([399.0, 299.0], map), (156.0, 263.0, true));
        assert_eq!(corner([0.0, 0.0], map).0, 4.0);
        assert_eq!(corner([50.0, 0.0], [100.0, 100.0]).0, 4.0);
    }
}
