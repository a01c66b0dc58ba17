//! How one output pixel comes about.

use protocol::interpret::OpTrace;

use super::plane::weights;
use super::window::{Kind, Tap, Window};

/// The numbers behind one output pixel, with one input channel in detail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Rows of the patch.
    pub rows: Vec<Tap>,
    /// Columns of the patch.
    pub columns: Vec<Tap>,
    /// The channel's values in the window, row by row; none in the padding.
    pub patch: Vec<Option<f32>>,
    /// The weight at each of them; empty where there are none.
    pub weights: Vec<f32>,
    /// What both make together, the padding being zeros; empty without weights.
    pub products: Vec<f32>,
    /// Sum of the products of each channel.
    pub sums: Vec<f32>,
    /// Added to them.
    pub bias: f32,
    /// The output pixel.
    pub total: f32,
    /// The place in the patch of the largest value, where that is what counts.
    pub largest: Option<usize>,
}

impl Reading {
    /// The numbers behind the output pixel `[row, column]`.
    pub fn new(close: &OpTrace, window: &Window, channel: usize, at: [usize; 2]) -> Self {
        let [channels, height, width] = close.shape;
        let (rows, columns) = (window.taps(height, at[0]), window.taps(width, at[1]));
        let patch: Vec<Option<f32>> = places(&rows, &columns)
            .map(|(row, column)| {
                let place = row.pixel? * width + column.pixel?;
                close.input.get(channel * height * width + place).copied()
            })
            .collect();
        let (all, bias) = weights(&close.operation);
        let own = |channel: usize| {
            let kernel = window.kernel;
            places(&rows, &columns).map(move |(row, column)| {
                all[(channel * kernel + row.weight) * kernel + column.weight]
            })
        };
        if window.kind == Kind::MaxPool {
            let largest = largest(&patch);
            let total = largest.and_then(|place| patch[place]).unwrap_or(f32::NAN);
            return Self { rows, columns, patch, total, largest, ..Self::default() };
        }
        let weights: Vec<f32> = own(channel).collect();
        let products = patch.iter().zip(&weights).map(|(v, w)| v.unwrap_or(0.0) * w).collect();
        let sums: Vec<f32> = (0..channels)
            .map(|channel| {
                let pixels = &close.input[channel * height * width..];
                let product = |((row, column), weight): ((Tap, Tap), f32)| {
                    Some(pixels[row.pixel? * width + column.pixel?] * weight)
                };
                places(&rows, &columns).zip(own(channel)).filter_map(product).sum()
            })
            .collect();
        let total = sums.iter().sum::<f32>() + bias;
        Self { rows, columns, patch, weights, products, sums, bias, total, largest: None }
    }

    /// Height and width of the patch.
    pub fn size(&self) -> [usize; 2] {
        [self.rows.len(), self.columns.len()]
    }

    /// Whether a place of the patch lies in the padding.
    pub fn padded(&self, place: usize) -> bool {
        self.patch.get(place) == Some(&None)
    }
}

fn places(rows: &[Tap], columns: &[Tap]) -> impl Iterator<Item = (Tap, Tap)> {
    rows.iter().flat_map(move |row| columns.iter().map(move |column| (*row, *column)))
}

/// The place of the first largest value, as a network finds it.
fn largest(patch: &[Option<f32>]) -> Option<usize> {
    let values = patch.iter().enumerate().filter_map(|(place, value)| Some((place, (*value)?)));
    values
        .fold(None, |best: Option<(usize, f32)>, (place, value)| match best {
            Some((_, most)) if value <= most || value.is_nan() => best,
            _ => Some((place, value)),
        })
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use protocol::interpret::TracedOp;

    use super::super::plane::{plane, tests::*};
    use super::*;

    #[test]
    fn every_pixel_reads_as_it_was_computed() {
        let operations = [
            TracedOp::Convolution { kernel: 3, padding: 1, weights: numbers(27), bias: 0.25 },
            TracedOp::Transposed { kernel: 2, weights: numbers(12), bias: -1.0 },
        ];
        for operation in operations {
            let close = close_up([3, 4, 5], operation);
            for (padding, stride) in [(0, 1), (1, 1), (1, 2), (0, 3)] {
                let window = Window { padding, stride, ..Window::of(&close.operation) };
                let plane = plane(&close, &window);
                for (place, value) in plane.values.iter().enumerate() {
                    let at = [place / plane.size[1], place % plane.size[1]];
                    let reading = Reading::new(&close, &window, 1, at);
                    assert!((reading.total - value).abs() < 1e-4, "{window:?} {at:?}");
                    let sum: f32 = reading.products.iter().sum();
                    assert!((sum - reading.sums[1]).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn the_padding_counts_as_zeros_and_is_marked() {
        let convolution =
            TracedOp::Convolution { kernel: 2, padding: 1, weights: vec![1.0; 4], bias: 0.0 };
        let close = close_up([1, 2, 2], convolution);
        let reading = Reading::new(&close, &Window::of(&close.operation), 0, [0, 0]);
        assert_eq!(reading.size(), [2, 2]);
        assert_eq!(reading.patch, [None, None, None, Some(-3.0)]);
        assert!(reading.padded(0) && !reading.padded(3) && !reading.padded(4));
        assert_eq!(reading.products, [0.0, 0.0, 0.0, -3.0]);
    }

    #[test]
    fn max_pooling_names_the_first_largest_value() {
        let mut close = close_up([1, 2, 2], TracedOp::MaxPool { side: 2 });
        close.input = vec![-4.0, -1.0, -2.0, -1.0];
        let window = Window::of(&close.operation);
        let reading = Reading::new(&close, &window, 0, [0, 0]);
        assert_eq!((reading.largest, reading.total), (Some(1), -1.0));
        let padded = Window { padding: 1, ..window };
        let reading = Reading::new(&close, &padded, 0, [0, 0]);
        assert_eq!((reading.largest, reading.total), (Some(3), -4.0));
        assert!(reading.products.is_empty() && reading.sums.is_empty());
    }

    #[test]
    fn a_pixel_that_nothing_reaches_is_the_bias() {
        let transposed = TracedOp::Transposed { kernel: 1, weights: vec![2.0], bias: 0.5 };
        let close = close_up([1, 2, 2], transposed);
        let window = Window { stride: 2, ..Window::of(&close.operation) };
        let reading = Reading::new(&close, &window, 0, [0, 1]);
        assert_eq!((reading.size(), reading.total), ([1, 0], 0.5));
    }
}
