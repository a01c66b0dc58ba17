//! Numbers of a network with as many decimals as can be told apart, and always the same number of
//! them, so that nothing jumps while the window moves.

use protocol::interpret::OpTrace;

use super::plane::{Plane, weights};

/// Decimals of the numbers of one picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Of the input.
    pub input: usize,
    /// Of the weights.
    pub weights: usize,
    /// Of products.
    pub products: usize,
    /// Of sums, the bias and the output.
    pub sums: usize,
}

impl Figures {
    /// For the input, the weights of one channel and the whole output.
    pub fn new(close: &OpTrace, channel: usize, plane: &Plane) -> Self {
        let (weights, bias) = weights(&close.operation);
        let channels = close.shape[0].max(1);
        let own = weights.chunks_exact((weights.len() / channels).max(1)).nth(channel);
        let [input, weight] = [largest(&close.input), own.map_or(0.0, largest)];
        // Sums are what all of it is about, and the bias must not vanish beside them.
        let sums = decimals(largest(&plane.values)).max(decimals(bias).min(4));
        Self {
            input: decimals(input),
            weights: decimals(weight),
            products: decimals(input * weight),
            sums,
        }
    }
}

/// The largest size of some values.
pub fn largest(values: &[f32]) -> f32 {
    values.iter().filter(|value| value.is_finite()).fold(0.0, |most, value| most.max(value.abs()))
}

/// Decimals for numbers up to so large a one.
fn decimals(largest: f32) -> usize {
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

/// A number with so many decimals and a proper minus sign.
pub fn figure(value: f32, decimals: usize) -> String {
    if !value.is_finite() {
        return "no number".into();
    }
    // As the rest of the page writes numbers, with the same code.
    let value = f64::from(value);
    if value.abs() >= 1e5 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let text = format!("{:.*}", decimals, value.abs());
    let nothing = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    if value < 0.0 && !nothing { format!("−{text}") } else { text }
}

/// The same as a later part of a sum or product, in brackets where it begins with a sign.
pub fn factor(value: f32, decimals: usize) -> String {
    let text = figure(value, decimals);
    if text.starts_with('−') { format!("({text})") } else { text }
}

#[cfg(test)]
mod tests {
    use protocol::interpret::TracedOp;

    use super::super::plane::tests::close_up;
    use super::*;

    #[test]
    fn numbers_are_as_long_as_they_tell_something() {
        assert_eq!(figure(1.836, 2), "1.84");
        assert_eq!(figure(-0.5, 2), "−0.50");
        assert_eq!(figure(-0.001, 2), "0.00");
        assert_eq!(figure(123.4, 0), "123");
        assert_eq!(figure(-2.5e7, 0), "−2.5e7");
        assert_eq!(figure(f32::NAN, 2), "no number");
        assert_eq!(factor(-0.12, 2), "(−0.12)");
        assert_eq!([250.0, 25.0, 2.0, 0.1, 0.01, 1e-4, 0.0].map(decimals), [0, 1, 2, 3, 4, 5, 2]);
        assert_eq!(decimals(f32::NAN), 2);
    }

    #[test]
    fn small_weights_get_more_decimals() {
        let weights = vec![0.5, 0.02];
        let convolution = TracedOp::Convolution { kernel: 1, padding: 0, weights, bias: 0.01 };
        let mut close = close_up([2, 1, 1], convolution);
        close.input = vec![1.0, -0.5];
        let plane = Plane { size: [1, 1], values: vec![0.5] };
        let figures = |channel| Figures::new(&close, channel, &plane);
        assert_eq!(figures(0), Figures { input: 2, weights: 2, products: 2, sums: 4 });
        assert_eq!(figures(1), Figures { input: 2, weights: 4, products: 4, sums: 4 });
    }
}
