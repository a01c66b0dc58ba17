//! Reducing of images and masks to the size of a network's input.

use data::IMAGE_SIDE;

/// Parameter of the cubic kernel (R. Keys, "Cubic convolution interpolation for digital image
/// processing", 1981). With this value constants, ramps and parabolas are kept.
const KEYS_A: f64 = -0.5;

/// A gray image, or a mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gray {
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Gray values, `[height, width]` in row-major order.
    pub pixels: Vec<u8>,
}

/// A rectangle in an image, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First row and first column.
    pub start: [usize; 2],
    /// Height and width.
    pub size: [usize; 2],
}

impl Gray {
    /// Returns the part of the image in a window, which must lie inside of it.
    pub fn cut(&self, window: Window) -> Self {
        let ([top, left], [height, width]) = (window.start, window.size);
        let row = |row: usize| &self.pixels[row * self.size[1] + left..][..width];
        Self { size: window.size, pixels: (top..top + height).flat_map(row).copied().collect() }
    }

    /// Returns the smallest window with all pixels that are not black, or `None` if all are.
    pub fn bounds(&self) -> Option<Window> {
        let [height, width] = self.size;
        let is_marked = |row: usize, column: usize| self.pixels[row * width + column] > 0;
        let row_is_marked = |row: &usize| (0..width).any(|column| is_marked(*row, column));
        let column_is_marked = |column: &usize| (0..height).any(|row| is_marked(row, *column));
        let ends = |mut marked: Box<dyn Iterator<Item = usize> + '_>| {
            let first = marked.next()?;
            Some((first, marked.last().unwrap_or(first) + 1))
        };
        let (top, bottom) = ends(Box::new((0..height).filter(row_is_marked)))?;
        let (left, right) = ends(Box::new((0..width).filter(column_is_marked)))?;
        Some(Window { start: [top, left], size: [bottom - top, right - left] })
    }

    /// Returns the image with 64×64 pixels, by cubic interpolation with a kernel that is widened
    /// where the image becomes smaller, so that no detail is skipped. The ratio of height and width
    /// is not kept.
    pub fn reduced(&self) -> Vec<u8> {
        self.with_weights(cubic_weights)
    }

    /// Returns a mask of 64×64 pixels: 1 where at least half of the area is not black.
    pub fn reduced_mask(&self) -> Vec<u8> {
        let white = self.pixels.iter().map(|label| if *label > 0 { 255 } else { 0 }).collect();
        let shares = Self { size: self.size, pixels: white }.with_weights(area_weights);
        shares.iter().map(|share| u8::from(*share > 127)).collect()
    }

    fn with_weights(&self, weights: fn(usize) -> Vec<Weights>) -> Vec<u8> {
        let [height, width] = self.size;
        let (rows, columns) = (weights(height), weights(width));
        let mut narrow = Vec::with_capacity(height * IMAGE_SIDE);
        for row in self.pixels.chunks_exact(width) {
            narrow.extend(columns.iter().map(|column| column.sum(|at| row[at])));
        }
        let mut pixels = Vec::with_capacity(IMAGE_SIDE * IMAGE_SIDE);
        for row in &rows {
            pixels.extend((0..IMAGE_SIDE).map(|x| row.sum(|at| narrow[at * IMAGE_SIDE + x])));
        }
        pixels.into_iter().map(|value| value.round().clamp(0.0, 255.0) as u8).collect()
    }
}

/// Old pixels along an axis from which a new one is computed.
struct Weights {
    first: usize,
    /// Their sum is 1.
    weights: Vec<f64>,
}

impl Weights {
    fn new(first: usize, mut weights: Vec<f64>) -> Self {
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Self { first, weights }
    }

    fn sum<T: Into<f64>>(&self, value: impl Fn(usize) -> T) -> f64 {
        let products =
            self.weights.iter().zip(self.first..).map(|(weight, at)| weight * value(at).into());
        products.sum()
    }
}

/// Returns the weights of a cubic kernel for each new pixel along an axis of `length` old ones.
fn cubic_weights(length: usize) -> Vec<Weights> {
    let step = length as f64 / IMAGE_SIDE as f64;
    let scale = step.max(1.0);
    let weights = |index: usize| {
        let center = (index as f64 + 0.5) * step;
        let first = (center - 2.0 * scale + 0.5).max(0.0) as usize;
        let end = ((center + 2.0 * scale + 0.5) as usize).min(length);
        let weight = |at: usize| cubic((at as f64 + 0.5 - center) / scale);
        Weights::new(first, (first..end).map(weight).collect())
    };
    (0..IMAGE_SIDE).map(weights).collect()
}

fn cubic(x: f64) -> f64 {
    match x.abs() {
        x if x < 1.0 => ((KEYS_A + 2.0) * x - (KEYS_A + 3.0)) * x * x + 1.0,
        x if x < 2.0 => KEYS_A * (((x - 5.0) * x + 8.0) * x - 4.0),
        _ => 0.0,
    }
}

/// Returns the share of each old pixel along an axis in each new one.
fn area_weights(length: usize) -> Vec<Weights> {
    let step = length as f64 / IMAGE_SIDE as f64;
    let weights = |index: usize| {
        let (from, to) = (index as f64 * step, (index as f64 + 1.0) * step);
        let (first, end) = (from as usize, (to.ceil() as usize).min(length));
        let overlap = |at: usize| (to.min(at as f64 + 1.0) - from.max(at as f64)).max(0.0);
        Weights::new(first, (first..end).map(overlap).collect())
    };
    (0..IMAGE_SIDE).map(weights).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(size: [usize; 2], value: impl Fn(usize, usize) -> u8) -> Gray {
        let pixels = (0..size[0] * size[1]).map(|at| value(at / size[1], at % size[1])).collect();
        Gray { size, pixels }
    }

    #[test]
    fn an_image_of_the_right_size_stays_and_a_constant_one_at_every_size() {
        let same = image([IMAGE_SIDE; 2], |row, column| (row * 3 + column) as u8);
        assert_eq!(same.reduced(), same.pixels);
        for size in [[1, 1], [63, 65], [200, 130], [500, 64]] {
            assert!(image(size, |_, _| 77).reduced().iter().all(|value| *value == 77), "{size:?}");
        }
    }

    #[test]
    fn a_ramp_stays_a_ramp_and_fine_stripes_become_gray() {
        let ramp = image([128, 192], |row, _| 2 * row as u8).reduced();
        for row in 3..IMAGE_SIDE - 3 {
            // The new row lies between two old ones.
            assert!(ramp[row * IMAGE_SIDE].abs_diff(4 * row as u8 + 1) <= 1, "{row}");
        }
        let stripes = image([256, 256], |_, column| if column % 2 == 0 { 0 } else { 200 });
        let middle = &stripes.reduced()[IMAGE_SIDE * 9 + 4..][..IMAGE_SIDE - 8];
        assert!(middle.iter().all(|value| value.abs_diff(100) <= 1), "{middle:?}");
    }

    #[test]
    fn a_mask_is_marked_where_half_of_the_area_is() {
        // Of four columns that become one, two are marked, then one.
        let mask = image([64, 256], |_, column| u8::from([0, 1, 4].contains(&column)));
        let reduced = mask.reduced_mask();
        assert_eq!(reduced[..3], [1, 0, 0]);
        assert_eq!(reduced.iter().map(|label| usize::from(*label)).sum::<usize>(), 64);
        // Any value but black is a mark.
        let large = image([16, 16], |row, column| if (row, column) == (3, 5) { 9 } else { 0 });
        let marks = large.reduced_mask().iter().filter(|label| **label == 1).count();
        assert_eq!(marks, 16);
    }

    #[test]
    fn bounds_and_windows() {
        let mask = image([9, 7], |row, column| u8::from((2..5).contains(&row) && column == 6));
        let bounds = mask.bounds().unwrap();
        assert_eq!(bounds, Window { start: [2, 6], size: [3, 1] });
        assert_eq!(mask.cut(bounds), Gray { size: [3, 1], pixels: vec![1; 3] });
        assert_eq!(image([2, 2], |_, _| 0).bounds(), None);
    }
}
