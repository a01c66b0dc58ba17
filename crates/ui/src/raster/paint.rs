//! Painting of slices, masks and errors as RGBA bytes in row-major order.

use crate::raster::colors::{
    FALSE_NEGATIVE_COLOR, FALSE_POSITIVE_COLOR, FALSE_POSITIVE_LIGHT_COLOR, Rgb, WRONG_CLASS_COLOR,
    class_color, sequential_scale,
};

/// Brightness factor of the image under an error map.
const DIM_FACTOR: f64 = 0.5;

/// Maps a gray value 0 to 255 through a window: values up to `low` become black, values from `high`
/// on become white, and values between are interpolated linearly.
pub fn apply_window(value: u8, (low, high): (u8, u8)) -> u8 {
    if value <= low {
        return 0;
    }
    if value >= high {
        return 255;
    }
    // Neither condition holds here, so `high` is at least `low + 2`.
    let (above, width) = (u32::from(value - low), u32::from(high - low));
    ((above * 255 + width / 2) / width) as u8
}

/// Paints gray values 0 to 255 through a window.
pub fn paint_gray(pixels: &[u8], window: (u8, u8)) -> Vec<u8> {
    let mut rgba = Vec::with_capacity(4 * pixels.len());
    for value in pixels {
        let gray = apply_window(*value, window);
        rgba.extend([gray, gray, gray, 255]);
    }
    rgba
}

/// Blends the color of each foreground class over an image, with an opacity between 0 and 1.
pub fn fill_classes(rgba: &mut [u8], mask: &[u8], opacity: f64) {
    for (pixel, class) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(mask) {
        if let Some(color) = class_color(*class) {
            blend(pixel, color, opacity);
        }
    }
}

/// Kind of error in one pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelError {
    /// A structure predicted as background.
    FalseNegative,
    /// Background predicted as a structure.
    FalsePositive,
    /// One structure predicted as another.
    WrongClass,
}

/// Compares the true and the predicted class of a pixel. Returns `None` if they are equal.
pub fn pixel_error(truth: u8, predicted: u8) -> Option<PixelError> {
    match (truth, predicted) {
        (truth, predicted) if truth == predicted => None,
        (_, 0) => Some(PixelError::FalseNegative),
        (0, _) => Some(PixelError::FalsePositive),
        _ => Some(PixelError::WrongClass),
    }
}

/// Paints the image, dimmed, with each wrong pixel in the color of its error. `width` is the number
/// of pixels per row. False positives are painted as a checkerboard of single pixels.
pub fn paint_errors(
    pixels: &[u8],
    truth: &[u8],
    predicted: &[u8],
    width: usize,
    window: (u8, u8),
) -> Vec<u8> {
    let mut rgba = paint_gray(pixels, window);
    let classes = truth.iter().zip(predicted);
    for (index, (pixel, (truth, predicted))) in
        rgba.as_chunks_mut::<4>().0.iter_mut().zip(classes).enumerate()
    {
        let [red, green, blue, _] = pixel;
        for channel in [red, green, blue] {
            *channel = (f64::from(*channel) * DIM_FACTOR) as u8;
        }
        let odd = (index / width.max(1) + index % width.max(1)) % 2 == 1;
        let color = match pixel_error(*truth, *predicted) {
            None => continue,
            Some(PixelError::FalseNegative) => FALSE_NEGATIVE_COLOR,
            Some(PixelError::FalsePositive) if odd => FALSE_POSITIVE_LIGHT_COLOR,
            Some(PixelError::FalsePositive) => FALSE_POSITIVE_COLOR,
            Some(PixelError::WrongClass) => WRONG_CLASS_COLOR,
        };
        blend(pixel, color, 1.0);
    }
    rgba
}

/// Paints the sequential scale as one row of 256 pixels.
pub fn paint_color_scale() -> Vec<u8> {
    sequential_scale().iter().flat_map(|[red, green, blue]| [*red, *green, *blue, 255]).collect()
}

fn blend(pixel: &mut [u8; 4], color: Rgb, opacity: f64) {
    let opacity = opacity.clamp(0.0, 1.0);
    for (channel, value) in pixel.iter_mut().zip(color) {
        let mixed = f64::from(*channel) * (1.0 - opacity) + f64::from(value) * opacity;
        *channel = mixed.round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_stretches_what_lies_in_it() {
        let all: Vec<u8> = (0..=255).collect();
        assert!(all.iter().all(|value| apply_window(*value, (0, 255)) == *value));
        let through = [0, 50, 100, 125, 150, 255].map(|value| apply_window(value, (50, 150)));
        assert_eq!(through, [0, 0, 128, 191, 255, 255]);
        assert_eq!([99, 100, 101].map(|value| apply_window(value, (100, 100))), [0, 0, 255]);
        assert_eq!([99, 100, 101].map(|value| apply_window(value, (100, 101))), [0, 0, 255]);
        assert_eq!([0, 255].map(|value| apply_window(value, (200, 100))), [0, 255]);
    }

    #[test]
    fn classes_are_laid_over_the_image_and_the_background_is_not() {
        let mut rgba = paint_gray(&[100, 100, 100], (0, 255));
        fill_classes(&mut rgba, &[0, 1, 2], 0.5);
        assert_eq!(rgba, [100, 100, 100, 255, 165, 130, 50, 255, 93, 140, 167, 255]);
        let before = rgba.clone();
        fill_classes(&mut rgba, &[1, 1, 1], 0.0);
        assert_eq!(rgba, before);
        fill_classes(&mut rgba, &[1], 7.0);
        assert_eq!(rgba[..4], [230, 159, 0, 255]);
    }

    #[test]
    fn errors_are_false_negatives_false_positives_or_wrong_classes() {
        assert_eq!(pixel_error(2, 2), None);
        assert_eq!(pixel_error(1, 0), Some(PixelError::FalseNegative));
        assert_eq!(pixel_error(0, 2), Some(PixelError::FalsePositive));
        assert_eq!(pixel_error(1, 2), Some(PixelError::WrongClass));
        let rgba = paint_errors(&[200; 6], &[0, 1, 0, 0, 1, 0], &[0, 0, 1, 1, 2, 0], 3, (0, 255));
        let at = |index: usize| &rgba[4 * index..][..3];
        assert_eq!(at(0), [100; 3]);
        assert_eq!((at(1), at(4)), (&FALSE_NEGATIVE_COLOR[..], &WRONG_CLASS_COLOR[..]));
        // The pixel in row 0, column 2 is even, the one in row 1, column 0 odd.
        assert_eq!((at(2), at(3)), (&FALSE_POSITIVE_COLOR[..], &FALSE_POSITIVE_LIGHT_COLOR[..]));
        assert!(rgba.iter().skip(3).step_by(4).all(|opacity| *opacity == 255));
    }

    #[test]
    fn what_does_not_fit_together_is_painted_as_far_as_it_goes() {
        assert_eq!(paint_errors(&[9], &[], &[1, 1], 0, (0, 255)), [9, 9, 9, 255]);
        assert_eq!(paint_color_scale().len(), 4 * 256);
    }
}
