//! Colors of classes, errors and feature maps, suitable for color-blind viewers.
//!
//! The hues are from Okabe & Ito, "Color Universal Design" (2008), and can be distinguished with
//! any common type of color blindness. Adjacent colors also differ in lightness or pattern.

use std::sync::LazyLock;

/// Red, green and blue, 0 to 255, in sRGB.
pub type Rgb = [u8; 3];

/// Number of class colors before they repeat. The style sheet has the same number for lines and
/// markers: `--class-1` and so on in `tokens.css`.
pub const CLASS_COLORS: u8 = 7;

/// Mask colors of the foreground classes in label order: orange, sky blue, bluish green, yellow,
/// blue, vermilion, reddish purple.
const CLASSES: [Rgb; CLASS_COLORS as usize] = [
    [230, 159, 0],
    [86, 180, 233],
    [0, 158, 115],
    [240, 228, 66],
    [0, 114, 178],
    [213, 94, 0],
    [204, 121, 167],
];

/// Color of false negatives (a structure predicted as background): light yellow.
pub const FALSE_NEGATIVE_COLOR: Rgb = [240, 228, 66];

/// Color of false positives (background predicted as a structure): dark blue, in a checkerboard
/// with [`FALSE_POSITIVE_LIGHT_COLOR`].
pub const FALSE_POSITIVE_COLOR: Rgb = [0, 114, 178];

/// Second color of the checkerboard for false positives.
pub const FALSE_POSITIVE_LIGHT_COLOR: Rgb = [40, 150, 215];

/// Color of pixels of one structure that are predicted as another.
pub const WRONG_CLASS_COLOR: Rgb = [255, 255, 255];

/// Returns the color of a class, or `None` for the background. The colors repeat from the eighth
/// class on.
pub fn class_color(class: u8) -> Option<Rgb> {
    let index = usize::from(class).checked_sub(1)?;
    Some(CLASSES[index % CLASSES.len()])
}

/// Formats a color such as `#e69f00`.
pub fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Lightness of the first color of the scale, and the difference to the last one.
const LIGHTNESS: (f64, f64) = (0.2, 0.72);
/// Cosine and sine of the hue of the first color: 305°, violet.
const HUE: [f64; 2] = [0.573_576_436_351_046, -0.819_152_044_288_991_8];
/// Cosine and sine of the rotation from one color to the next: -205° / 255, so that the last color
/// is yellow.
const TURN: [f64; 2] = [0.999_901_566_035_781_4, -0.014_030_617_919_105_6];
/// Chroma of the scale, the largest that sRGB allows everywhere on it.
const CHROMA: f64 = 0.088;

static SCALE: LazyLock<[Rgb; 256]> = LazyLock::new(|| std::array::from_fn(scale_color));

/// Returns the sequential color scale for values 0 to 255, dark violet to light yellow. In OKLab
/// (Ottosson 2020) all neighboring colors are equally far apart, and lightness alone indicates the
/// order.
pub fn sequential_scale() -> &'static [Rgb; 256] {
    &SCALE
}

/// Returns lightness, a and b in OKLab for a value of the scale.
fn scale_lab(value: usize) -> [f64; 3] {
    // Rotated step by step: sines and cosines of arbitrary angles would need kilobytes of code.
    let turned = |[x, y]: [f64; 2], _| [x * TURN[0] - y * TURN[1], x * TURN[1] + y * TURN[0]];
    let [cosine, sine] = (0..value).fold(HUE, turned);
    let lightness = LIGHTNESS.0 + LIGHTNESS.1 * value as f64 / 255.0;
    [lightness, CHROMA * cosine, CHROMA * sine]
}

fn scale_color(value: usize) -> Rgb {
    linear(scale_lab(value)).map(|channel| (255.0 * encoded(channel.clamp(0.0, 1.0))).round() as u8)
}

/// Lightness of 0 on the diverging scale, and the difference to its ends.
const SIGNED_LIGHTNESS: (f64, f64) = (0.95, 0.4);
/// Cosine and sine of the hue of negative values: 250°, blue.
const BELOW: [f64; 2] = [-0.342_020_143_325_668_7, -0.939_692_620_785_908_4];
/// Cosine and sine of the hue of positive values: 60°, orange.
const ABOVE: [f64; 2] = [0.5, 0.866_025_403_784_438_6];
/// Chroma at the ends.
const SIGNED_CHROMA: f64 = 0.12;

static SIGNED: LazyLock<[Rgb; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        linear(signed_lab(value))
            .map(|channel| (255.0 * encoded(channel.clamp(0.0, 1.0))).round() as u8)
    })
});

/// Returns the diverging color scale for values -1 to 1 in 255 steps: blue for negative values,
/// nearly white at 0, orange for positive values. In OKLab both halves are straight and have the
/// same lightness, so neither sign looks larger.
pub fn diverging_scale() -> &'static [Rgb; 256] {
    &SIGNED
}

fn signed_lab(value: usize) -> [f64; 3] {
    let share = (value as f64 - 127.5) / 127.5;
    let [cosine, sine] = if share < 0.0 { BELOW } else { ABOVE };
    let (lightness, chroma) =
        (SIGNED_LIGHTNESS.0 - SIGNED_LIGHTNESS.1 * share.abs(), SIGNED_CHROMA * share.abs());
    [lightness, chroma * cosine, chroma * sine]
}

/// Converts OKLab to linear red, green and blue, with the matrices from Björn Ottosson, "A
/// perceptual color space for image processing" (2020).
fn linear([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

/// Applies the transfer function of sRGB (IEC 61966-2-1).
fn encoded(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a channel as linear light, 0 to 1.
    fn decoded(channel: u8) -> f64 {
        let value = f64::from(channel) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    /// Returns the relative luminance as defined by WCAG 2.1.
    fn luminance(color: Rgb) -> f64 {
        let [red, green, blue] = color.map(decoded);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn the_scale_is_even_in_colors_that_a_screen_has() {
        for value in 0..256 {
            let inside = linear(scale_lab(value)).iter().all(|c| (-1e-3..=1.0 + 1e-3).contains(c));
            assert!(inside, "{value}: {:?}", linear(scale_lab(value)));
        }
        let step = |value: usize| -> f64 {
            let (one, next) = (scale_lab(value), scale_lab(value + 1));
            one.iter().zip(next).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
        };
        let [_, a, b] = scale_lab(255);
        assert!((b.atan2(a).to_degrees() - 100.0).abs() < 1e-9);
        assert!((0..255).all(|value| (step(value) - step(0)).abs() < 1e-12));
        assert!(
            sequential_scale()
                .windows(2)
                .all(|pair| luminance(pair[0]) <= luminance(pair[1]) + 1e-3)
        );
    }

    #[test]
    fn both_arms_of_the_signed_scale_are_alike_in_colors_that_a_screen_has() {
        for value in 0..256 {
            let inside = linear(signed_lab(value)).iter().all(|c| (-1e-3..=1.0 + 1e-3).contains(c));
            assert!(inside, "{value}: {:?}", linear(signed_lab(value)));
            let (one, other) = (signed_lab(value)[0], signed_lab(255 - value)[0]);
            assert!((one - other).abs() < 1e-12);
        }
        assert!(diverging_scale()[0][2] > diverging_scale()[0][0]);
        assert!(diverging_scale()[255][0] > diverging_scale()[255][2]);
    }

    const TOKENS: &str = include_str!("../tokens.css");

    /// Returns the value of a custom property.
    fn token(name: &str) -> &'static str {
        let start = format!("{name}:");
        let found = TOKENS.split(start.as_str()).nth(1).and_then(|rest| rest.split(';').next());
        found.unwrap_or_else(|| panic!("tokens.css has no {name}")).trim()
    }

    /// Returns the colors in a value that are written in hexadecimal digits.
    fn colors_in(value: &str) -> Vec<Rgb> {
        let digits = value.split('#').skip(1).map(|rest| &rest[..6]);
        let channel =
            |digits: &str, at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        digits.map(|digits| [0, 2, 4].map(|at| channel(digits, at))).collect()
    }

    /// Returns the hue in OKLab, in degrees.
    fn hue(color: Rgb) -> f64 {
        let [r, g, b] = color.map(decoded);
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let green_to_red = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let blue_to_yellow = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        blue_to_yellow.atan2(green_to_red).to_degrees()
    }

    #[test]
    fn lines_of_classes_have_the_hues_of_their_masks() {
        for (class, mask) in (1..).zip(CLASSES) {
            let lines = colors_in(token(&format!("--class-{class}")));
            assert_eq!(lines.len(), 2, "class {class}: light and dark");
            for line in lines {
                let turn = (hue(line) - hue(mask)).abs();
                assert!(turn.min(360.0 - turn) < 6.0, "class {class}: {line:?}, {turn:.0}° apart");
            }
            let typed = format!("@property --class-{class} {{ syntax: \"<color>\";");
            assert!(TOKENS.contains(&typed), "a canvas reads --class-{class}");
        }
        assert!(!TOKENS.contains(&format!("--class-{}", CLASS_COLORS + 1)));
    }

    #[test]
    fn the_style_sheet_has_samples_of_the_scale() {
        let samples = colors_in(token("--sequential-scale"));
        let expected: Vec<_> =
            (0..=8).map(|step| sequential_scale()[usize::min(32 * step, 255)]).collect();
        assert_eq!(samples, expected);
    }

    #[test]
    fn colors_that_meet_differ_in_lightness_too() {
        let contrast = |one: Rgb, other: Rgb| {
            let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
            one.max(other) / one.min(other)
        };
        assert!(contrast(FALSE_NEGATIVE_COLOR, FALSE_POSITIVE_COLOR) > 3.0);
        assert!(contrast(WRONG_CLASS_COLOR, FALSE_POSITIVE_COLOR) > 3.0);
    }

    #[test]
    fn the_background_has_no_hue() {
        assert_eq!(class_color(0), None);
        assert_eq!(class_color(1).map(hex), Some("#e69f00".into()));
        assert_eq!(class_color(8), class_color(1));
        assert!(class_color(255).is_some());
    }
}
