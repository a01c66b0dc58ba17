//! Chest in a generated X-ray: two lungs between dense structures, which all vary.
//!
//! Values are from 0 (black) to 1 (white). As in a radiograph, shadows add up.

use super::canvas::{Canvas, Point, Shape, ellipse, line};
use super::vary::Vary;
use crate::rng::Rng;

/// Outlines of a chest in body coordinates.
pub struct Chest {
    lungs: [Shape; 2],
    /// Dense structures in front of the lungs: domes of the diaphragm, mediastinum, heart.
    covers: [Shape; 4],
    /// Shoulders, trunk and neck.
    torso: [Shape; 3],
}

impl Chest {
    /// Draws the outlines of a chest from the generator.
    pub fn new(rng: &mut Rng) -> Self {
        let mut v = Vary(rng);
        let top = v.about(-18.5, 3.0);
        let base = v.about(14.0, 4.0);
        let apart = v.about(12.0, 1.6);
        // Each lung has a width and a height of its own.
        let mut lung = |side: f32| {
            let (wide, apex) = (v.about(9.4, 1.4), v.about(0.0, 1.5));
            Shape::Capsule {
                from: ((side * (apart - 2.6), top + 6.0 + apex), v.about(6.2, 0.8)),
                to: ((side * apart, base - 5.0), wide),
            }
        };
        let lungs = [lung(-1.0), lung(1.0)];
        let mut dome = |side: f32| {
            let height = base + v.about(6.5, 2.5);
            ellipse((side * v.about(13.0, 1.5), height), (v.about(13.0, 1.0), 9.5))
        };
        let (right, left) = (dome(-1.0), dome(1.0));
        let center = v.about(0.0, 1.2);
        let mediastinum =
            line((center, -22.0), (center + v.about(0.0, 1.0), 18.0), v.about(4.2, 1.0));
        let heart = ellipse(
            (center + v.about(4.2, 1.4), base - 6.5),
            (v.about(8.6, 1.8), v.about(7.6, 1.2)),
        );
        Self {
            lungs,
            covers: [right, left, mediastinum, heart.rotated(v.about(0.55, 0.2))],
            torso: [
                line((-19.0, -17.0), (19.0, -17.0), 11.0),
                ellipse((0.0, 9.0), (v.about(28.0, 1.5), 34.0)).squared(0.7),
                line((0.0, -36.0), (0.0, -18.0), 6.5),
            ],
        }
    }

    /// Returns the signed distance of a point from the edge of the lungs, negative inside. What is
    /// behind heart, mediastinum or diaphragm is outside.
    pub fn lung_distance(&self, point: Point) -> f32 {
        let lungs = self.lungs.map(|lung| lung.distance_of(point));
        let covers = self.covers.iter().map(|cover| -cover.distance_of(point));
        covers.fold(lungs[0].min(lungs[1]), f32::max)
    }

    /// Returns the signed distance of a point from the edge of the body, negative inside.
    pub fn torso_distance(&self, point: Point) -> f32 {
        self.torso.iter().map(|part| part.distance_of(point)).fold(f32::INFINITY, f32::min)
    }

    /// Marks the pixels of the lungs with 1.
    pub fn mark_lungs(&self, canvas: &Canvas, mask: &mut [u8; model::IMAGE_LEN]) {
        self.lungs.iter().for_each(|lung| canvas.mark(*lung, 1, mask));
        self.covers.iter().for_each(|cover| canvas.mark(*cover, 0, mask));
    }

    /// Draws the chest.
    pub fn draw(&self, c: &mut Canvas, rng: &mut Rng) {
        let mut v = Vary(rng);
        let tissue = v.about(0.37, 0.04);
        for part in self.torso {
            c.paint(part, 5.0, tissue, 0.04);
        }
        let air = v.about(0.12, 0.04);
        for lung in self.lungs {
            c.paint(lung, 2.6, air, 0.04);
        }
        let [right, left, mediastinum, heart] = self.covers;
        for dome in [right, left] {
            c.paint(dome, 2.2, tissue + v.about(0.09, 0.03), 0.04);
        }
        self.draw_ribs(c, &mut v);
        let shadow = tissue + v.about(0.11, 0.03);
        c.paint(mediastinum, 2.5, shadow, 0.05);
        c.paint(heart, 2.4, shadow, 0.05);
        for side in [-1.0, 1.0] {
            let tilt = v.about(2.4, 1.4);
            let middle = (side * 12.0, -18.5 - 0.4 * tilt);
            let clavicle = v.about(0.13, 0.04);
            c.add(line((side * 3.0, -17.5), middle, 1.1), 1.6, clavicle);
            c.add(line(middle, (side * 22.0, -19.0 - tilt), 1.1), 1.6, clavicle);
        }
    }

    /// Draws the ribs, which cross the lungs. Heart and mediastinum are drawn over them.
    fn draw_ribs(&self, c: &mut Canvas, v: &mut Vary) {
        let bone = v.about(0.06, 0.03);
        let step = v.about(5.4, 0.6);
        let first = v.about(-13.0, 2.5);
        for rib in 0..6 {
            let y = first + step * rib as f32;
            for (side, lung) in [-1.0_f32, 1.0].into_iter().zip(self.lungs) {
                let arch = ellipse((side * 9.0, y + 4.0), (12.5 + 0.4 * rib as f32, 6.0));
                c.add_rim(arch.rotated(side * 0.42), 1.5, lung.enlarged(2.5), bone);
            }
        }
    }
}
