//! The values, weights and products behind one output pixel.

use protocol::interpret::OpTrace;

use super::output_plane::weights;
use super::sliding_window::{SlidingWindow, Tap, WindowKind};

/// The values, weights and products behind one output pixel, with details for one input channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PixelTrace {
    /// Taps of the patch's rows, in order.
    pub rows: Vec<Tap>,
    /// Taps of the patch's columns, in order.
    pub columns: Vec<Tap>,
    /// Values of the channel in the window, in row-major order; `None` in the padding.
    pub patch: Vec<Option<f32>>,
    /// Weight of each value; empty for operations without weights.
    pub weights: Vec<f32>,
    /// Product of each value and its weight, 0 in the padding; empty for operations without
    /// weights.
    pub products: Vec<f32>,
    /// Sum of the products of each channel.
    pub sums: Vec<f32>,
    /// The bias.
    pub bias: f32,
    /// Value of the output pixel.
    pub total: f32,
    /// Index of the largest value in the patch, for max-pooling only.
    pub largest: Option<usize>,
}

impl PixelTrace {
    /// Traces the output pixel `[row, column]`.
    pub fn new(op_trace: &OpTrace, window: &SlidingWindow, channel: usize, at: [usize; 2]) -> Self {
        let [channels, height, width] = op_trace.shape;
        let (rows, columns) = (window.taps(height, at[0]), window.taps(width, at[1]));
        let patch: Vec<Option<f32>> = places(&rows, &columns)
            .map(|(row, column)| {
                let place = row.pixel? * width + column.pixel?;
                op_trace.input.get(channel * height * width + place).copied()
            })
            .collect();
        let (all, bias) = weights(&op_trace.operation);
        let own = |channel: usize| {
            let kernel = window.kernel;
            places(&rows, &columns).map(move |(row, column)| {
                all[(channel * kernel + row.weight) * kernel + column.weight]
            })
        };
        if window.kind == WindowKind::MaxPool {
            let largest = largest(&patch);
            let total = largest.and_then(|place| patch[place]).unwrap_or(f32::NAN);
            return Self { rows, columns, patch, total, largest, ..Self::default() };
        }
        let weights: Vec<f32> = own(channel).collect();
        let products = patch.iter().zip(&weights).map(|(v, w)| v.unwrap_or(0.0) * w).collect();
        let sums: Vec<f32> = (0..channels)
            .map(|channel| {
                let pixels = &op_trace.input[channel * height * width..];
                let product = |((row, column), weight): ((Tap, Tap), f32)| {
                    Some(pixels[row.pixel? * width + column.pixel?] * weight)
                };
                places(&rows, &columns).zip(own(channel)).filter_map(product).sum()
            })
            .collect();
        let total = sums.iter().sum::<f32>() + bias;
        Self { rows, columns, patch, weights, products, sums, bias, total, largest: None }
    }

    /// Returns the row tap and the column tap for an index in the patch.
    pub fn taps(&self, place: usize) -> Option<[Tap; 2]> {
        let columns = self.columns.len().max(1);
        Some([*self.rows.get(place / columns)?, *self.columns.get(place % columns)?])
    }

    /// Returns the height and width of the patch.
    pub fn size(&self) -> [usize; 2] {
        [self.rows.len(), self.columns.len()]
    }

    /// Returns whether a value of the patch is in the padding.
    pub fn is_padding(&self, place: usize) -> bool {
        self.patch.get(place) == Some(&None)
    }
}

fn places(rows: &[Tap], columns: &[Tap]) -> impl Iterator<Item = (Tap, Tap)> {
    rows.iter().flat_map(move |row| columns.iter().map(move |column| (*row, *column)))
}

/// Returns the index of the largest value, the first one if several are equal, as in max-pooling.
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
    use super::super::output_plane::compute_output;
    use super::super::test_data::{numbers, op_trace};
    use super::*;
    use protocol::interpret::TracedOp;

    #[test]
    fn every_pixel_is_traced_as_it_was_computed() {
        let operations = [
            TracedOp::Convolution {
                kernel: 3,
                stride: 1,
                padding: 1,
                weights: numbers(27),
                bias: 0.25,
            },
            TracedOp::Transposed { kernel: 2, weights: numbers(12), bias: -1.0 },
        ];
        for operation in operations {
            let op_trace = op_trace([3, 4, 5], operation);
            for (padding, stride) in [(0, 1), (1, 1), (1, 2), (0, 3)] {
                let window = SlidingWindow {
                    padding,
                    stride,
                    ..SlidingWindow::from_operation(&op_trace.operation)
                };
                let output = compute_output(&op_trace, &window);
                for (place, value) in output.values.iter().enumerate() {
                    let at = [place / output.size[1], place % output.size[1]];
                    let pixel_trace = PixelTrace::new(&op_trace, &window, 1, at);
                    assert!((pixel_trace.total - value).abs() < 1e-4, "{window:?} {at:?}");
                    let sum: f32 = pixel_trace.products.iter().sum();
                    assert!((sum - pixel_trace.sums[1]).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn the_padding_counts_as_zeros_and_is_marked() {
        let convolution = TracedOp::Convolution {
            kernel: 2,
            stride: 1,
            padding: 1,
            weights: vec![1.0; 4],
            bias: 0.0,
        };
        let op_trace = op_trace([1, 2, 2], convolution);
        let pixel_trace = PixelTrace::new(
            &op_trace,
            &SlidingWindow::from_operation(&op_trace.operation),
            0,
            [0, 0],
        );
        assert_eq!(pixel_trace.size(), [2, 2]);
        assert_eq!(pixel_trace.patch, [None, None, None, Some(-3.0)]);
        assert!(
            pixel_trace.is_padding(0) && !pixel_trace.is_padding(3) && !pixel_trace.is_padding(4)
        );
        assert_eq!(pixel_trace.products, [0.0, 0.0, 0.0, -3.0]);
    }

    #[test]
    fn max_pooling_names_the_first_largest_value() {
        let mut op_trace = op_trace([1, 2, 2], TracedOp::MaxPool { side: 2 });
        op_trace.input = vec![-4.0, -1.0, -2.0, -1.0];
        let window = SlidingWindow::from_operation(&op_trace.operation);
        let pixel_trace = PixelTrace::new(&op_trace, &window, 0, [0, 0]);
        assert_eq!((pixel_trace.largest, pixel_trace.total), (Some(1), -1.0));
        let padded = SlidingWindow { padding: 1, ..window };
        let pixel_trace = PixelTrace::new(&op_trace, &padded, 0, [0, 0]);
        assert_eq!((pixel_trace.largest, pixel_trace.total), (Some(3), -4.0));
        assert!(pixel_trace.products.is_empty() && pixel_trace.sums.is_empty());
    }

    #[test]
    fn a_pixel_without_taps_is_the_bias() {
        let transposed = TracedOp::Transposed { kernel: 1, weights: vec![2.0], bias: 0.5 };
        let op_trace = op_trace([1, 2, 2], transposed);
        let window =
            SlidingWindow { stride: 2, ..SlidingWindow::from_operation(&op_trace.operation) };
        let pixel_trace = PixelTrace::new(&op_trace, &window, 0, [0, 1]);
        assert_eq!((pixel_trace.size(), pixel_trace.total), ([1, 0], 0.5));
    }
}
