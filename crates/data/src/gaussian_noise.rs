//! Gaussian noise in gray images.

use crate::image_edits::to_gray;
use crate::rng::Rng;

/// Adds noise of this standard deviation, in gray values, to each pixel.
pub(crate) fn add_gaussian_noise(image: &mut [u8], deviation: f64, rng: &mut Rng) {
    for pixel in image {
        let gray = f64::from(*pixel) + deviation * rng.normal();
        *pixel = to_gray(gray);
    }
}

/// Converts a standard deviation in percent of full scale to gray values.
pub(crate) fn deviation_of(percent: f64) -> f64 {
    percent / 100.0 * 255.0
}
