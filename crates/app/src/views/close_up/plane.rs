//! All output pixels of one unit.

use protocol::interpret::{OpTrace, TracedOp};

use super::window::{Kind, Window};

/// One channel of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// Height and width.
    pub size: [usize; 2],
    /// Row by row.
    pub values: Vec<f32>,
}

impl Plane {
    /// The smallest and the largest of some values; 0 and 0 where there is no number.
    pub fn range(values: &[f32]) -> [f32; 2] {
        let numbers = values.iter().copied().filter(|value| value.is_finite());
        numbers
            .fold(None, |range, value| {
                let [low, high] = range.unwrap_or([value; 2]);
                Some([value.min(low), value.max(high)])
            })
            .unwrap_or_default()
    }
}

/// The weights and the bias of an operation that has them.
pub fn weights(operation: &TracedOp) -> (&[f32], f32) {
    match operation {
        TracedOp::Convolution { weights, bias, .. }
        | TracedOp::Transposed { weights, bias, .. } => (weights, *bias),
        TracedOp::MaxPool { .. } => (&[], 0.0),
    }
}

/// Whether there are as many numbers as the shapes say.
pub fn fits(close: &OpTrace) -> bool {
    let [channels, height, width] = close.shape;
    let window = Window::of(&close.operation);
    let needed = match window.kind {
        Kind::MaxPool => 0,
        _ => channels * window.kernel * window.kernel,
    };
    channels * height * width > 0
        && close.input.len() == channels * height * width
        && weights(&close.operation).0.len() == needed
        && window.output(height) * window.output(width) > 0
}

/// What the operation makes of the whole input with that window.
pub fn plane(close: &OpTrace, window: &Window) -> Plane {
    let [_, height, width] = close.shape;
    let size = [window.output(height), window.output(width)];
    let (weights, bias) = weights(&close.operation);
    let pool = window.kind == Kind::MaxPool;
    let start = if pool { f32::NEG_INFINITY } else { bias };
    let mut values = vec![start; size[0] * size[1]];
    // Which output column gets what, once for all rows.
    let mut columns = Vec::new();
    for output in 0..size[1] {
        for tap in window.taps(width, output) {
            columns.extend(tap.pixel.map(|pixel| (output, pixel, tap.weight)));
        }
    }
    for (output, sums) in values.chunks_exact_mut(size[1].max(1)).enumerate() {
        for tap in window.taps(height, output) {
            let Some(row) = tap.pixel else { continue };
            for (channel, pixels) in close.input.chunks_exact(height * width).enumerate() {
                let pixels = &pixels[row * width..][..width];
                if pool {
                    for (output, pixel, _) in &columns {
                        sums[*output] = sums[*output].max(pixels[*pixel]);
                    }
                    continue;
                }
                let row = (channel * window.kernel + tap.weight) * window.kernel;
                let weights = &weights[row..][..window.kernel];
                for (output, pixel, weight) in &columns {
                    sums[*output] += pixels[*pixel] * weights[*weight];
                }
            }
        }
    }
    Plane { size, values }
}

#[cfg(test)]
pub(super) mod tests {
    use protocol::interpret::UnitRef;

    use super::*;

    /// A close-up of a small input with numbers that differ.
    pub fn close_up(shape: [usize; 3], operation: TracedOp) -> OpTrace {
        let input = (0..shape.iter().product::<usize>()).map(|i| ((i * 7) % 11) as f32 - 3.0);
        OpTrace {
            unit_ref: UnitRef { layer: 1, unit: 0 },
            shape,
            input: input.collect(),
            operation,
        }
    }

    /// Weights that differ.
    pub fn numbers(many: usize) -> Vec<f32> {
        (0..many).map(|i| ((i * 5) % 7) as f32 / 2.0 - 1.0).collect()
    }

    #[test]
    fn a_convolution_is_what_its_definition_says() {
        let convolution =
            TracedOp::Convolution { kernel: 3, padding: 1, weights: numbers(18), bias: 0.5 };
        let close = close_up([2, 4, 5], convolution);
        let window = Window { stride: 2, ..Window::of(&close.operation) };
        let plane = plane(&close, &window);
        assert_eq!(plane.size, [2, 3]);
        for (index, value) in plane.values.iter().enumerate() {
            let mut sum = 0.5;
            for (place, weight) in numbers(18).into_iter().enumerate() {
                let (channel, row, column) = (place / 9, place / 3 % 3, place % 3);
                let (y, x) = (index / 3 * 2 + row, index % 3 * 2 + column);
                if (1..=4).contains(&y) && (1..=5).contains(&x) {
                    sum += close.input[channel * 20 + (y - 1) * 5 + x - 1] * weight;
                }
            }
            assert!((value - sum).abs() < 1e-4);
        }
    }

    #[test]
    fn max_pooling_keeps_the_largest_and_never_the_padding() {
        let mut close = close_up([1, 2, 4], TracedOp::MaxPool { side: 2 });
        close.input = vec![-1.0, -2.0, 3.0, 4.0, -5.0, -6.0, 9.0, 1.0];
        assert!(fits(&close));
        let window = Window::of(&close.operation);
        assert_eq!(plane(&close, &window).values, [-1.0, 9.0]);
        let padded = Window { padding: 1, ..window };
        assert_eq!(plane(&close, &padded).values, [-1.0, 3.0, 4.0, -5.0, 9.0, 1.0]);
    }

    #[test]
    fn a_transposed_convolution_adds_up_where_squares_overlap() {
        let transposed =
            TracedOp::Transposed { kernel: 2, weights: vec![1.0, 2.0, 3.0, 4.0], bias: 0.0 };
        let mut close = close_up([1, 1, 2], transposed);
        close.input = vec![1.0, 10.0];
        let window = Window::of(&close.operation);
        assert_eq!(plane(&close, &window).values, [1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0]);
        let tight = Window { stride: 1, ..window };
        assert_eq!(plane(&close, &tight).values, [1.0, 12.0, 20.0, 3.0, 34.0, 40.0]);
    }

    #[test]
    fn numbers_that_are_missing_are_noticed() {
        let pool = close_up([1, 4, 4], TracedOp::MaxPool { side: 2 });
        assert!(fits(&pool));
        assert!(!fits(&OpTrace { input: vec![0.0; 15], ..pool.clone() }));
        assert!(!fits(&OpTrace { shape: [0, 4, 4], input: vec![], ..pool.clone() }));
        assert!(!fits(&OpTrace { operation: TracedOp::MaxPool { side: 5 }, ..pool.clone() }));
        let weights = vec![0.0; 8];
        let convolution = TracedOp::Convolution { kernel: 3, padding: 0, weights, bias: 0.0 };
        assert!(!fits(&OpTrace { operation: convolution, ..pool }));
        assert_eq!(Plane::range(&[f32::NAN, 2.0, -1.0]), [-1.0, 2.0]);
        assert_eq!(Plane::range(&[f32::NAN]), [0.0, 0.0]);
    }
}
