//! Number format of the arithmetic view: the number of significant decimals, the same for all
//! numbers of a kind, so that the layout does not change while the window slides.

use protocol::interpret::OpTrace;

use super::output_plane::{OutputPlane, weights};

/// Number of decimals for each kind of number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decimals {
    /// Decimals of the input.
    pub input: usize,
    /// Decimals of the weights.
    pub weights: usize,
    /// Decimals of products.
    pub products: usize,
    /// Decimals of sums, the bias and the output.
    pub sums: usize,
}

impl Decimals {
    /// Chooses the decimals from the input, the weights of one channel and the whole output.
    pub fn new(op_trace: &OpTrace, channel: usize, plane: &OutputPlane) -> Self {
        let (weights, bias) = weights(&op_trace.operation);
        let channels = op_trace.shape[0].max(1);
        let own = weights.chunks_exact((weights.len() / channels).max(1)).nth(channel);
        let [input, weight] =
            [largest_magnitude(&op_trace.input), own.map_or(0.0, largest_magnitude)];
        // Enough decimals that the bias is not rounded to 0 next to the sums.
        let sums = decimals_for(largest_magnitude(&plane.values)).max(decimals_for(bias).min(4));
        Self {
            input: decimals_for(input),
            weights: decimals_for(weight),
            products: decimals_for(input * weight),
            sums,
        }
    }
}

/// Returns the largest absolute value.
pub fn largest_magnitude(values: &[f32]) -> f32 {
    values.iter().filter(|value| value.is_finite()).fold(0.0, |most, value| most.max(value.abs()))
}

/// Returns the number of decimals for numbers up to `largest` in magnitude.
fn decimals_for(largest: f32) -> usize {
    match largest.abs() {
        0.0 => 2,
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 0.3 => 2,
        v if v >= 0.03 => 3,
        v if v >= 0.003 => 4,
        v if v > 0.0 => 5,
        _ => 2,
    }
}

/// Formats a number with this many decimals and a typographic minus sign.
pub fn format_value(value: f32, decimals: usize) -> String {
    if !value.is_finite() {
        return "no number".into();
    }
    // As f64, so that the formatting code is compiled for one type only.
    let value = f64::from(value);
    if value.abs() >= 1e5 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let text = format!("{:.*}", decimals, value.abs());
    let nothing = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    if value < 0.0 && !nothing { format!("−{text}") } else { text }
}

/// Formats a subsequent term or factor, in brackets if it is negative.
pub fn format_factor(value: f32, decimals: usize) -> String {
    let text = format_value(value, decimals);
    if text.starts_with('−') { format!("({text})") } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::test_data::op_trace;
    use super::*;
    use protocol::interpret::TracedOp;

    #[test]
    fn numbers_have_significant_decimals() {
        assert_eq!(format_value(1.836, 2), "1.84");
        assert_eq!(format_value(-0.5, 2), "−0.50");
        assert_eq!(format_value(-0.001, 2), "0.00");
        assert_eq!(format_value(123.4, 0), "123");
        assert_eq!(format_value(-2.5e7, 0), "−2.5e7");
        assert_eq!(format_value(f32::NAN, 2), "no number");
        assert_eq!(format_factor(-0.12, 2), "(−0.12)");
        assert_eq!(
            [250.0, 25.0, 2.0, 0.1, 0.01, 1e-4, 0.0].map(decimals_for),
            [0, 1, 2, 3, 4, 5, 2]
        );
        assert_eq!(decimals_for(f32::NAN), 2);
    }

    #[test]
    fn small_weights_get_more_decimals() {
        let weights = vec![0.5, 0.02];
        let convolution =
            TracedOp::Convolution { kernel: 1, stride: 1, padding: 0, weights, bias: 0.01 };
        let mut op_trace = op_trace([2, 1, 1], convolution);
        op_trace.input = vec![1.0, -0.5];
        let plane = OutputPlane { size: [1, 1], values: vec![0.5] };
        let decimals = |channel| Decimals::new(&op_trace, channel, &plane);
        assert_eq!(decimals(0), Decimals { input: 2, weights: 2, products: 2, sums: 4 });
        assert_eq!(decimals(1), Decimals { input: 2, weights: 4, products: 4, sums: 4 });
    }
}
