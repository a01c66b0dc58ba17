//! Camera of a map: zoom, pan, and conversion from map coordinates to pixels.

use super::map_positions::Position;

/// Maximum zoom factor.
const MAX_ZOOM: f64 = 40.0;

/// Area in which a map is drawn, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Viewport {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Space around the whole map.
    pub margin: f64,
}

impl Viewport {
    fn center(self) -> [f64; 2] {
        [self.width / 2.0, self.height / 2.0]
    }

    /// Returns the distance from the center to the edge of the whole map, in CSS pixels.
    fn half_extent(self) -> f64 {
        (self.width.min(self.height) / 2.0 - self.margin).max(1.0)
    }

    /// Returns whether a disk around a pixel is visible.
    pub fn contains(self, [x, y]: [f64; 2], radius: f64) -> bool {
        let within = |value: f64, length: f64| (-radius..=length + radius).contains(&value);
        within(x, self.width) && within(y, self.height)
    }
}

/// Zoom factor and center of the visible part of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Zoom factor; 1 shows the whole map.
    pub zoom: f64,
    /// Map coordinates of the center.
    center: [f64; 2],
}

impl Default for Camera {
    fn default() -> Self {
        Self { zoom: 1.0, center: [0.0; 2] }
    }
}

impl Camera {
    /// Returns the pixel at a map position.
    pub fn pixel(self, viewport: Viewport, position: Position) -> [f64; 2] {
        let ([x, y], scale) = (viewport.center(), viewport.half_extent() * self.zoom);
        [
            x + (f64::from(position[0]) - self.center[0]) * scale,
            y - (f64::from(position[1]) - self.center[1]) * scale,
        ]
    }

    /// Returns the camera zoomed by a factor. The position under the anchor pixel stays in place as
    /// far as the edges of the map allow.
    pub fn zoomed(self, viewport: Viewport, factor: f64, anchor: [f64; 2]) -> Self {
        let zoom = (self.zoom * factor).clamp(1.0, MAX_ZOOM);
        let [x, y] = viewport.center();
        let shift = (1.0 / self.zoom - 1.0 / zoom) / viewport.half_extent();
        let center =
            [self.center[0] + (anchor[0] - x) * shift, self.center[1] - (anchor[1] - y) * shift];
        Self { zoom, center }.clamped()
    }

    /// Returns the camera moved so that the map moves by this number of pixels.
    pub fn panned(self, viewport: Viewport, by: [f64; 2]) -> Self {
        let scale = viewport.half_extent() * self.zoom;
        let center = [self.center[0] - by[0] / scale, self.center[1] + by[1] / scale];
        Self { center, ..self }.clamped()
    }

    /// Returns the camera moved by the smallest distance that makes a position visible with a
    /// margin.
    pub fn panned_to_show(self, viewport: Viewport, position: Position) -> Self {
        let [x, y] = self.pixel(viewport, position);
        let shift = |at: f64, length: f64| {
            let room = viewport.margin.min(length / 2.0);
            at.clamp(room, length - room) - at
        };
        self.panned(viewport, [shift(x, viewport.width), shift(y, viewport.height)])
    }

    /// Returns the camera limited so that the edges of the map are no further inside than at zoom
    /// 1.
    fn clamped(self) -> Self {
        let end = 1.0 - 1.0 / self.zoom;
        Self { center: self.center.map(|at| at.clamp(-end, end)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEWPORT: Viewport = Viewport { width: 220.0, height: 120.0, margin: 10.0 };

    fn near(one: [f64; 2], other: [f64; 2]) -> bool {
        one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn the_whole_map_is_inside_with_its_margin_and_upright() {
        let camera = Camera::default();
        assert_eq!(camera.pixel(VIEWPORT, [0.0, 0.0]), [110.0, 60.0]);
        assert_eq!(camera.pixel(VIEWPORT, [-1.0, 1.0]), [60.0, 10.0]);
        assert_eq!(camera.pixel(VIEWPORT, [1.0, -1.0]), [160.0, 110.0]);
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let position = [0.3, -0.2];
        let camera = Camera::default();
        let anchor = camera.pixel(VIEWPORT, position);
        let closer = camera.zoomed(VIEWPORT, 3.0, anchor).zoomed(VIEWPORT, 1.5, anchor);
        assert!((closer.zoom - 4.5).abs() < 1e-12);
        assert!(near(closer.pixel(VIEWPORT, position), anchor));
        let [x, y] = anchor;
        let panned = closer.panned(VIEWPORT, [-7.0, 4.0]);
        assert!(near(panned.pixel(VIEWPORT, position), [x - 7.0, y + 4.0]));
    }

    #[test]
    fn the_map_cannot_be_lost() {
        let camera = Camera::default().zoomed(VIEWPORT, 1e9, [0.0, 0.0]);
        assert_eq!(camera.zoom, MAX_ZOOM);
        assert_eq!(camera.zoomed(VIEWPORT, 0.0, [5.0, 5.0]), Camera::default());
        let camera = Camera::default().panned(VIEWPORT, [500.0, 0.0]);
        assert_eq!(camera, Camera::default());
        let camera =
            Camera::default().zoomed(VIEWPORT, 2.0, [110.0, 60.0]).panned(VIEWPORT, [1e6, 1e6]);
        assert!(near(camera.pixel(VIEWPORT, [-1.0, 1.0]), [60.0, 10.0]));
    }

    #[test]
    fn a_place_comes_into_sight() {
        let camera = Camera::default().zoomed(VIEWPORT, 8.0, [110.0, 60.0]);
        let position = [0.9, 0.5];
        assert!(!VIEWPORT.contains(camera.pixel(VIEWPORT, position), 0.0));
        let moved = camera.panned_to_show(VIEWPORT, position);
        assert!(near(moved.pixel(VIEWPORT, position), [210.0, 10.0]));
        assert_eq!(
            moved.panned_to_show(VIEWPORT, position).pixel(VIEWPORT, position),
            moved.pixel(VIEWPORT, position)
        );
        assert!(VIEWPORT.contains([-3.0, 50.0], 4.0) && !VIEWPORT.contains([-5.0, 50.0], 4.0));
    }
}
