//! Canvas for drawing shapes by their signed distance functions in body coordinates. The result is
//! anti-aliased, and rotation needs no resampling.
//!
//! A negative distance is inside the shape. Coverage decreases from 1 to 0 across the edge of a
//! shape, so no supersampling is needed. Only exactly rounded operations and `libm` are used, so
//! that WebAssembly and native code draw the same pixels. The distance functions follow Inigo
//! Quilez, "2D distance functions" (iquilezles.org).

use std::f64::consts::TAU;

use model::{IMAGE_LEN, IMAGE_SIDE};

use super::noise::{add_noise, approx_normal, bias_field};
use crate::rng::Rng;

/// A point in body coordinates: pixels from the center of the body, x to the right, y downward.
pub type Point = (f32, f32);

/// A shape that can be drawn.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// An ellipse or superellipse.
    Ellipse {
        /// Center of the ellipse.
        center: Point,
        /// Half of its width and height.
        radii: Point,
        /// Rotation angle in radians.
        rotation: f32,
        /// Squareness: 0 is an ellipse, 1 a superellipse with exponent 4.
        square: f32,
    },
    /// A line with round ends, which may have different radii.
    Capsule {
        /// First end point and its radius.
        from: (Point, f32),
        /// Second end point and its radius.
        to: (Point, f32),
    },
}

/// Returns an ellipse without rotation.
pub fn ellipse(center: Point, radii: Point) -> Shape {
    Shape::Ellipse { center, radii, rotation: 0.0, square: 0.0 }
}

/// Returns a line of constant width with round ends.
pub fn line(from: Point, to: Point, radius: f32) -> Shape {
    Shape::Capsule { from: (from, radius), to: (to, radius) }
}

impl Shape {
    /// Returns the shape rotated about its center by an angle in radians. Lines are returned
    /// unchanged.
    pub fn rotated(self, angle: f32) -> Self {
        match self {
            Shape::Ellipse { center, radii, square, .. } => {
                Shape::Ellipse { center, radii, rotation: angle, square }
            }
            line => line,
        }
    }

    /// Returns the shape with squarer corners. Lines are returned unchanged.
    pub fn squared(self, square: f32) -> Self {
        match self {
            Shape::Ellipse { center, radii, rotation, .. } => {
                Shape::Ellipse { center, radii, rotation, square }
            }
            line => line,
        }
    }

    /// Returns the shape enlarged by `by` pixels on every side.
    pub fn enlarged(self, by: f32) -> Self {
        match self {
            Shape::Ellipse { center, radii, rotation, square } => {
                let radii = ((radii.0 + by).max(0.3), (radii.1 + by).max(0.3));
                Shape::Ellipse { center, radii, rotation, square }
            }
            Shape::Capsule { from, to } => {
                Shape::Capsule { from: (from.0, from.1 + by), to: (to.0, to.1 + by) }
            }
        }
    }

    /// Returns the signed distance of a point from the edge, negative inside.
    pub fn distance_of(self, (x, y): Point) -> f32 {
        self.distance()(x, y)
    }

    /// Returns a bounding box: its center, and half of its width and height.
    fn bounds(&self) -> (Point, Point) {
        match *self {
            Shape::Ellipse { center, radii, rotation, square } => {
                let (cos, sin) = (libm::cosf(rotation), libm::sinf(rotation));
                // A superellipse exceeds the box of the ellipse only if it is rotated.
                let more = if rotation == 0.0 { 1.0 } else { 1.0 + 0.42 * square };
                let across = length(radii.0 * cos, radii.1 * sin);
                let down = length(radii.0 * sin, radii.1 * cos);
                (center, (more * across, more * down))
            }
            Shape::Capsule { from: (a, ra), to: (b, rb) } => {
                let (center, radius) = ((0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1)), ra.max(rb));
                let half = (0.5 * (a.0 - b.0).abs(), 0.5 * (a.1 - b.1).abs());
                (center, (half.0 + radius, half.1 + radius))
            }
        }
    }

    /// Returns the signed distance function of the shape.
    fn distance(self) -> impl Fn(f32, f32) -> f32 {
        let rotation = match self {
            Shape::Ellipse { rotation, .. } if rotation != 0.0 => {
                (libm::cosf(rotation), libm::sinf(rotation))
            }
            _ => (1.0, 0.0),
        };
        move |x, y| match self {
            Shape::Ellipse { center, radii, square, .. } => {
                let (x, y) = (x - center.0, y - center.1);
                let (x, y) = (rotation.0 * x + rotation.1 * y, rotation.0 * y - rotation.1 * x);
                let (u, v) = (x / radii.0, y / radii.1);
                let round = length(u, v);
                let slope = length(u / radii.0, v / radii.1);
                if slope < 1e-6 {
                    return -radii.0.min(radii.1);
                }
                let level = if square > 0.0 {
                    let full = (u * u * u * u + v * v * v * v).sqrt().sqrt();
                    round + square * (full - round)
                } else {
                    round
                };
                // The value of the level set divided by the length of its gradient, which is exact
                // to first order.
                (level - 1.0) * round / slope
            }
            Shape::Capsule { from: (a, ra), to: (b, rb) } => {
                let (px, py) = (x - a.0, y - a.1);
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                let along = (px * dx + py * dy) / (dx * dx + dy * dy).max(1e-6);
                let t = along.clamp(0.0, 1.0);
                length(px - t * dx, py - t * dy) - (ra + t * (rb - ra))
            }
        }
    }
}

fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// Placement of the body in the image, and strength of the warp.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    /// Rotation in radians.
    pub rotation: f32,
    /// Number of pixels per body unit, horizontally and vertically.
    pub scale: Point,
    /// Position of the body's center relative to the image's center, in pixels.
    pub shift: Point,
    /// Amplitude of the warp of outlines, in pixels.
    pub warp: f32,
}

impl Pose {
    /// Returns where in the image a point of the body is, in pixels from the image's center, but for
    /// the warp.
    pub fn to_image(self, (x, y): Point) -> Point {
        let (x, y) = (x * self.scale.0, y * self.scale.1);
        let (cos, sin) = (libm::cosf(self.rotation), libm::sinf(self.rotation));
        (cos * x - sin * y + self.shift.0, cos * y + sin * x + self.shift.1)
    }
}

/// An image being drawn: 0 is black, 1 is white.
pub struct Canvas {
    pose: Pose,
    tilt: (f32, f32),
    /// Body coordinates of every pixel.
    body_coords: Vec<Point>,
    /// Texture from −1 to 1, shared by all organs in an image.
    texture: Vec<f32>,
    value: Vec<f32>,
}

impl Canvas {
    /// Creates a black image for a body with this pose. Texture and warp are drawn from the
    /// generator.
    pub fn new(pose: Pose, rng: &mut Rng) -> Self {
        let tilt = (libm::cosf(pose.rotation), libm::sinf(pose.rotation));
        // Each row and each column is shifted: smooth, and cheap at 128 sines per image.
        let mut wave = || {
            let (pace, phase) = (rng.uniform_in(0.12, 0.3) as f32, rng.uniform_in(0.0, TAU) as f32);
            let side: [f32; IMAGE_SIDE] =
                std::array::from_fn(|i| pose.warp * libm::sinf(pace * i as f32 + phase));
            side
        };
        let (slide_row, slide_column) = (wave(), wave());
        let middle = (IMAGE_SIDE as f32 - 1.0) / 2.0;
        let body_coords = (0..IMAGE_LEN)
            .map(|at| {
                let (column, row) = (at % IMAGE_SIDE, at / IMAGE_SIDE);
                let x = column as f32 - middle - pose.shift.0 + slide_row[row];
                let y = row as f32 - middle - pose.shift.1 + slide_column[column];
                let (x, y) = (tilt.0 * x + tilt.1 * y, tilt.0 * y - tilt.1 * x);
                (x / pose.scale.0, y / pose.scale.1)
            })
            .collect();
        let mut texture = vec![0.0; IMAGE_LEN];
        add_noise::<9>(&mut texture, 0.4, rng);
        add_noise::<17>(&mut texture, 0.35, rng);
        add_noise::<33>(&mut texture, 0.35, rng);
        Self { pose, tilt, body_coords, texture, value: vec![0.0; IMAGE_LEN] }
    }

    /// Paints a shape over the existing content. `edge` is the width of its edge in pixels (1 is
    /// sharp), `contrast` the strength of its texture.
    pub fn paint(&mut self, shape: Shape, edge: f32, value: f32, contrast: f32) {
        self.cover(shape, edge, |old, cover, texture| {
            old + cover * (value + contrast * texture - old)
        });
    }

    /// Adds a shape to the existing content, like tissue in a radiograph. Negative values let more
    /// light through.
    pub fn add(&mut self, shape: Shape, edge: f32, value: f32) {
        self.cover(shape, edge, |old, cover, _| old + cover * value);
    }

    /// Adds the rim of a shape, `width` pixels wide, but only inside another shape.
    pub fn add_rim(&mut self, shape: Shape, width: f32, inside: Shape, value: f32) {
        let (bounded, clip) = (shape.distance(), inside.distance());
        self.for_each_around(shape.enlarged(width), 1.0, |pixel, (x, y), _| {
            let rim = coverage(bounded(x, y).abs() - 0.5 * width, 1.0);
            if rim > 0.0 {
                *pixel += rim * coverage(clip(x, y), 2.0) * value;
            }
        });
    }

    fn cover(&mut self, shape: Shape, edge: f32, blend: impl Fn(f32, f32, f32) -> f32) {
        let distance = shape.distance();
        self.for_each_around(shape, edge, |pixel, (x, y), texture| {
            let cover = coverage(distance(x, y), edge);
            if cover > 0.0 {
                *pixel = blend(*pixel, cover, texture);
            }
        });
    }

    /// Writes a class into the pixels whose center is inside a shape.
    pub fn mark(&self, shape: Shape, label: u8, mask: &mut [u8; IMAGE_LEN]) {
        let distance = shape.distance();
        for at in self.around(shape, 1.0) {
            let (x, y) = self.body_coords[at];
            if distance(x, y) <= 0.0 {
                mask[at] = label;
            }
        }
    }

    /// Varies the brightness smoothly, like the receive coil of an MRI scanner, by at most the
    /// fraction `strength`.
    pub fn shade(&mut self, strength: f32, rng: &mut Rng) {
        let field = bias_field(rng);
        for (at, value) in self.value.iter_mut().enumerate() {
            *value *= 1.0 + strength * field(at);
        }
    }

    /// Calls a function for the pixels around a shape.
    fn for_each_around(
        &mut self,
        shape: Shape,
        edge: f32,
        mut visit: impl FnMut(&mut f32, Point, f32),
    ) {
        for at in self.around(shape, edge) {
            visit(&mut self.value[at], self.body_coords[at], self.texture[at]);
        }
    }

    /// Returns the indices of the pixels around a shape, in row-major order.
    fn around(&self, shape: Shape, edge: f32) -> impl Iterator<Item = usize> + use<> {
        let ((x, y), (across, down)) = shape.bounds();
        let Pose { scale, shift, warp, .. } = self.pose;
        let (cos, sin) = self.tilt;
        let (x, y) = (x * scale.0, y * scale.1);
        let (x, y) = (cos * x - sin * y, cos * y + sin * x);
        let (across, down) = ((across + edge) * scale.0, (down + edge) * scale.1);
        // The warps of rows and columns add up after the rotation.
        let spare = 1.5 * warp + 1.0;
        let range = |middle: f32, half: f32| {
            let middle = middle + (IMAGE_SIDE as f32 - 1.0) / 2.0;
            let low = (middle - half - spare).max(0.0) as usize;
            let high = (middle + half + spare + 1.0).clamp(0.0, IMAGE_SIDE as f32) as usize;
            low..high
        };
        let columns = range(x + shift.0, cos.abs() * across + sin.abs() * down);
        let rows = range(y + shift.1, sin.abs() * across + cos.abs() * down);
        rows.flat_map(move |row| row * IMAGE_SIDE + columns.start..row * IMAGE_SIDE + columns.end)
    }

    /// Returns the finished image with values 0 to 255: `gain` times the value, plus noise of
    /// standard deviation `noise` (1 is full scale).
    pub fn render(self, gain: f32, noise: f32, rng: &mut Rng) -> [u8; IMAGE_LEN] {
        let mut image = [0; IMAGE_LEN];
        for (pixel, value) in image.iter_mut().zip(self.value) {
            let noise_value = if noise > 0.0 { noise * approx_normal(rng) } else { 0.0 };
            *pixel = ((gain * value.clamp(0.0, 1.0) + noise_value) * 255.0 + 0.5).clamp(0.0, 255.0)
                as u8;
        }
        image
    }
}

/// Returns the fraction of a pixel that is inside a shape, given the signed distance of its center.
fn coverage(distance: f32, edge: f32) -> f32 {
    (0.5 - distance / edge).clamp(0.0, 1.0)
}
