//! Changes of one image of [`IMAGE_SIDE`] × [`IMAGE_SIDE`] gray values.

use model::{IMAGE_LEN, IMAGE_SIDE};

use crate::rng::Rng;

/// Side of the marker in pixels.
pub(crate) const MARKER_SIDE: usize = 7;

/// Draws a bright letter L on a dark square, like a marker of the side, with its upper left corner at
/// this pixel.
pub(crate) fn draw_marker(image: &mut [u8], [row, column]: [usize; 2]) {
    let side = MARKER_SIDE;
    for y in 0..side {
        for x in 0..side {
            let is_letter = (1..=2).contains(&x) && (1..side - 1).contains(&y)
                || (side - 3..side - 1).contains(&y) && (1..side - 1).contains(&x);
            image[(row + y) * IMAGE_SIDE + column + x] = if is_letter { 255 } else { 0 };
        }
    }
}

/// Replaces each gray value by a function of it and of its column and row.
pub(crate) fn each(image: &mut [u8], mut gray_at: impl FnMut(f64, f64, f64) -> f64) {
    for (at, pixel) in image.iter_mut().enumerate() {
        let (x, y) = ((at % IMAGE_SIDE) as f64, (at / IMAGE_SIDE) as f64);
        *pixel = to_gray(gray_at(f64::from(*pixel), x, y));
    }
}

/// Blurs with a Gaussian of this standard deviation in pixels, cut off at three of them. Pixels beyond
/// the edge are those of the edge.
pub(crate) fn blur(image: &mut [u8], deviation: f64) {
    let radius = libm::ceil(3.0 * deviation) as isize;
    let weight = |offset: isize| {
        let z = offset as f64 / deviation;
        libm::exp(-0.5 * z * z)
    };
    let weights: Vec<f64> = (-radius..=radius).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    let mut values: Vec<f64> = image.iter().map(|gray| f64::from(*gray)).collect();
    for (along, across) in [(1, IMAGE_SIDE), (IMAGE_SIDE, 1)] {
        let before = values.clone();
        for line in 0..IMAGE_SIDE {
            for place in 0..IMAGE_SIDE {
                let blurred: f64 = (-radius..=radius)
                    .zip(&weights)
                    .map(|(offset, weight)| {
                        let near = (place as isize + offset).clamp(0, IMAGE_SIDE as isize - 1);
                        weight * before[line * across + near as usize * along]
                    })
                    .sum();
                values[line * across + place * along] = blurred / sum;
            }
        }
    }
    for (pixel, value) in image.iter_mut().zip(values) {
        *pixel = to_gray(value);
    }
}

/// Returns the gray value at a place between pixels by bilinear interpolation. Places outside are
/// moved to the edge.
pub(crate) fn sampled(image: &[u8], x: f64, y: f64) -> f64 {
    let last = (IMAGE_SIDE - 1) as f64;
    let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(IMAGE_SIDE - 1), (top + 1).min(IMAGE_SIDE - 1));
    let (fx, fy) = (x - left as f64, y - top as f64);
    let at = |x: usize, y: usize| f64::from(image[y * IMAGE_SIDE + x]);
    let upper = at(left, top) * (1.0 - fx) + at(right, top) * fx;
    let lower = at(left, bottom) * (1.0 - fx) + at(right, bottom) * fx;
    upper * (1.0 - fy) + lower * fy
}

pub(crate) fn to_gray(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Moves the image to the right by a number of pixels. Pixels from beyond the edge are those of the edge.
pub(crate) fn shift_right(image: &mut [u8], by: f64) {
    let before = image.to_vec();
    each(image, |_, x, y| sampled(&before, x - by, y));
}

/// Rotates counterclockwise about the center. Pixels from beyond the edge are those of the edge, so that
/// no black corners tell the angle.
pub(crate) fn rotate_clamped(image: &mut [u8], radians: f64) {
    rotate_with(image, radians, sampled);
}

/// Rotates counterclockwise about the center. `gray_at` returns the gray value of the image at a column and
/// row, which may be between pixels or outside.
pub(crate) fn rotate_with(
    image: &mut [u8],
    radians: f64,
    gray_at: impl Fn(&[u8], f64, f64) -> f64,
) {
    let before = image.to_vec();
    let (sin, cos) = (libm::sin(radians), libm::cos(radians));
    let center = (IMAGE_SIDE - 1) as f64 / 2.0;
    each(image, |_, x, y| {
        let (dx, dy) = (x - center, y - center);
        gray_at(&before, center + cos * dx - sin * dy, center + sin * dx + cos * dy)
    });
}

/// Divides the image into square patches of this side in pixels, and exchanges them at random.
pub(crate) fn shuffle_patches(image: &mut [u8], side: usize, rng: &mut Rng) {
    let before = image.to_vec();
    let across = IMAGE_SIDE / side;
    let mut from: Vec<usize> = (0..across * across).collect();
    rng.shuffle(&mut from);
    for (to, from) in from.into_iter().enumerate() {
        let corner = |patch: usize| patch / across * side * IMAGE_SIDE + patch % across * side;
        for row in 0..side {
            let (to, from) = (corner(to) + row * IMAGE_SIDE, corner(from) + row * IMAGE_SIDE);
            image[to..to + side].copy_from_slice(&before[from..from + side]);
        }
    }
}

/// Keeps what a Gaussian blur of this standard deviation in pixels removes, on the mean gray value.
pub(crate) fn keep_details(image: &mut [u8], deviation: f64) {
    let mean = mean_gray(image);
    let mut blurred = image.to_vec();
    blur(&mut blurred, deviation);
    for (pixel, blurred) in image.iter_mut().zip(blurred) {
        *pixel = to_gray(mean + f64::from(*pixel) - f64::from(blurred));
    }
}

/// Gives the pixels inside or outside a square about the center the mean gray value. `side` is that of
/// the square in pixels.
pub(crate) fn hide(image: &mut [u8], side: usize, inside: bool) {
    let mean = mean_gray(image);
    let first = (IMAGE_SIDE - side) as f64 / 2.0;
    let square = first..IMAGE_SIDE as f64 - first;
    each(
        image,
        |gray, x, y| {
            if (square.contains(&x) && square.contains(&y)) == inside { mean } else { gray }
        },
    );
}

fn mean_gray(image: &[u8]) -> f64 {
    image.iter().map(|gray| f64::from(*gray)).sum::<f64>() / IMAGE_LEN as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Vec<u8> {
        let mut rng = Rng::new(3);
        (0..IMAGE_LEN).map(|_| rng.below(256) as u8).collect()
    }

    fn edited(edit: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let mut image = image();
        edit(&mut image);
        image
    }

    #[test]
    fn shuffling_moves_whole_patches_and_loses_none() {
        for side in [4, 8, 16, 32] {
            let shuffled = edited(|image| shuffle_patches(image, side, &mut Rng::new(1)));
            let patches = |image: &[u8]| {
                let across = IMAGE_SIDE / side;
                let patch = |at: usize| -> Vec<u8> {
                    let pixel = |place: usize| {
                        let row = at / across * side + place / side;
                        image[row * IMAGE_SIDE + at % across * side + place % side]
                    };
                    (0..side * side).map(pixel).collect()
                };
                let mut all: Vec<Vec<u8>> = (0..across * across).map(patch).collect();
                all.sort();
                all
            };
            assert_ne!(shuffled, image());
            assert_eq!(patches(&shuffled), patches(&image()));
        }
    }

    #[test]
    fn blur_and_details_add_up_to_the_image() {
        let smooth: Vec<u8> = (0..IMAGE_LEN).map(|at| 60 + (at % IMAGE_SIDE) as u8).collect();
        let (mut low, mut high) = (smooth.clone(), smooth.clone());
        blur(&mut low, 2.0);
        keep_details(&mut high, 2.0);
        let mean = mean_gray(&smooth);
        for at in 0..IMAGE_LEN {
            let sum = f64::from(low[at]) + f64::from(high[at]) - mean;
            assert!((sum - f64::from(smooth[at])).abs() <= 1.0, "pixel {at}");
        }
    }

    #[test]
    fn what_is_hidden_has_the_mean_gray_value_and_the_rest_stays() {
        let mean = to_gray(mean_gray(&image()));
        for inside in [true, false] {
            let hidden = edited(|image| hide(image, 32, inside));
            for (at, (hidden, before)) in hidden.iter().zip(image()).enumerate() {
                let is_inside =
                    (16..48).contains(&(at % IMAGE_SIDE)) && (16..48).contains(&(at / IMAGE_SIDE));
                assert_eq!(*hidden, if is_inside == inside { mean } else { before }, "pixel {at}");
            }
        }
    }

    #[test]
    fn a_shift_and_a_clamped_rotation_move_pixels() {
        let (before, moved) = (image(), edited(|image| shift_right(image, 5.0)));
        assert_eq!(moved[20 * IMAGE_SIDE + 30], before[20 * IMAGE_SIDE + 25]);
        assert_eq!(moved[20 * IMAGE_SIDE + 2], before[20 * IMAGE_SIDE]);
        let mut white = vec![255; IMAGE_LEN];
        rotate_clamped(&mut white, 0.6);
        assert!(white.iter().all(|gray| *gray == 255), "no black corners");
        let turned = edited(|image| rotate_clamped(image, std::f64::consts::FRAC_PI_2));
        let (x, y) = (30, 20);
        let there = turned[(IMAGE_SIDE - 1 - x) * IMAGE_SIDE + y];
        assert_eq!(there, before[y * IMAGE_SIDE + x], "it goes to the left and down");
    }
}
