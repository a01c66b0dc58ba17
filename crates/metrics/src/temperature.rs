//! Temperature scaling: calibrates probabilities with one parameter.

use crate::labeled_rows::LabeledRows;

/// The range of temperatures. Where the classes are separated perfectly, the loss falls until the
/// temperature is 0; where the logits say nothing about the classes, until it is infinite.
pub const TEMPERATURE_RANGE: (f64, f64) = (0.05, 20.0);

/// A temperature with what it does to the data it was fitted on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TemperatureFit {
    /// The temperature, in [`TEMPERATURE_RANGE`]. Above 1 the network was too sure of itself, below
    /// 1 not sure enough.
    pub temperature: f64,
    /// Whether the temperature is an end of the range, since the loss would fall beyond it: the data
    /// say only that it is smaller or larger still, not how large.
    pub is_at_bound: bool,
    /// Negative log-likelihood with the temperature 1, in nats a case.
    pub loss_before: f64,
    /// Negative log-likelihood with the fitted temperature.
    pub loss: f64,
}

/// Fits the temperature T for which softmax(logits / T) has the smallest negative log-likelihood
/// (Guo et al., "On calibration of modern neural networks", ICML 2017). Fit it on the validation set.
///
/// The loss is convex in 1 / T, so that its derivative has one root, found by Newton's method within
/// a bracket. If the logits of every case are equal, the temperature changes nothing and is 1.
pub fn fit_temperature(logits: LabeledRows) -> TemperatureFit {
    let (smallest, largest) = TEMPERATURE_RANGE;
    let (mut low, mut high) = (1.0 / largest, 1.0 / smallest);
    let loss_before = Derivatives::at(logits, 1.0).loss;
    let (at_low, at_high) = (Derivatives::at(logits, low), Derivatives::at(logits, high));
    let fit = |inverse: f64, is_at_bound| TemperatureFit {
        temperature: 1.0 / inverse,
        is_at_bound,
        loss_before,
        loss: Derivatives::at(logits, inverse).loss,
    };
    if at_low.slope == 0.0 && at_high.slope == 0.0 {
        return fit(1.0, false);
    }
    if at_low.slope >= 0.0 {
        return TemperatureFit { temperature: largest, ..fit(low, true) };
    }
    if at_high.slope <= 0.0 {
        return TemperatureFit { temperature: smallest, ..fit(high, true) };
    }
    let mut inverse = 1.0;
    // Halving alone would take 60 steps.
    for _ in 0..100 {
        let derivatives = Derivatives::at(logits, inverse);
        if derivatives.slope > 0.0 {
            high = inverse;
        } else {
            low = inverse;
        }
        let newton = inverse - derivatives.slope / derivatives.curvature;
        let next = if newton > low && newton < high { newton } else { (low + high) / 2.0 };
        let change = (next - inverse).abs();
        inverse = next;
        if change < 1e-13 * inverse {
            break;
        }
    }
    fit(inverse, false)
}

/// Returns softmax(logits / temperature) of each row of shape `[cases, classes]`.
pub fn scaled_probabilities(logits: &[f32], classes: usize, temperature: f64) -> Vec<f32> {
    let row = |row: &[f32]| {
        let (exponentials, sum) = exponentials(row, 1.0 / temperature);
        exponentials.into_iter().map(move |value| (value / sum) as f32)
    };
    logits.chunks_exact(classes.max(1)).flat_map(row).collect()
}

/// Returns logits that softmax turns into these probabilities: their logarithms. What is smaller than
/// the smallest normal `f32` counts as that.
pub fn logits_of_probabilities(probabilities: &[f32]) -> Vec<f32> {
    probabilities.iter().map(|p| p.max(f32::MIN_POSITIVE).ln()).collect()
}

/// Loss and its first and second derivative by the inverse of the temperature.
struct Derivatives {
    loss: f64,
    slope: f64,
    curvature: f64,
}

impl Derivatives {
    fn at(logits: LabeledRows, inverse: f64) -> Self {
        let mut sum = Self { loss: 0.0, slope: 0.0, curvature: 0.0 };
        for (label, row) in logits.iter() {
            let (exponentials, total) = exponentials(row, inverse);
            let max = maximum(row);
            // Relative to the largest, so that differences of large logits stay exact.
            let relative = |logit: &f32| f64::from(*logit) - max;
            let weighted = |power: i32| -> f64 {
                let terms = row.iter().zip(&exponentials);
                terms.map(|(logit, weight)| weight / total * relative(logit).powi(power)).sum()
            };
            let mean = weighted(1);
            sum.loss += total.ln() - inverse * relative(&row[label]);
            sum.slope += mean - relative(&row[label]);
            sum.curvature += weighted(2) - mean * mean;
        }
        let cases = logits.cases() as f64;
        Self { loss: sum.loss / cases, slope: sum.slope / cases, curvature: sum.curvature / cases }
    }
}

fn maximum(row: &[f32]) -> f64 {
    f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max))
}

fn exponentials(row: &[f32], inverse: f64) -> (Vec<f64>, f64) {
    let max = maximum(row);
    let values: Vec<f64> =
        row.iter().map(|logit| ((f64::from(*logit) - max) * inverse).exp()).collect();
    let sum = values.iter().sum();
    (values, sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(labels: &[u8], logits: &[f32], classes: usize) -> TemperatureFit {
        fit_temperature(LabeledRows::new(labels, logits, classes).unwrap())
    }

    #[test]
    fn three_of_four_right_means_three_quarters() {
        // Each case says class 0 with the logit 4; 3 of 4 are. The best probability is 3/4, where
        // 4 / T = ln 3.
        let logits = [4.0, 0.0].repeat(4);
        let fitted = fit(&[0, 0, 0, 1], &logits, 2);
        assert!((fitted.temperature - 4.0 / 3_f64.ln()).abs() < 1e-12);
        assert!(!fitted.is_at_bound && fitted.loss < fitted.loss_before);
        let scaled = scaled_probabilities(&logits, 2, fitted.temperature);
        assert!((scaled[0] - 0.75).abs() < 1e-6 && (scaled[0] + scaled[1] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn data_that_bound_no_temperature_get_an_end_of_the_range() {
        let separated = fit(&[0, 1], &[1.0, 0.0, 0.0, 1.0], 2);
        assert_eq!((separated.temperature, separated.is_at_bound), (0.05, true));
        let wrong = fit(&[1, 0], &[1.0, 0.0, 0.0, 1.0], 2);
        assert_eq!((wrong.temperature, wrong.is_at_bound), (20.0, true));
    }

    #[test]
    fn equal_logits_leave_the_temperature_alone() {
        let fitted = fit(&[0, 2], &[3.0; 6], 3);
        assert_eq!((fitted.temperature, fitted.is_at_bound), (1.0, false));
        assert!((fitted.loss - 3_f64.ln()).abs() < 1e-12);
        assert_eq!(fit(&[0], &[3.0], 1).temperature, 1.0);
    }

    #[test]
    fn no_neighboring_temperature_is_better() {
        let hash = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 8) / f64::from(1_u32 << 24);
        for seed in 0..200 {
            let n = 3 + seed % 30;
            let spread = 1 << (seed % 7);
            let value = |i| ((hash(seed * 500 + i) - 0.5) * f64::from(spread)) as f32;
            let logits: Vec<f32> = (0..n * 3).map(value).collect();
            let labels: Vec<u8> = (0..n).map(|i| (hash(seed * 700 + i) * 3.0) as u8).collect();
            let rows = LabeledRows::new(&labels, &logits, 3).unwrap();
            let fitted = fit_temperature(rows);
            assert!(fitted.loss <= fitted.loss_before + 1e-12);
            for factor in [0.99, 1.01] {
                let other = fitted.temperature * factor;
                if (TEMPERATURE_RANGE.0..=TEMPERATURE_RANGE.1).contains(&other) {
                    assert!(fitted.loss <= Derivatives::at(rows, 1.0 / other).loss + 1e-12);
                }
            }
        }
    }

    #[test]
    fn huge_logits_do_not_overflow() {
        let fitted = fit(&[0, 1, 0], &[3e38, -3e38, 3e38, -3e38, 1.0, 0.0], 2);
        assert!(fitted.temperature.is_finite() && fitted.loss.is_finite());
        assert_eq!(scaled_probabilities(&[3e38, -3e38], 2, 0.05), [1.0, 0.0]);
    }

    #[test]
    fn logarithms_of_probabilities_are_logits() {
        let logits = logits_of_probabilities(&[0.25, 0.75, 0.0, 1.0]);
        let back = scaled_probabilities(&logits, 2, 1.0);
        for (found, expected) in back.iter().zip([0.25, 0.75, 0.0, 1.0]) {
            assert!((found - expected).abs() < 1e-6);
        }
    }
}
