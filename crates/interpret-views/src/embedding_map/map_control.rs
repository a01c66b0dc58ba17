//! Zoom, pan and selection in a large map, for pointer, keyboard and buttons.

use protocol::interpret::MapPoint;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::memo;

use super::camera::{Camera, Viewport};
use super::gesture::GestureDelta;
use super::hit_test::{nearest_point, next_point};
use super::labels::{class_name, point_label};
use super::map_context::MapContext;
use super::map_drawing::thumbnail_side_px;

/// Maximum distance between the pointer and the point that it selects.
const HIT_RADIUS_PX: f64 = 24.0;
/// Zoom factor per press of a button or key.
const ZOOM_STEP: f64 = 1.5;
/// Distance by which an arrow key pans.
const PAN_STEP_PX: f64 = 64.0;

/// Zoom, pan and selection of a map.
#[derive(Clone, Copy)]
pub struct MapControl {
    /// Points, positions and selection.
    pub map: MapContext,
    /// Zoom and pan.
    pub camera: RwSignal<Camera>,
    /// Pixel of the selected point; `None` if it is not visible.
    pub selected_pixel: Signal<Option<[f64; 2]>>,
    viewport: Signal<Viewport>,
    on_pick: Callback<MapPoint>,
}

impl MapControl {
    /// Creates a controller that initially shows the whole map. `on_pick` is called with picked
    /// points.
    pub fn new(map: MapContext, viewport: Signal<Viewport>, on_pick: Callback<MapPoint>) -> Self {
        let camera = RwSignal::new(Camera::default());
        let selected_pixel = memo(move || {
            let selected = map.selected.get()?;
            let position = map.positions.with(|positions| positions.get(selected).copied())?;
            let viewport = viewport.get();
            let pixel = camera.get().pixel(viewport, position);
            Some(pixel).filter(|pixel| viewport.contains(*pixel, 0.0))
        });
        Self { map, camera, selected_pixel, viewport, on_pick }
    }

    /// Returns the point at a pixel.
    pub fn point_at(self, pixel: [f64; 2]) -> Option<usize> {
        let (camera, viewport) = (self.camera.get_untracked(), self.viewport.get_untracked());
        let side = thumbnail_side_px(camera.zoom).unwrap_or_default();
        let radius = HIT_RADIUS_PX.max(side / 2.0);
        self.map.positions.with_untracked(|positions| {
            let candidates = positions.iter().enumerate();
            let candidates = candidates.filter(|(index, _)| self.map.is_highlighted(*index));
            let pixels = candidates.map(|(index, at)| (index, camera.pixel(viewport, *at)));
            nearest_point(pixels, pixel, radius)
        })
    }

    /// Selects a point, or clears the selection.
    pub fn select(self, point: Option<usize>) {
        if self.map.selected.get_untracked() != point {
            self.map.selected.set(point);
        }
    }

    /// Picks a point, so that all views show its image.
    pub fn pick(self, index: usize) {
        if let Some(point) = self.map.points.with_untracked(|points| points.get(index).copied()) {
            self.on_pick.run(point);
        }
    }

    /// Picks the selected point.
    pub fn pick_selected(self) {
        if let Some(index) = self.map.selected.get_untracked() {
            self.pick(index);
        }
    }

    /// Zooms by a factor around a pixel, or around the selected point or the center if `anchor` is
    /// `None`.
    pub fn zoom(self, factor: f64, anchor: Option<[f64; 2]>) {
        let viewport = self.viewport.get_untracked();
        let anchor = anchor
            .or(self.selected_pixel.get_untracked())
            .unwrap_or([viewport.width / 2.0, viewport.height / 2.0]);
        self.camera.set(self.camera.get_untracked().zoomed(viewport, factor, anchor));
    }

    /// Zooms in by one step.
    pub fn zoom_in(self) {
        self.zoom(ZOOM_STEP, None);
    }

    /// Zooms out by one step.
    pub fn zoom_out(self) {
        self.zoom(1.0 / ZOOM_STEP, None);
    }

    /// Shows the whole map.
    pub fn reset(self) {
        self.camera.set(Camera::default());
    }

    /// Pans by this number of steps to the right and downward.
    pub fn pan(self, right: f64, down: f64) {
        let by = [right * PAN_STEP_PX, down * PAN_STEP_PX];
        self.camera.set(self.camera.get_untracked().panned(self.viewport.get_untracked(), by));
    }

    /// Applies the change of a gesture.
    pub fn follow(self, delta: GestureDelta) {
        let viewport = self.viewport.get_untracked();
        let panned = self.camera.get_untracked().panned(viewport, delta.pan);
        self.camera.set(panned.zoomed(viewport, delta.factor, delta.anchor));
    }

    /// Selects the next or previous point and makes it visible. Returns its description, or `None`
    /// if there is no point.
    pub fn step(self, forward: bool) -> Option<String> {
        let map = self.map;
        let current = map.selected.get_untracked();
        let next = map.target.with_untracked(|positions| {
            next_point(positions, |index| map.is_highlighted(index), current, forward)
        });
        self.select(next);
        let next = next?;
        if let Some(position) = map.positions.with_untracked(|all| all.get(next).copied()) {
            let camera = self.camera.get_untracked();
            self.camera.set(camera.panned_to_show(self.viewport.get_untracked(), position));
        }
        let point = map.points.with_untracked(|points| points.get(next).copied());
        Some(point.map_or_else(String::new, |point| {
            let class = map.classes.with_untracked(|classes| class_name(classes, point.class));
            format!("{class}, {}", point_label(&point))
        }))
    }
}
