//! Changes of a set of images that mislead whoever evaluates a network on it.

use model::{IMAGE_LEN, IMAGE_SIDE, Shift, Split, Trap};

use crate::gaussian_noise::{add_gaussian_noise, deviation_of};
use crate::image_edits::{blur, draw_marker, each, rotate_with, sampled, to_gray};
use crate::rng::{Purpose, Rng};
use crate::{ImageSet, Images};

/// Row and column of the marker's corner, in pixels.
const MARKER_AT: [usize; 2] = [3, 3];

/// Standard deviation of what neighboring slices differ by at a pixel, in gray values.
const NEIGHBOR_NOISE: f64 = 6.0;

/// Changes a set of images as a trap demands. `seed` decides on noise and directions.
pub(crate) fn set_trap(mut set: ImageSet, trap: Trap, seed: u32) -> ImageSet {
    match trap {
        Trap::None => {}
        Trap::Leakage => leak(&mut set, seed),
        Trap::Shortcut => mark(&mut set),
        Trap::Shift(shift) => {
            for split in [Split::Validation, Split::Test] {
                change(&mut set, split, |image, place, _| {
                    let strength = shift.strengths()[trap.group_of(place)];
                    if strength > 0.0 {
                        let index = (place as u64) << 2 | split as u64;
                        shifted(
                            image,
                            shift,
                            strength,
                            &mut Rng::stream(seed, Purpose::Trap, index),
                        );
                    }
                });
            }
        }
    }
    set
}

/// Applies a function to the pixels of all images of a split, with their place and label.
fn change(set: &mut ImageSet, split: Split, mut edit: impl FnMut(&mut [u8], usize, u8)) {
    let images = set.split_mut(split);
    let labels = images.labels.iter().copied();
    for ((place, label), image) in labels.enumerate().zip(images.pixels.chunks_mut(IMAGE_LEN)) {
        edit(image, place, label);
    }
}

/// Adds a neighbor of the held-out images of group 0 to the training images: the image moved by a
/// pixel, as a neighboring slice of the same patient resembles it.
fn leak(set: &mut ImageSet, seed: u32) {
    for split in [Split::Validation, Split::Test] {
        let held_out = set.split(split).clone();
        for place in (0..held_out.len()).filter(|place| Trap::Leakage.group_of(*place) == 0) {
            let index = (place as u64) << 2 | split as u64;
            let mut rng = Rng::stream(seed, Purpose::Trap, index);
            let [dx, dy] = [0, 1].map(|_| if rng.uniform() < 0.5 { -1.0 } else { 1.0 });
            let image = held_out.image(place);
            let mut neighbor = [0; IMAGE_LEN];
            for (at, pixel) in neighbor.iter_mut().enumerate() {
                let gray =
                    sampled(image, (at % IMAGE_SIDE) as f64 + dx, (at / IMAGE_SIDE) as f64 + dy);
                *pixel = to_gray(gray);
            }
            add_gaussian_noise(&mut neighbor, NEIGHBOR_NOISE, &mut rng);
            set.train.push(held_out.labels[place], &neighbor);
            set.train.patients.extend(held_out.patients.get(place));
        }
    }
    sort_by_label(&mut set.train);
}

/// Brings images into the order of their labels, as in a pack.
fn sort_by_label(images: &mut Images) {
    let mut order: Vec<usize> = (0..images.len()).collect();
    order.sort_by_key(|index| images.labels[*index]);
    let mut sorted = Images::with_capacity(images.len());
    for index in order {
        sorted.labels.push(images.labels[index]);
        sorted.patients.extend(images.patients.get(index));
        sorted.pixels.extend_from_slice(images.image(index));
    }
    *images = sorted;
}

/// Draws the marker into the training images of the first class and the held-out images of group 0
/// of that class, and into all other held-out images of the other classes.
fn mark(set: &mut ImageSet) {
    change(set, Split::Train, |image, _, label| {
        if label == 0 {
            draw_marker(image, MARKER_AT);
        }
    });
    for split in [Split::Validation, Split::Test] {
        change(set, split, |image, place, label| {
            if (label == 0) == (Trap::Shortcut.group_of(place) == 0) {
                draw_marker(image, MARKER_AT);
            }
        });
    }
}

/// Changes an image as another scanner would.
fn shifted(image: &mut [u8], shift: Shift, strength: f64, rng: &mut Rng) {
    let setting = shift.setting(strength);
    match shift {
        Shift::Window => {
            let width = setting / 100.0 * 255.0;
            let low = (255.0 - width) / 2.0;
            each(image, |gray, _, _| (gray - low) / width * 255.0);
        }
        Shift::Noise => add_gaussian_noise(image, deviation_of(setting), rng),
        Shift::Blur => blur(image, setting / 10.0),
        Shift::Bias => {
            let angle = rng.uniform_in(0.0, std::f64::consts::TAU);
            let (sin, cos) = (libm::sin(angle), libm::cos(angle));
            let center = (IMAGE_SIDE - 1) as f64 / 2.0;
            each(image, |gray, x, y| {
                let place = ((x - center) * cos + (y - center) * sin) / center;
                gray * (1.0 + setting / 100.0 * place)
            });
        }
        Shift::Rotation => rotate(image, setting.to_radians()),
        Shift::Inversion => each(image, |gray, _, _| 255.0 - gray),
    }
}

/// Rotates counterclockwise about the center. What comes from outside the image is black.
fn rotate(image: &mut [u8], radians: f64) {
    rotate_with(image, radians, |before, x, y| {
        let range = 0.0..=(IMAGE_SIDE - 1) as f64;
        if range.contains(&x) && range.contains(&y) { sampled(before, x, y) } else { 0.0 }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns two classes with 20 training, 20 validation and 20 test images of a bright square on
    /// a gray ground, at a place that depends on the index.
    fn set() -> ImageSet {
        let images = || {
            let mut images = Images::default();
            for index in 0..20 {
                let mut pixels = [100; IMAGE_LEN];
                let corner = 20 + index;
                for at in 0..100 {
                    pixels[(corner + at / 10) * IMAGE_SIDE + 30 + at % 10] = 200;
                }
                images.push((index / 10) as u8, &pixels);
            }
            images
        };
        let classes = ["a", "b"].map(str::to_owned).to_vec();
        ImageSet { classes, train: images(), validation: images(), test: images() }
    }

    fn difference(a: &[u8], b: &[u8]) -> f64 {
        let sum: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        f64::from(sum) / a.len() as f64
    }

    fn has_marker(image: &[u8]) -> bool {
        let mut marked = image.to_vec();
        draw_marker(&mut marked, MARKER_AT);
        marked == image
    }

    #[test]
    fn every_second_held_out_image_leaks_into_training() {
        let (clean, leaky) = (set(), set_trap(set(), Trap::Leakage, 1));
        assert_eq!((&leaky.validation, &leaky.test), (&clean.validation, &clean.test));
        assert_eq!(leaky.train.len(), 20 + 10 + 10);
        assert!(leaky.train.labels.is_sorted());
        let nearest = |image: &[u8]| {
            let added = (0..leaky.train.len()).map(|index| leaky.train.image(index));
            let added = added.filter(|other| !(0..20).any(|own| clean.train.image(own) == *other));
            added.map(|other| difference(image, other)).fold(f64::MAX, f64::min)
        };
        for place in 0..20 {
            let near = nearest(clean.test.image(place));
            assert!(near > 1.0, "a neighbor is not the image itself: {near}");
            assert!(near < 9.0, "place {place}: {near}");
        }
    }

    #[test]
    fn the_marker_is_in_one_class_and_moves_in_half_of_the_held_out_images() {
        let marked = set_trap(set(), Trap::Shortcut, 1);
        for index in 0..20 {
            assert_eq!(has_marker(marked.train.image(index)), index < 10);
            let as_in_training = index % 2 == 0;
            assert_eq!(has_marker(marked.test.image(index)), (index < 10) == as_in_training);
        }
    }

    #[test]
    fn a_shift_leaves_training_and_the_first_group_and_grows_with_its_strength() {
        let clean = set();
        for shift in Shift::ALL {
            let trap = Trap::Shift(shift);
            let other = set_trap(set(), trap, 1);
            assert_eq!(other.train, clean.train);
            let mut last = -1.0;
            for group in 0..trap.groups() {
                let change = difference(other.test.image(group), clean.test.image(group));
                assert_eq!(change == 0.0, group == 0, "{shift:?}");
                // A rotation moves this square back over its place.
                if shift != Shift::Rotation {
                    assert!(change > last, "{shift:?}: {last} then {change}");
                }
                last = change;
            }
            assert_eq!(other, set_trap(set(), trap, 1), "depends on the seed only");
        }
    }

    #[test]
    fn blur_keeps_the_mean_and_a_rotation_by_a_right_angle_only_moves_pixels() {
        let mut image = set().train.image(0).to_vec();
        let mean = |image: &[u8]| {
            image.iter().map(|gray| f64::from(*gray)).sum::<f64>() / IMAGE_LEN as f64
        };
        let before = image.clone();
        blur(&mut image, 2.0);
        assert!((mean(&image) - mean(&before)).abs() < 0.2);
        let mut turned = before.clone();
        rotate(&mut turned, std::f64::consts::FRAC_PI_2);
        for (x, y) in [(30, 20), (35, 25), (5, 60)] {
            let there = turned[(IMAGE_SIDE - 1 - x) * IMAGE_SIDE + y];
            assert_eq!(there, before[y * IMAGE_SIDE + x], "({x}, {y}) goes to the left and down");
        }
    }
}
