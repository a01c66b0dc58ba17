//! Heatmaps over images, as RGBA bytes in row-major order.

use ui::raster::colors::{Rgb, sequential_scale};

use super::map_statistics::finite;

/// Brightness factor of the image under a heatmap.
const IMAGE_BRIGHTNESS: f32 = 0.7;
/// Color of negative values. Both colors have the same lightness (0.745 in OKLab) and are lighter
/// than most of the image. The scale is in the opacity, which increases in equal steps for both
/// signs.
const NEGATIVE: Rgb = [101, 178, 254];
/// Color of positive values.
const POSITIVE: Rgb = [239, 148, 54];
/// Width of the scale bar in pixels.
pub const SCALE_BAR_PX: usize = 128;
/// Gray value under the scale bar.
const SCALE_BAR_GRAY: u8 = 96;

/// Range of a map's values, which determines its colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeatmapRange {
    /// Nonnegative values: dark violet to light yellow.
    Positive,
    /// Signed values: blue for negative, orange for positive.
    Signed,
}

impl HeatmapRange {
    /// Returns the opacity of the largest value, which is lower for maps that are smooth and leave
    /// no gaps.
    fn max_opacity(self) -> f32 {
        match self {
            HeatmapRange::Positive => 0.7,
            HeatmapRange::Signed => 0.9,
        }
    }

    /// Returns the color of a value between -1 and 1.
    fn color(self, value: f32) -> Rgb {
        match self {
            HeatmapRange::Positive => sequential_scale()[(255.0 * value.max(0.0)) as usize],
            HeatmapRange::Signed if value < 0.0 => NEGATIVE,
            HeatmapRange::Signed => POSITIVE,
        }
    }
}

/// Paints a map over a gray image. The smaller the magnitude of a value, the more transparent it
/// is. Values from `end` on have the last color of the scale.
pub fn paint_map(pixels: &[u8], values: &[f32], end: f32, range: HeatmapRange) -> Vec<u8> {
    let mut rgba = Vec::with_capacity(4 * pixels.len());
    for (gray, value) in pixels.iter().zip(values) {
        let value = if end > 0.0 { (finite(*value) / end).clamp(-1.0, 1.0) } else { 0.0 };
        let value = if range == HeatmapRange::Positive { value.max(0.0) } else { value };
        let color = range.color(value);
        // Increases faster at first, so that half of the maximum is clearly visible.
        let magnitude = value.abs();
        let opacity = range.max_opacity() * magnitude * (2.0 - magnitude);
        let beneath = f32::from(*gray) * IMAGE_BRIGHTNESS;
        rgba.extend(color.map(|c| (beneath + opacity * (f32::from(c) - beneath)).round() as u8));
        rgba.push(255);
    }
    rgba
}

/// Paints the scale bar as one row of [`SCALE_BAR_PX`] pixels.
pub fn paint_scale(range: HeatmapRange) -> Vec<u8> {
    let last = (SCALE_BAR_PX - 1) as f32;
    let values: Vec<f32> = (0..SCALE_BAR_PX)
        .map(|place| match range {
            HeatmapRange::Positive => place as f32 / last,
            HeatmapRange::Signed => 2.0 * place as f32 / last - 1.0,
        })
        .collect();
    paint_map(&[SCALE_BAR_GRAY; SCALE_BAR_PX], &values, 1.0, range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(rgba: &[u8]) -> &[[u8; 4]] {
        rgba.as_chunks::<4>().0
    }

    #[test]
    fn where_the_value_is_zero_the_image_is_darker() {
        for range in [HeatmapRange::Positive, HeatmapRange::Signed] {
            assert_eq!(
                paint_map(&[100, 0], &[0.0, 0.0], 2.0, range),
                [70, 70, 70, 255, 0, 0, 0, 255]
            );
            // Also if the end of the scale is 0 or a value is NaN.
            assert_eq!(paint_map(&[100], &[3.0], 0.0, range), [70, 70, 70, 255]);
            assert_eq!(paint_map(&[100], &[f32::NAN], 2.0, range), [70, 70, 70, 255]);
        }
        assert_eq!(paint_map(&[100], &[-3.0], 2.0, HeatmapRange::Positive), [70, 70, 70, 255]);
    }

    #[test]
    fn signs_have_hues_and_colors_end_at_the_end() {
        let rgba = paint_map(&[100; 4], &[-2.0, 2.0, 9.0, 1.0], 2.0, HeatmapRange::Signed);
        let [against, most, beyond, half] = *pixels(&rgba) else { panic!() };
        assert!(against[2] > against[0] + 60 && most[0] > most[2] + 60);
        assert_eq!(most, beyond);
        assert!(half[0] < most[0] && half[0] > 70);
    }

    #[test]
    fn scales_are_painted_as_maps_are() {
        let rgba = paint_map(&[SCALE_BAR_GRAY; 2], &[0.0, 3.0], 3.0, HeatmapRange::Positive);
        let scale = paint_scale(HeatmapRange::Positive);
        assert_eq!(pixels(&rgba)[0], pixels(&scale)[0]);
        assert_eq!(pixels(&rgba)[1], pixels(&scale)[SCALE_BAR_PX - 1]);
        assert_eq!(pixels(&paint_scale(HeatmapRange::Signed)).len(), SCALE_BAR_PX);
        assert_eq!(paint_map(&[1, 2], &[9.0], 9.0, HeatmapRange::Positive).len(), 4);
    }
}
