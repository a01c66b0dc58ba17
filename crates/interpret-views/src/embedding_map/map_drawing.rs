//! Drawing and redrawing of a large map.

use leptos::html::Canvas;
use leptos::prelude::*;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::effect;
use ui::hooks::use_animation_frame::use_animation_frame;
use ui::hooks::use_screen_changes::use_screen_changes;

use super::camera::{Camera, Viewport};
use super::canvas::MapCanvas;
use super::map_context::MapContext;
use super::map_scene::MapScene;
use super::thumbnails::Thumbnails;

/// Zoom factor from which points are drawn as thumbnails.
const THUMBNAIL_MIN_ZOOM: f64 = 4.0;

/// Returns the side of a point's thumbnail in CSS pixels, or `None` if it is drawn as a marker.
pub fn thumbnail_side_px(zoom: f64) -> Option<f64> {
    (zoom >= THUMBNAIL_MIN_ZOOM).then(|| (6.0 * zoom).clamp(24.0, 48.0))
}

/// Draws the map and redraws it whenever it changes.
pub fn draw_map(
    map: MapContext,
    canvas: NodeRef<Canvas>,
    size: Signal<(u32, u32)>,
    viewport: Signal<Viewport>,
    camera: Signal<Camera>,
) {
    let screen = use_screen_changes();
    let again = RwSignal::new(());
    let frame = use_animation_frame();
    let thumbnails = StoredValue::new_local(Thumbnails::default());
    // The indices of new points refer to other thumbnails.
    effect(move || {
        map.points.track();
        thumbnails.set_value(Thumbnails::default());
    });
    effect(move || {
        screen.track();
        again.track();
        let (Some(canvas), size) = (canvas.get(), size.get()) else { return };
        let (viewport, camera) = (viewport.get(), camera.get());
        let (highlighted_class, selected) = (map.highlighted_class.get(), map.selected.get());
        let (points, positions) = (map.points.get(), map.positions.get());
        let Some(canvas) = MapCanvas::new(&canvas, size) else { return };
        let (points, positions, background) = (&points[..], &positions[..], map.background);
        let scene = MapScene {
            points,
            positions,
            background,
            viewport,
            camera,
            highlighted_class,
            selected,
        };
        let Some(side) = thumbnail_side_px(camera.zoom) else {
            scene.draw_markers(&canvas, (4.2 * camera.zoom.sqrt()).min(6.5));
            return;
        };
        let more = thumbnails
            .try_update_value(|made| scene.draw_thumbnails(&canvas, side, made, map.thumbnail));
        if more == Some(true) {
            frame.request(move || again.set(()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbnails_come_with_zoom_and_stay_small() {
        let sides = [1.0, 3.9, 4.0, 6.0, 40.0].map(thumbnail_side_px);
        assert_eq!(sides, [None, None, Some(24.0), Some(36.0), Some(48.0)]);
    }
}
