//! Data augmentation of one training image and its mask.
//!
//! The changes depend on seed, epoch and image only: not on the batch, the device, or the other
//! transforms. Points outside the image are reflected at its border, as `torch.nn.functional.
//! grid_sample` does with `padding_mode="reflection"` and `align_corners=False`.

use model::{Augmentation, ImageTransform, MAX_BRIGHTENING, MAX_ROTATION, MAX_SCALING, MAX_SHIFT};

use crate::rng::{Purpose, Rng};

/// Random changes of the training images of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Augmenter {
    augmentation: Augmentation,
    seed: u32,
}

impl Augmenter {
    /// Changes images by these transforms, with random numbers of this seed.
    pub fn new(augmentation: Augmentation, seed: u32) -> Self {
        Self { augmentation, seed }
    }

    /// Returns whether images stay as they are.
    pub fn is_none(self) -> bool {
        self.augmentation.is_none()
    }

    /// Draws the change of a training image in an epoch, both counted from 0. `size` is height and
    /// width in pixels.
    pub fn draw(self, epoch: usize, image: usize, size: [usize; 2]) -> ImageChange {
        let index = (epoch as u64) << 32 | image as u64;
        let mut rng = Rng::stream(self.seed, Purpose::Augmentation, index);
        // Every number is drawn, so that a transform does not depend on which others there are.
        let flip = rng.uniform() < 0.5;
        let [rotation, down, right, scaling, brightening] =
            [(); 5].map(|()| rng.uniform_in(-1.0, 1.0));
        let of = |transform, largest: f64, value: f64| {
            if self.augmentation.contains(transform) { largest * value } else { 0.0 }
        };
        let angle = of(ImageTransform::Rotate, MAX_ROTATION, rotation).to_radians();
        let scale = 1.0 + of(ImageTransform::Scale, MAX_SCALING, scaling);
        let mirror = flip && self.augmentation.contains(ImageTransform::Flip);
        let shift = [down, right].map(|value| of(ImageTransform::Shift, MAX_SHIFT, value));
        let (sin, cos) = (libm::sin(angle) / scale, libm::cos(angle) / scale);
        // Mirroring comes last, so that it changes the sign of the column of the source.
        let sign = if mirror { -1.0 } else { 1.0 };
        ImageChange {
            size,
            rows: [cos as f32, sin as f32, -(shift[0] * size[0] as f64) as f32],
            columns: [
                (-sin * sign) as f32,
                (cos * sign) as f32,
                -(shift[1] * size[1] as f64 * sign) as f32,
            ],
            brightness: 1.0 + of(ImageTransform::Brightness, MAX_BRIGHTENING, brightening) as f32,
        }
    }
}

/// Change of one image: rotated, scaled and shifted around its center, mirrored, brightened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageChange {
    size: [usize; 2],
    /// Coefficients of row, column and 1 from which the row of a pixel's source follows, all in
    /// pixels from the center.
    rows: [f32; 3],
    /// Those of its column.
    columns: [f32; 3],
    /// Factor of the gray values.
    brightness: f32,
}

impl ImageChange {
    /// Appends the changed image, `[height, width]` from 0 to 1. `pixels` are gray values from 0 to
    /// 255 of the same shape. Values between pixels are interpolated bilinearly.
    pub fn image(&self, pixels: &[u8], into: &mut Vec<f32>) {
        let [height, width] = self.size;
        let factor = self.brightness / 255.0;
        into.extend(self.sources().map(|[row, column]| {
            let [[top, bottom, down], [left, right, along]] =
                [neighbors(row, height), neighbors(column, width)];
            let at =
                |row: f32, column: f32| f32::from(pixels[row as usize * width + column as usize]);
            let upper = at(top, left) * (1.0 - along) + at(top, right) * along;
            let lower = at(bottom, left) * (1.0 - along) + at(bottom, right) * along;
            ((upper * (1.0 - down) + lower * down) * factor).min(1.0)
        }));
    }

    /// Appends the changed mask, the class of each pixel, `[height, width]`. A pixel has the class of
    /// the nearest one in the source.
    pub fn mask(&self, classes: &[u8], into: &mut Vec<f32>) {
        let [_, width] = self.size;
        // Halves are rounded to the even number, as `grid_sample` does.
        into.extend(self.sources().map(|source| {
            let [row, column] = source.map(|place| place.round_ties_even() as usize);
            f32::from(classes[row * width + column])
        }));
    }

    /// Returns the source `[row, column]` of each pixel, within the image.
    fn sources(&self) -> impl Iterator<Item = [f32; 2]> {
        let Self { size: [height, width], rows, columns, .. } = *self;
        let center = [height, width].map(|side| (side as f32 - 1.0) / 2.0);
        (0..height).flat_map(move |row| {
            (0..width).map(move |column| {
                let [y, x] = [row as f32 - center[0], column as f32 - center[1]];
                let at = |by: [f32; 3]| by[0] * y + by[1] * x + by[2];
                [reflected(at(rows) + center[0], height), reflected(at(columns) + center[1], width)]
            })
        })
    }
}

/// Reflects a place at the borders of a side, which are half a pixel beyond the centers of its first
/// and last pixel, and clips it to these centers.
fn reflected(place: f32, side: usize) -> f32 {
    let side = side as f32;
    let from_border = (place + 0.5).abs();
    let [times, rest] = [(from_border / side).floor(), from_border % side];
    let inside = if times % 2.0 == 0.0 { rest } else { side - rest };
    (inside - 0.5).clamp(0.0, side - 1.0)
}

/// Returns the pixel before a place, the one after it, and the fraction of the way between them.
fn neighbors(place: f32, side: usize) -> [f32; 3] {
    let before = place.floor();
    [before, (before + 1.0).min(side as f32 - 1.0), place - before]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [usize; 2] = [4, 6];

    fn augmenter(transforms: &[ImageTransform]) -> Augmenter {
        Augmenter::new(Augmentation::of(transforms.iter().copied()), 7)
    }

    /// A ramp without repetition, and a mask in which each pixel has a class of its own.
    fn ramp() -> Vec<u8> {
        (0..24).map(|value| value * 10).collect()
    }

    fn image(change: &ImageChange) -> Vec<f32> {
        let mut changed = Vec::new();
        change.image(&ramp(), &mut changed);
        changed
    }

    #[test]
    fn without_transforms_nothing_changes() {
        let change = augmenter(&[]).draw(3, 5, SIZE);
        let expected: Vec<f32> = ramp().iter().map(|gray| f32::from(*gray) / 255.0).collect();
        for (found, expected) in image(&change).iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-6);
        }
        let mut mask = Vec::new();
        change.mask(&ramp(), &mut mask);
        assert_eq!(mask, ramp().iter().map(|class| f32::from(*class)).collect::<Vec<_>>());
    }

    #[test]
    fn half_of_the_images_are_mirrored_and_no_other_change_is_made() {
        let flip = augmenter(&[ImageTransform::Flip]);
        let plain = image(&augmenter(&[]).draw(0, 0, SIZE));
        let mirrored: Vec<f32> =
            plain.chunks(6).flat_map(|row| row.iter().rev().copied()).collect();
        let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
        let mut count = 0;
        for index in 0..200 {
            let changed = image(&flip.draw(1, index, SIZE));
            let is_mirrored = close(&changed, &mirrored);
            assert!(is_mirrored || close(&changed, &plain));
            count += usize::from(is_mirrored);
        }
        assert!((80..=120).contains(&count), "{count}");
    }

    #[test]
    fn a_transform_does_not_depend_on_the_others() {
        let all = augmenter(&ImageTransform::ALL).draw(2, 9, SIZE);
        let bright = augmenter(&[ImageTransform::Brightness]).draw(2, 9, SIZE);
        assert_eq!(all.brightness, bright.brightness);
        let shift = augmenter(&[ImageTransform::Shift]).draw(2, 9, SIZE);
        assert_eq!(all.rows[2], shift.rows[2]);
        assert_eq!(all.columns[2].abs(), shift.columns[2].abs());
    }

    #[test]
    fn each_image_and_epoch_has_a_change_of_its_own_and_a_seed_repeats_it() {
        let augmenter = augmenter(&ImageTransform::ALL);
        let [first, again] = [(); 2].map(|()| augmenter.draw(1, 2, SIZE));
        assert_eq!(first, again);
        for other in [augmenter.draw(2, 1, SIZE), augmenter.draw(1, 3, SIZE)] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn changes_stay_within_their_largest() {
        let augmenter = augmenter(&ImageTransform::ALL);
        for index in 0..500 {
            let change = augmenter.draw(0, index, [64, 64]);
            let [a, b, down] = change.rows;
            let [c, d, right] = change.columns;
            assert!((a * b + c * d).abs() < 1e-6, "rotated and scaled, not sheared");
            let scale = 1.0 / a.hypot(b);
            assert!((0.9..=1.1).contains(&scale), "{scale}");
            assert!(b.atan2(a).to_degrees().abs() <= 12.01);
            assert!(down.abs() <= 3.21 && right.abs() <= 3.21);
            assert!((0.85..=1.15).contains(&change.brightness));
        }
    }

    #[test]
    fn image_and_mask_move_together() {
        let moving = augmenter(&[ImageTransform::Shift, ImageTransform::Rotate]);
        let mut square = vec![0_u8; 64 * 64];
        for row in 20..40 {
            square[row * 64 + 24..row * 64 + 44].fill(1);
        }
        let bright: Vec<u8> = square.iter().map(|class| class * 255).collect();
        for index in 0..20 {
            let change = moving.draw(0, index, [64, 64]);
            let (mut image, mut mask) = (Vec::new(), Vec::new());
            change.image(&bright, &mut image);
            change.mask(&square, &mut mask);
            let differ =
                image.iter().zip(&mask).filter(|(gray, class)| (*gray - *class).abs() > 0.51);
            assert!(differ.count() < 20, "only where the border cuts a corner");
            assert_ne!(mask, square.iter().map(|class| f32::from(*class)).collect::<Vec<_>>());
        }
    }

    /// Expected values are those of PyTorch's `reflect_coordinates` and `clip_coordinates`.
    #[test]
    fn places_outside_are_reflected() {
        for (place, expected) in [
            (-0.5, 0.0),
            (-1.0, 0.0),
            (-2.0, 1.0),
            (3.0, 3.0),
            (4.0, 3.0),
            (5.25, 1.75),
            (8.0, 0.0),
            (-6.0, 2.0),
        ] {
            assert_eq!(reflected(place, 4), expected, "{place}");
        }
    }
}
