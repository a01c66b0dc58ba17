//! Slices, masks and errors as the bytes of a canvas: red, green, blue, opacity, row by row.

use super::colours::{INVENTED, INVENTED_LIGHT, MISSED, MIXED_UP, Rgb, class_colour, scale};

/// How bright the image beneath an error map stays.
const DIMMED: f64 = 0.5;

/// A gray value 0 to 255 through a window: `low` and less is black, `high` and more is white, a
/// straight line between.
pub fn through_window(value: u8, (low, high): (u8, u8)) -> u8 {
    if value <= low {
        return 0;
    }
    if value >= high {
        return 255;
    }
    // Neither end holds, so high is at least low + 2.
    let (above, width) = (u32::from(value - low), u32::from(high - low));
    ((above * 255 + width / 2) / width) as u8
}

/// Gray values 0 to 255 through a window.
pub fn paint_gray(pixels: &[u8], window: (u8, u8)) -> Vec<u8> {
    let mut rgba = Vec::with_capacity(4 * pixels.len());
    for value in pixels {
        let gray = through_window(*value, window);
        rgba.extend([gray, gray, gray, 255]);
    }
    rgba
}

/// Lays the hue of each foreground class over an image, with an opacity of 0 to 1.
pub fn fill_classes(rgba: &mut [u8], mask: &[u8], opacity: f64) {
    for (pixel, class) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(mask) {
        if let Some(colour) = class_colour(*class) {
            blend(pixel, colour, opacity);
        }
    }
}

/// What is wrong at one pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A structure called background.
    Missed,
    /// Background taken for a structure.
    Invented,
    /// One structure taken for another.
    MixedUp,
}

/// What is wrong at a pixel of those classes; none where they agree.
pub fn fault(truth: u8, predicted: u8) -> Option<Fault> {
    match (truth, predicted) {
        (truth, predicted) if truth == predicted => None,
        (_, 0) => Some(Fault::Missed),
        (0, _) => Some(Fault::Invented),
        _ => Some(Fault::MixedUp),
    }
}

/// The image, darker, with every wrong pixel in the colour of its fault. `width` is the pixels of a
/// row; what is invented is a checkerboard of single pixels.
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
            *channel = (f64::from(*channel) * DIMMED) as u8;
        }
        let odd = (index / width.max(1) + index % width.max(1)) % 2 == 1;
        let colour = match fault(*truth, *predicted) {
            None => continue,
            Some(Fault::Missed) => MISSED,
            Some(Fault::Invented) if odd => INVENTED_LIGHT,
            Some(Fault::Invented) => INVENTED,
            Some(Fault::MixedUp) => MIXED_UP,
        };
        blend(pixel, colour, 1.0);
    }
    rgba
}

/// The colours of the scale as one row of 256 pixels.
pub fn paint_scale() -> Vec<u8> {
    scale().iter().flat_map(|[red, green, blue]| [*red, *green, *blue, 255]).collect()
}

fn blend(pixel: &mut [u8; 4], colour: Rgb, opacity: f64) {
    let opacity = opacity.clamp(0.0, 1.0);
    for (channel, value) in pixel.iter_mut().zip(colour) {
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
        assert!(all.iter().all(|value| through_window(*value, (0, 255)) == *value));
        let through = [0, 50, 100, 125, 150, 255].map(|value| through_window(value, (50, 150)));
        assert_eq!(through, [0, 0, 128, 191, 255, 255]);
        assert_eq!([99, 100, 101].map(|value| through_window(value, (100, 100))), [0, 0, 255]);
        assert_eq!([99, 100, 101].map(|value| through_window(value, (100, 101))), [0, 0, 255]);
        assert_eq!([0, 255].map(|value| through_window(value, (200, 100))), [0, 255]);
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
    fn errors_are_missed_invented_or_mixed_up() {
        assert_eq!(fault(2, 2), None);
        assert_eq!(fault(1, 0), Some(Fault::Missed));
        assert_eq!(fault(0, 2), Some(Fault::Invented));
        assert_eq!(fault(1, 2), Some(Fault::MixedUp));
        let rgba = paint_errors(&[200; 6], &[0, 1, 0, 0, 1, 0], &[0, 0, 1, 1, 2, 0], 3, (0, 255));
        let at = |index: usize| &rgba[4 * index..][..3];
        assert_eq!(at(0), [100; 3]);
        assert_eq!((at(1), at(4)), (&MISSED[..], &MIXED_UP[..]));
        // Row 0, column 2 is an even field, row 1, column 0 an odd one.
        assert_eq!((at(2), at(3)), (&INVENTED[..], &INVENTED_LIGHT[..]));
        assert!(rgba.iter().skip(3).step_by(4).all(|opacity| *opacity == 255));
    }

    #[test]
    fn what_does_not_fit_together_is_painted_as_far_as_it_goes() {
        assert_eq!(paint_errors(&[9], &[], &[1, 1], 0, (0, 255)), [9, 9, 9, 255]);
        assert_eq!(paint_scale().len(), 4 * 256);
    }
}
