//! The output of an operation for one unit.

use protocol::interpret::{OpTrace, TracedOp};

use super::sliding_window::{SlidingWindow, WindowKind};

/// Output values of one unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputPlane {
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Values in row-major order.
    pub values: Vec<f32>,
}

/// Returns the smallest and the largest finite value, or 0 and 0 if there is none.
pub fn value_range(values: &[f32]) -> [f32; 2] {
    let numbers = values.iter().copied().filter(|value| value.is_finite());
    numbers
        .fold(None, |range, value| {
            let [low, high] = range.unwrap_or([value; 2]);
            Some([value.min(low), value.max(high)])
        })
        .unwrap_or_default()
}

/// Returns the weights and the bias of an operation, or none and 0 if it has no weights.
pub fn weights(operation: &TracedOp) -> (&[f32], f32) {
    match operation {
        TracedOp::Convolution { weights, bias, .. }
        | TracedOp::Transposed { weights, bias, .. } => (weights, *bias),
        TracedOp::AveragePool { weights, .. } => (weights, 0.0),
        TracedOp::MaxPool { .. } => (&[], 0.0),
    }
}

/// Returns whether the data of an operation have the sizes that its shapes require.
pub fn is_complete(op_trace: &OpTrace) -> bool {
    let [channels, height, width] = op_trace.shape;
    let window = SlidingWindow::from_operation(&op_trace.operation);
    let needed = match window.kind {
        WindowKind::MaxPool => 0,
        _ => channels * window.kernel * window.kernel,
    };
    channels * height * width > 0
        && op_trace.input.len() == channels * height * width
        && weights(&op_trace.operation).0.len() == needed
        && window.output_len(height) * window.output_len(width) > 0
}

/// Computes the operation's output for the whole input with the given window.
pub fn compute_output(op_trace: &OpTrace, window: &SlidingWindow) -> OutputPlane {
    let [_, height, width] = op_trace.shape;
    let size = [window.output_len(height), window.output_len(width)];
    let (weights, bias) = weights(&op_trace.operation);
    let pool = window.kind == WindowKind::MaxPool;
    let start = if pool { f32::NEG_INFINITY } else { bias };
    let mut values = vec![start; size[0] * size[1]];
    // The taps of all output columns are the same in every row.
    let mut columns = Vec::new();
    for output in 0..size[1] {
        for tap in window.taps(width, output) {
            columns.extend(tap.pixel.map(|pixel| (output, pixel, tap.weight)));
        }
    }
    for (output, sums) in values.chunks_exact_mut(size[1].max(1)).enumerate() {
        for tap in window.taps(height, output) {
            let Some(row) = tap.pixel else { continue };
            for (channel, pixels) in op_trace.input.chunks_exact(height * width).enumerate() {
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
    OutputPlane { size, values }
}

#[cfg(test)]
mod tests {
    use super::super::test_data::{numbers, op_trace};
    use super::*;

    #[test]
    fn a_convolution_matches_its_definition() {
        let convolution = TracedOp::Convolution {
            kernel: 3,
            stride: 2,
            padding: 1,
            weights: numbers(18),
            bias: 0.5,
        };
        let op_trace = op_trace([2, 4, 5], convolution);
        let window = SlidingWindow::from_operation(&op_trace.operation);
        let output = compute_output(&op_trace, &window);
        assert_eq!(output.size, [2, 3]);
        for (index, value) in output.values.iter().enumerate() {
            let mut sum = 0.5;
            for (place, weight) in numbers(18).into_iter().enumerate() {
                let (channel, row, column) = (place / 9, place / 3 % 3, place % 3);
                let (y, x) = (index / 3 * 2 + row, index % 3 * 2 + column);
                if (1..=4).contains(&y) && (1..=5).contains(&x) {
                    sum += op_trace.input[channel * 20 + (y - 1) * 5 + x - 1] * weight;
                }
            }
            assert!((value - sum).abs() < 1e-4);
        }
    }

    #[test]
    fn max_pooling_keeps_the_largest_and_never_the_padding() {
        let mut op_trace = op_trace([1, 2, 4], TracedOp::MaxPool { side: 2 });
        op_trace.input = vec![-1.0, -2.0, 3.0, 4.0, -5.0, -6.0, 9.0, 1.0];
        assert!(is_complete(&op_trace));
        let window = SlidingWindow::from_operation(&op_trace.operation);
        assert_eq!(compute_output(&op_trace, &window).values, [-1.0, 9.0]);
        let padded = SlidingWindow { padding: 1, ..window };
        assert_eq!(compute_output(&op_trace, &padded).values, [-1.0, 3.0, 4.0, -5.0, 9.0, 1.0]);
    }

    #[test]
    fn average_pooling_is_the_mean_of_the_window() {
        let pool = TracedOp::AveragePool { side: 2, weights: vec![0.25; 4] };
        let mut op_trace = op_trace([1, 2, 5], pool);
        op_trace.input = vec![1.0, 2.0, 3.0, 4.0, 9.0, -5.0, -6.0, 9.0, 4.0, 9.0];
        assert!(is_complete(&op_trace));
        let window = SlidingWindow::from_operation(&op_trace.operation);
        assert_eq!(compute_output(&op_trace, &window).values, [-2.0, 5.0]);
    }

    #[test]
    fn a_transposed_convolution_adds_up_where_squares_overlap() {
        let transposed =
            TracedOp::Transposed { kernel: 2, weights: vec![1.0, 2.0, 3.0, 4.0], bias: 0.0 };
        let mut op_trace = op_trace([1, 1, 2], transposed);
        op_trace.input = vec![1.0, 10.0];
        let window = SlidingWindow::from_operation(&op_trace.operation);
        assert_eq!(
            compute_output(&op_trace, &window).values,
            [1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0]
        );
        let tight = SlidingWindow { stride: 1, ..window };
        assert_eq!(compute_output(&op_trace, &tight).values, [1.0, 12.0, 20.0, 3.0, 34.0, 40.0]);
    }

    #[test]
    fn missing_numbers_are_noticed() {
        let pool = op_trace([1, 4, 4], TracedOp::MaxPool { side: 2 });
        assert!(is_complete(&pool));
        assert!(!is_complete(&OpTrace { input: vec![0.0; 15], ..pool.clone() }));
        assert!(!is_complete(&OpTrace { shape: [0, 4, 4], input: vec![], ..pool.clone() }));
        assert!(!is_complete(&OpTrace {
            operation: TracedOp::MaxPool { side: 5 },
            ..pool.clone()
        }));
        let weights = vec![0.0; 8];
        let convolution =
            TracedOp::Convolution { kernel: 3, stride: 1, padding: 0, weights, bias: 0.0 };
        assert!(!is_complete(&OpTrace { operation: convolution, ..pool }));
        assert_eq!(value_range(&[f32::NAN, 2.0, -1.0]), [-1.0, 2.0]);
        assert_eq!(value_range(&[f32::NAN]), [0.0, 0.0]);
    }
}
