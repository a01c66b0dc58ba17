//! Planting of what a linear probe is asked about.

use model::{IMAGE_SIDE, ProbeTarget, TargetKind};

use crate::gaussian_noise::{add_gaussian_noise, deviation_of};
use crate::image_edits::{MARKER_SIDE, draw_marker, each, rotate_clamped, shift_right};
use crate::rng::Rng;

/// Power of the gray values of the second scanner.
const SCANNER_GAMMA: f64 = 0.6;

/// Plants a target in an image of [`IMAGE_SIDE`] × [`IMAGE_SIDE`] gray values, and returns its value: a
/// number in the target's range, or 0 or 1. Of the class, which is there already, this is 0.
pub fn plant(image: &mut [u8], target: ProbeTarget, rng: &mut Rng) -> f64 {
    let value = match target.kind() {
        TargetKind::Number([from, to]) => rng.uniform_in(from, to),
        TargetKind::Class if target == ProbeTarget::Class => 0.0,
        TargetKind::Class => rng.below(2) as f64,
    };
    match target {
        ProbeTarget::Class => {}
        ProbeTarget::Rotation => rotate_clamped(image, value.to_radians()),
        ProbeTarget::Position => shift_right(image, value),
        ProbeTarget::Brightness => each(image, |gray, _, _| gray + 2.55 * value),
        ProbeTarget::Noise => add_gaussian_noise(image, deviation_of(value), rng),
        ProbeTarget::Scanner if value > 0.0 => {
            each(image, |gray, _, _| 255.0 * libm::pow(gray / 255.0, SCANNER_GAMMA));
        }
        ProbeTarget::Marker if value > 0.0 => plant_marker(image, rng),
        ProbeTarget::Scanner | ProbeTarget::Marker => {}
    }
    value
}

/// Draws a marker at a random place.
pub fn plant_marker(image: &mut [u8], rng: &mut Rng) {
    let places = (IMAGE_SIDE - MARKER_SIDE + 1) as u64;
    let at = [0, 1].map(|_| rng.below(places) as usize);
    draw_marker(image, at);
}

#[cfg(test)]
mod tests {
    use model::IMAGE_LEN;

    use super::*;

    #[test]
    fn planted_values_are_in_their_range_and_change_the_image() {
        let image: Vec<u8> = (0..IMAGE_LEN).map(|at| 50 + (at * 7 % 150) as u8).collect();
        for target in ProbeTarget::ALL {
            let mut values = Vec::new();
            for index in 0..60 {
                let mut planted = image.clone();
                let value = plant(&mut planted, target, &mut Rng::new(index));
                let is_changed = planted != image;
                match target.kind() {
                    TargetKind::Number([from, to]) => {
                        assert!((from..to).contains(&value), "{target:?} {value}");
                        // A very small change may be rounded away.
                        assert!(is_changed || value.abs() < 0.5, "{target:?} {value}");
                    }
                    TargetKind::Class => assert_eq!(is_changed, value == 1.0, "{target:?}"),
                }
                let mut again = image.clone();
                assert_eq!(plant(&mut again, target, &mut Rng::new(index)), value);
                assert_eq!(again, planted);
                values.push(value);
            }
            let mean = values.iter().sum::<f64>() / 60.0;
            let expected = match target.kind() {
                TargetKind::Number([from, to]) => (from + to) / 2.0,
                TargetKind::Class if target == ProbeTarget::Class => 0.0,
                TargetKind::Class => 0.5,
            };
            let width = match target.kind() {
                TargetKind::Number([from, to]) => to - from,
                TargetKind::Class => 1.0,
            };
            assert!((mean - expected).abs() < 0.2 * width, "{target:?}: {mean}");
        }
    }
}
