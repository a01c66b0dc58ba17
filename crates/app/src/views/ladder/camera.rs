//! Which part of a map is seen, and where on the page it is.

use super::places::Place;

/// The most that a map is enlarged.
const MOST: f64 = 40.0;

/// What a map is drawn in, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Left free around the whole map.
    pub margin: f64,
}

impl Frame {
    fn middle(self) -> [f64; 2] {
        [self.width / 2.0, self.height / 2.0]
    }

    /// Pixels between the middle and the end of the whole map.
    fn half(self) -> f64 {
        (self.width.min(self.height) / 2.0 - self.margin).max(1.0)
    }

    /// Whether something of a radius around a pixel is seen.
    pub fn sees(self, [x, y]: [f64; 2], radius: f64) -> bool {
        let within = |value: f64, length: f64| (-radius..=length + radius).contains(&value);
        within(x, self.width) && within(y, self.height)
    }
}

/// The part of a map that is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// How many times as large as the whole map.
    pub zoom: f64,
    /// The place in the middle.
    centre: [f64; 2],
}

impl Default for Camera {
    fn default() -> Self {
        Self { zoom: 1.0, centre: [0.0; 2] }
    }
}

impl Camera {
    /// The pixel of a fitted place.
    pub fn pixel(self, frame: Frame, place: Place) -> [f64; 2] {
        let ([x, y], scale) = (frame.middle(), frame.half() * self.zoom);
        [
            x + (f64::from(place[0]) - self.centre[0]) * scale,
            y - (f64::from(place[1]) - self.centre[1]) * scale,
        ]
    }

    /// As many times as large, with what is under a pixel staying there as far as the map's ends
    /// allow.
    pub fn zoomed(self, frame: Frame, factor: f64, about: [f64; 2]) -> Self {
        let zoom = (self.zoom * factor).clamp(1.0, MOST);
        let [x, y] = frame.middle();
        let shift = (1.0 / self.zoom - 1.0 / zoom) / frame.half();
        let centre =
            [self.centre[0] + (about[0] - x) * shift, self.centre[1] - (about[1] - y) * shift];
        Self { zoom, centre }.kept()
    }

    /// Moved so that the map follows a hand by so many pixels.
    pub fn panned(self, frame: Frame, by: [f64; 2]) -> Self {
        let scale = frame.half() * self.zoom;
        let centre = [self.centre[0] - by[0] / scale, self.centre[1] + by[1] / scale];
        Self { centre, ..self }.kept()
    }

    /// Moved as little as it takes to see a place with some room around it.
    pub fn showing(self, frame: Frame, place: Place) -> Self {
        let [x, y] = self.pixel(frame, place);
        let way = |at: f64, length: f64| {
            let room = frame.margin.min(length / 2.0);
            at.clamp(room, length - room) - at
        };
        self.panned(frame, [way(x, frame.width), way(y, frame.height)])
    }

    /// With no more emptiness around the map than the whole one has.
    fn kept(self) -> Self {
        let end = 1.0 - 1.0 / self.zoom;
        Self { centre: self.centre.map(|at| at.clamp(-end, end)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 220.0, height: 120.0, margin: 10.0 };

    fn near(one: [f64; 2], other: [f64; 2]) -> bool {
        one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn the_whole_map_is_inside_with_its_margin_and_upright() {
        let camera = Camera::default();
        assert_eq!(camera.pixel(FRAME, [0.0, 0.0]), [110.0, 60.0]);
        assert_eq!(camera.pixel(FRAME, [-1.0, 1.0]), [60.0, 10.0]);
        assert_eq!(camera.pixel(FRAME, [1.0, -1.0]), [160.0, 110.0]);
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let place = [0.3, -0.2];
        let camera = Camera::default();
        let about = camera.pixel(FRAME, place);
        let closer = camera.zoomed(FRAME, 3.0, about).zoomed(FRAME, 1.5, about);
        assert!((closer.zoom - 4.5).abs() < 1e-12);
        assert!(near(closer.pixel(FRAME, place), about));
        let [x, y] = about;
        let panned = closer.panned(FRAME, [-7.0, 4.0]);
        assert!(near(panned.pixel(FRAME, place), [x - 7.0, y + 4.0]));
    }

    #[test]
    fn the_map_cannot_be_lost() {
        let camera = Camera::default().zoomed(FRAME, 1e9, [0.0, 0.0]);
        assert_eq!(camera.zoom, MOST);
        assert_eq!(camera.zoomed(FRAME, 0.0, [5.0, 5.0]), Camera::default());
        let camera = Camera::default().panned(FRAME, [500.0, 0.0]);
        assert_eq!(camera, Camera::default());
        let camera = Camera::default().zoomed(FRAME, 2.0, [110.0, 60.0]).panned(FRAME, [1e6, 1e6]);
        assert!(near(camera.pixel(FRAME, [-1.0, 1.0]), [60.0, 10.0]));
    }

    #[test]
    fn a_place_comes_into_sight() {
        let camera = Camera::default().zoomed(FRAME, 8.0, [110.0, 60.0]);
        let place = [0.9, 0.5];
        assert!(!FRAME.sees(camera.pixel(FRAME, place), 0.0));
        let moved = camera.showing(FRAME, place);
        assert!(near(moved.pixel(FRAME, place), [210.0, 10.0]));
        assert_eq!(moved.showing(FRAME, place).pixel(FRAME, place), moved.pixel(FRAME, place));
        assert!(FRAME.sees([-3.0, 50.0], 4.0) && !FRAME.sees([-5.0, 50.0], 4.0));
    }
}
