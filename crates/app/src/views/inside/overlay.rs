//! Maps over images, as the bytes of a canvas: red, green, blue, opacity, row by row.

use ui::raster::colors::{Rgb, sequential_scale};

use super::magnitude::finite;

/// How bright the image beneath a map stays.
const DIMMED: f32 = 0.7;
/// Against and for, equally light (0.745 in OKLab) and lighter than most of what is beneath. Their
/// opacity makes the scale: both arms rise from the image in equal steps.
const BLUE: Rgb = [101, 178, 254];
const ORANGE: Rgb = [239, 148, 54];
/// Pixels of a painted scale.
pub const SCALE: usize = 128;
/// Gray of the image that a scale is painted over.
const MIDDLE: u8 = 96;

/// Which values a map may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// None below 0: dark violet to light yellow.
    Positive,
    /// Blue below 0, orange above.
    Signed,
}

impl Range {
    /// How much the largest value covers of the image: less where maps are smooth and leave no gaps.
    fn most(self) -> f32 {
        match self {
            Range::Positive => 0.7,
            Range::Signed => 0.9,
        }
    }

    /// The colour of a value between -1 and 1.
    fn colour(self, value: f32) -> Rgb {
        match self {
            Range::Positive => sequential_scale()[(255.0 * value.max(0.0)) as usize],
            Range::Signed if value < 0.0 => BLUE,
            Range::Signed => ORANGE,
        }
    }
}

/// A map over a gray image, which shines through the more the smaller the value is; where it is 0
/// there is the image alone. Colours end at `end`.
pub fn paint_map(pixels: &[u8], values: &[f32], end: f32, range: Range) -> Vec<u8> {
    let mut rgba = Vec::with_capacity(4 * pixels.len());
    for (gray, value) in pixels.iter().zip(values) {
        let value = if end > 0.0 { (finite(*value) / end).clamp(-1.0, 1.0) } else { 0.0 };
        let value = if range == Range::Positive { value.max(0.0) } else { value };
        let colour = range.colour(value);
        // Rises faster at first: half the end should stand out, too.
        let magnitude = value.abs();
        let opacity = range.most() * magnitude * (2.0 - magnitude);
        let beneath = f32::from(*gray) * DIMMED;
        rgba.extend(colour.map(|c| (beneath + opacity * (f32::from(c) - beneath)).round() as u8));
        rgba.push(255);
    }
    rgba
}

/// The colours as they are over a gray image: one row of [`SCALE`] pixels.
pub fn paint_scale(range: Range) -> Vec<u8> {
    let last = (SCALE - 1) as f32;
    let values: Vec<f32> = (0..SCALE)
        .map(|place| match range {
            Range::Positive => place as f32 / last,
            Range::Signed => 2.0 * place as f32 / last - 1.0,
        })
        .collect();
    paint_map(&[MIDDLE; SCALE], &values, 1.0, range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(rgba: &[u8]) -> &[[u8; 4]] {
        rgba.as_chunks::<4>().0
    }

    #[test]
    fn where_nothing_is_said_the_image_is_seen_darker() {
        for range in [Range::Positive, Range::Signed] {
            assert_eq!(
                paint_map(&[100, 0], &[0.0, 0.0], 2.0, range),
                [70, 70, 70, 255, 0, 0, 0, 255]
            );
            // Also where a map has no end, or a value is none.
            assert_eq!(paint_map(&[100], &[3.0], 0.0, range), [70, 70, 70, 255]);
            assert_eq!(paint_map(&[100], &[f32::NAN], 2.0, range), [70, 70, 70, 255]);
        }
        assert_eq!(paint_map(&[100], &[-3.0], 2.0, Range::Positive), [70, 70, 70, 255]);
    }

    #[test]
    fn signs_have_hues_and_colours_end_at_the_end() {
        let rgba = paint_map(&[100; 4], &[-2.0, 2.0, 9.0, 1.0], 2.0, Range::Signed);
        let [against, most, beyond, half] = *pixels(&rgba) else { panic!() };
        assert!(against[2] > against[0] + 60 && most[0] > most[2] + 60);
        assert_eq!(most, beyond);
        assert!(half[0] < most[0] && half[0] > 70);
    }

    #[test]
    fn scales_are_painted_as_maps_are() {
        let rgba = paint_map(&[MIDDLE; 2], &[0.0, 3.0], 3.0, Range::Positive);
        let scale = paint_scale(Range::Positive);
        assert_eq!(pixels(&rgba)[0], pixels(&scale)[0]);
        assert_eq!(pixels(&rgba)[1], pixels(&scale)[SCALE - 1]);
        assert_eq!(pixels(&paint_scale(Range::Signed)).len(), SCALE);
        assert_eq!(paint_map(&[1, 2], &[9.0], 9.0, Range::Positive).len(), 4);
    }
}
