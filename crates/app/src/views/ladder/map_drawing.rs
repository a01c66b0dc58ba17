//! Keeping the picture of a large map up to date.

use leptos::html::Canvas;
use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::effect;

use super::atlas::Atlas;
use super::camera::{Camera, Frame};
use super::paint::Scene;
use super::sheet::{Sheet, screen_changes};
use super::thumbnails::Thumbnails;

/// From this zoom on points are drawn as images.
const IMAGES_FROM: f64 = 4.0;

/// Side of a point's image, in CSS pixels; none where it is a mark.
pub(super) fn image_side(zoom: f64) -> Option<f64> {
    (zoom >= IMAGES_FROM).then(|| (6.0 * zoom).clamp(24.0, 48.0))
}

/// Draws the map, and again whenever something on it changes.
pub(super) fn draw(
    atlas: Atlas,
    canvas: NodeRef<Canvas>,
    size: Signal<(u32, u32)>,
    frame: Signal<Frame>,
    camera: Signal<Camera>,
) {
    let screen = screen_changes();
    let again = RwSignal::new(());
    let next = StoredValue::new_local(None::<AnimationFrameRequestHandle>);
    let made = StoredValue::new_local(Thumbnails::default());
    // Numbers mean other images where the points are others.
    effect(move || {
        atlas.points.track();
        made.set_value(Thumbnails::default());
    });
    effect(move || {
        screen.track();
        again.track();
        let (Some(canvas), size, frame) = (canvas.get(), size.get(), frame.get()) else { return };
        let (camera, lit, chosen) = (camera.get(), atlas.lit.get(), atlas.chosen.get());
        let (points, places) = (atlas.points.get(), atlas.places.get());
        let Some(sheet) = Sheet::new(&canvas, size) else { return };
        let (points, places, background) = (&points[..], &places[..], atlas.background);
        let scene = Scene { points, places, background, frame, camera, lit, chosen };
        let Some(side) = image_side(camera.zoom) else {
            scene.marks(&sheet, (4.2 * camera.zoom.sqrt()).min(6.5));
            return;
        };
        let more =
            made.try_update_value(|made| scene.thumbnails(&sheet, side, made, atlas.thumbnail));
        if more == Some(true) {
            let frame = request_animation_frame_with_handle(move || again.set(())).ok();
            next.set_value(frame);
        }
    });
    on_cleanup(move || {
        next.try_update_value(|next| next.take().map(|next| next.cancel()));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_come_with_zoom_and_stay_small() {
        let sides = [1.0, 3.9, 4.0, 6.0, 40.0].map(image_side);
        assert_eq!(sides, [None, None, Some(24.0), Some(36.0), Some(48.0)]);
    }
}
