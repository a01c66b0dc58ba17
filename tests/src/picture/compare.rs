//! Visual comparison of two screenshots of the page.
//!
//! A pixel differs if the difference in any channel exceeds [`CHANNEL_TOLERANCE`]. There is a limit
//! on the fraction of differing pixels in the whole image, and another in each tile, so that a
//! complete change of a small part is detected in an otherwise unchanged page.

use super::{MASK, Picture, PixelRect, distance};

/// Maximum difference of a channel, of 255, that is ignored. It allows for rounding in anti-aliased
/// edges and in the colors of a reference.
const CHANNEL_TOLERANCE: u8 = 28;

/// Side of the square tiles that are evaluated separately: about a line of text at half its size.
const TILE_PX: usize = 16;

/// Maximum fraction of differing pixels in a tile. A changed word in running text exceeds it.
const MAX_TILE_SHARE: f64 = 0.06;

/// Maximum fraction of differing pixels in the whole image, wherever they are.
const MAX_SHARE: f64 = 0.002;

/// The difference between a reference image and an actual image.
#[derive(Debug)]
pub struct Comparison {
    differing: usize,
    compared: usize,
    changed: Option<PixelRect>,
    sizes: [(usize, usize); 2],
    difference: Picture,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}×{})", self.width, self.height)
    }
}

impl Comparison {
    /// Returns whether the images are equal within the limits.
    pub fn is_match(&self) -> bool {
        self.sizes[0] == self.sizes[1] && self.changed.is_none() && self.share() <= MAX_SHARE
    }

    /// Returns the fraction of differing pixels among those that are not masked, 0 to 1.
    pub fn share(&self) -> f64 {
        self.differing as f64 / self.compared.max(1) as f64
    }

    /// Returns the bounds of all tiles that have changed.
    pub fn changed(&self) -> Option<PixelRect> {
        self.changed
    }

    /// Returns the actual image in pale colors, with differing pixels in red and masks in gray.
    pub fn difference(&self) -> &Picture {
        &self.difference
    }

    /// Describes the difference in a sentence.
    pub fn describe(&self) -> String {
        let mut text = format!("{:.2} % of the pixels differ", 100.0 * self.share());
        if let Some(rect) = self.changed {
            let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
            text += &format!(", between x {} and {right}, y {} and {bottom}", rect.x, rect.y);
        }
        let [(width, height), (actual_width, actual_height)] = self.sizes;
        if self.sizes[0] != self.sizes[1] {
            text += &format!(
                "; the page is {actual_width}×{actual_height} pixels instead of {width}×{height}"
            );
        }
        text + "."
    }
}

/// Compares an image with its reference. Pixels with the color [`MASK`] in either are ignored.
pub fn compare(reference: &Picture, actual: &Picture) -> Comparison {
    let (width, height) = (reference.width.max(actual.width), reference.height.max(actual.height));
    let mut difference = Picture::filled(width, height, [255; 3]);
    let (mut differing, mut compared) = (0, 0);
    let mut changed: Option<PixelRect> = None;
    for top in (0..height).step_by(TILE_PX) {
        for left in (0..width).step_by(TILE_PX) {
            let tile = PixelRect {
                x: left,
                y: top,
                width: TILE_PX.min(width - left),
                height: TILE_PX.min(height - top),
            };
            let (tile_differing, tile_compared) =
                compare_tile(reference, actual, tile, &mut difference);
            differing += tile_differing;
            compared += tile_compared;
            if tile_differing as f64 > MAX_TILE_SHARE * (TILE_PX * TILE_PX) as f64 {
                changed = Some(changed.map_or(tile, |known| union(known, tile)));
            }
        }
    }
    let sizes = [reference, actual].map(|picture| (picture.width, picture.height));
    Comparison { differing, compared, changed, sizes, difference }
}

/// Draws a tile of the difference image. Returns the number of differing and of compared pixels.
fn compare_tile(
    reference: &Picture,
    actual: &Picture,
    tile: PixelRect,
    difference: &mut Picture,
) -> (usize, usize) {
    let (mut differing, mut compared) = (0, 0);
    for y in tile.y..tile.y + tile.height {
        for x in tile.x..tile.x + tile.width {
            let (expected, found) = (reference.pixel(x, y), actual.pixel(x, y));
            if [expected, found].contains(&Some(MASK)) {
                difference.set_pixel(x, y, [200; 3]);
                continue;
            }
            compared += 1;
            let equal = expected.zip(found).is_some_and(|(a, b)| is_close(a, b));
            let color = if equal { pale(found.unwrap_or([255; 3])) } else { [214, 0, 0] };
            difference.set_pixel(x, y, color);
            differing += usize::from(!equal);
        }
    }
    (differing, compared)
}

fn is_close(a: [u8; 3], b: [u8; 3]) -> bool {
    distance(a, b) <= CHANNEL_TOLERANCE
}

/// Returns a pale gray version of a color, on which red is visible.
fn pale(color: [u8; 3]) -> [u8; 3] {
    let sum: u16 = color.iter().map(|channel| u16::from(*channel)).sum();
    [170 + (sum / 9) as u8; 3]
}

fn union(a: PixelRect, b: PixelRect) -> PixelRect {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    let right = (a.x + a.width).max(b.x + b.width);
    let bottom = (a.y + a.height).max(b.y + b.height);
    PixelRect { x, y, width: right - x, height: bottom - y }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: [u8; 3] = [251, 251, 249];
    const INK: [u8; 3] = [27, 31, 36];

    /// Returns an image of 320 × 640 pixels with strokes like those of text, shifted downward by
    /// `down` pixels.
    fn page(down: usize) -> Picture {
        let mut page = Picture::filled(320, 640, PAPER);
        for line in 0..25 {
            for stroke in 0..40 {
                let rect = PixelRect {
                    x: 20 + 7 * stroke,
                    y: 20 + 24 * line + down,
                    width: 2,
                    height: 11,
                };
                page.fill(rect, INK);
            }
        }
        page
    }

    #[test]
    fn a_page_matches_itself() {
        let comparison = compare(&page(0), &page(0));
        assert!(comparison.is_match(), "{}", comparison.describe());
        assert_eq!((comparison.share(), comparison.changed()), (0.0, None));
    }

    #[test]
    fn a_shift_by_one_pixel_is_found_and_described() {
        let comparison = compare(&page(0), &page(1));
        assert!(!comparison.is_match());
        // Each stroke differs in two pixels at its top and two at its bottom.
        let share = (25 * 40 * 4) as f64 / (320.0 * 640.0);
        assert_eq!(comparison.share(), share);
        assert!(comparison.describe().starts_with("1.95 % of the pixels differ"));
    }

    #[test]
    fn a_changed_word_is_found_in_its_place() {
        let mut changed = page(0);
        changed.fill(PixelRect { x: 100, y: 308, width: 40, height: 11 }, PAPER);
        let comparison = compare(&page(0), &changed);
        assert!(comparison.share() < MAX_SHARE, "too small for the whole: {}", comparison.share());
        assert!(!comparison.is_match());
        let place = PixelRect { x: 96, y: 304, width: 48, height: 16 };
        assert_eq!(comparison.changed(), Some(place));
        let words = comparison.describe();
        assert!(words.contains("between x 96 and 144, y 304 and 320"), "{words}");
    }

    #[test]
    fn rounding_is_tolerated_and_another_color_is_not() {
        let with_button = |color| {
            let mut page = page(0);
            page.fill(PixelRect { x: 200, y: 560, width: 60, height: 24 }, color);
            page
        };
        let accent = with_button([11, 106, 131]);
        assert!(compare(&accent, &with_button([21, 96, 141])).is_match());
        let comparison = compare(&accent, &with_button([11, 106, 165]));
        assert!(!comparison.is_match());
        assert_eq!(comparison.share(), 60.0 * 24.0 / (320.0 * 640.0));
    }

    #[test]
    fn scattered_pixels_are_tolerated_up_to_a_limit() {
        let speckled = |every: usize| {
            let mut page = page(0);
            for at in (0..320 * 640).step_by(every) {
                let (x, y) = (at % 320, at / 320);
                let flipped = page.pixel(x, y).map(|color| color.map(|channel| 255 - channel));
                page.set_pixel(x, y, flipped.unwrap_or(INK));
            }
            page
        };
        assert!(compare(&page(0), &speckled(1009)).is_match());
        assert!(!compare(&page(0), &speckled(307)).is_match());
    }

    #[test]
    fn masks_of_either_picture_are_left_out() {
        let moving = PixelRect { x: 60, y: 60, width: 100, height: 20 };
        let (mut expected, mut actual) = (page(0), page(0));
        actual.fill(moving, INK);
        assert!(!compare(&expected, &actual).is_match());
        expected.fill(moving, MASK);
        let comparison = compare(&expected, &actual);
        assert!(comparison.is_match(), "{}", comparison.describe());
        assert_eq!(comparison.compared, 320 * 640 - 100 * 20);
        assert!(compare(&actual, &expected).is_match(), "whichever has it");
        assert_eq!(expected.masked_share(), 2000.0 / (320.0 * 640.0));
        // Outside the mask, everything is compared.
        actual.fill(PixelRect { x: 60, y: 80, width: 100, height: 20 }, INK);
        assert!(!compare(&expected, &actual).is_match());
    }

    #[test]
    fn a_page_that_has_grown_differs_whatever_it_has_grown_by() {
        let mut taller = page(0);
        taller.rgb.extend(PAPER.repeat(taller.width));
        taller.height += 1;
        let comparison = compare(&page(0), &taller);
        assert!(!comparison.is_match());
        assert!(comparison.describe().ends_with("the page is 320×641 pixels instead of 320×640."));
        assert_eq!(comparison.difference().height(), 641);
    }

    #[test]
    fn the_difference_is_drawn_in_red_on_pale() {
        let mut changed = page(0);
        changed.fill(PixelRect { x: 0, y: 0, width: 10, height: 10 }, INK);
        changed.fill(PixelRect { x: 300, y: 0, width: 10, height: 10 }, MASK);
        let comparison = compare(&page(0), &changed);
        assert_eq!(comparison.difference().pixel(5, 5), Some([214, 0, 0]));
        assert_eq!(comparison.difference().pixel(305, 5), Some([200; 3]));
        let [red, green, blue] = comparison.difference().pixel(22, 22).expect("inside");
        assert!(red == green && green == blue && red >= 170, "ink, pale");
    }
}
