//! Hand-made features of a gray image.

mod hog;
mod local_binary_patterns;

use crate::error::{ClassicalError, Part};
use crate::examples::image_len;

/// Bins of the gray-level histogram, of 16 gray values each.
const GRAY_BINS: usize = 16;

/// Returns hand-made features of one gray image, one list after the other:
///
/// 1. shares of the pixels in 16 equal ranges of gray values;
/// 2. histogram of oriented gradients: `[block rows, block columns, 2, 2, 9]`, with cells of 8 × 8
///    pixels and blocks of 2 × 2 cells. An image of fewer than 16 pixels in height or width has
///    none;
/// 3. shares of the ten uniform local binary patterns of 8 neighbors at distance 1.
///
/// An image of 64 × 64 pixels has 16 + 1,764 + 10 features, all from 0 to 1. `pixels` are
/// `[height, width]` in row-major order, `size` is height and width.
///
/// # Errors
///
/// If the image has no pixels, or not as many as its size says.
pub fn features(pixels: &[u8], size: [usize; 2]) -> Result<Vec<f32>, ClassicalError> {
    let expected = image_len(size)?;
    if pixels.len() != expected {
        let found = pixels.len();
        return Err(ClassicalError::Pixels { part: Part::Image, expected, found });
    }
    let mut all = gray_histogram(pixels).to_vec();
    all.extend(hog::oriented_gradients(pixels, size));
    all.extend(local_binary_patterns::pattern_histogram(pixels, size));
    Ok(all)
}

/// Returns the share of the pixels in each range of gray values.
fn gray_histogram(pixels: &[u8]) -> [f32; GRAY_BINS] {
    let mut counts = [0_u32; GRAY_BINS];
    for pixel in pixels {
        counts[usize::from(*pixel) * GRAY_BINS / 256] += 1;
    }
    counts.map(|count| count as f32 / pixels.len() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_one_gray_value_has_one_bin_and_no_gradients() {
        let all = features(&[200; 64 * 64], [64, 64]).unwrap();
        assert_eq!(all.len(), 16 + 1764 + 10);
        let gray = all[..16].iter().position(|share| *share == 1.0);
        assert_eq!(gray, Some(12));
        assert!(all[16..16 + 1764].iter().all(|value| *value == 0.0));
    }

    #[test]
    fn a_small_image_has_no_gradients() {
        assert_eq!(features(&[0; 15 * 40], [15, 40]).unwrap().len(), 26);
        assert_eq!(features(&[7], [1, 1]).unwrap().len(), 26);
        assert_eq!(features(&[0; 16 * 24], [16, 24]).unwrap().len(), 26 + 2 * 36);
    }

    #[test]
    fn a_wrong_size_is_an_error() {
        assert_eq!(features(&[], [0, 5]), Err(ClassicalError::Size([0, 5])));
        let huge = [usize::MAX, 2];
        assert_eq!(features(&[], huge), Err(ClassicalError::Size(huge)));
        let error = features(&[0; 5], [2, 3]).unwrap_err();
        assert!(matches!(error, ClassicalError::Pixels { expected: 6, found: 5, .. }));
    }
}
