//! Means over runs that differ only in their seed, and differences of two such means, with Student's
//! interval (Student 1908).

use std::f64::consts::{FRAC_PI_2, PI};

use crate::interval::ConfidenceInterval;

/// A mean over seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeedMean {
    /// The mean.
    pub mean: f64,
    /// Its 95 % interval, which covers how seeds differ, not which images there are; `None` with one
    /// seed.
    pub interval: Option<ConfidenceInterval>,
}

impl SeedMean {
    /// Returns whether 0 lies in the interval, so that a mean difference could be chance; `None` with
    /// one seed.
    pub fn could_be_zero(&self) -> Option<bool> {
        self.interval.map(|interval| interval.contains(0.0))
    }
}

/// Returns the mean of values of independent runs with Student's 95 % interval, mean ± t·s/√n, where s
/// has n − 1 as its denominator. For the difference of two configurations, the values are the
/// differences of runs with the same seed (paired t-test).
///
/// Returns `None` without values, or if one is not finite.
pub fn seed_mean(values: &[f64]) -> Option<SeedMean> {
    if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let interval = (values.len() > 1).then(|| {
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let half = student_quantile_975(values.len() - 1) * (squares / (n - 1.0) / n).sqrt();
        ConfidenceInterval { low: mean - half, high: mean + half }
    });
    Some(SeedMean { mean, interval })
}

/// Returns the 97.5th percentile of Student's t-distribution with this many degrees of freedom.
fn student_quantile_975(freedom: usize) -> f64 {
    // The probability grows with the angle, so that bisection finds it to the last digits.
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if within(freedom, middle) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    (freedom as f64).sqrt() * low.tan()
}

/// Returns the probability that |t| < √n·tan θ for n degrees of freedom (Abramowitz & Stegun 1964,
/// 26.7.3 and 26.7.4).
fn within(freedom: usize, angle: f64) -> f64 {
    let (sine, cosine) = angle.sin_cos();
    let is_odd = freedom % 2 == 1;
    let mut term = if is_odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    for index in 0..freedom / 2 {
        sum += term;
        let k = 2.0 * index as f64 + if is_odd { 2.0 } else { 1.0 };
        term *= k / (k + 1.0) * cosine * cosine;
    }
    if is_odd { 2.0 / PI * (angle + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables_and_approach_the_normal_one() {
        let expected = [12.706_204_736, 4.302_652_730, 3.182_446_305, 2.776_445_105];
        for (freedom, expected) in (1..).zip(expected) {
            assert!((student_quantile_975(freedom) - expected).abs() < 1e-8, "{freedom}");
        }
        let far = student_quantile_975(100_000);
        assert!((far - crate::interval::NORMAL_QUANTILE_975).abs() < 3e-5, "{far}");
    }

    #[test]
    fn one_seed_has_no_interval_and_none_has_no_mean() {
        assert_eq!(seed_mean(&[]), None);
        assert_eq!(seed_mean(&[0.5, f64::NAN]), None);
        let one = seed_mean(&[0.5]).unwrap();
        assert_eq!((one.mean, one.interval, one.could_be_zero()), (0.5, None, None));
        let equal = seed_mean(&[0.5; 4]).unwrap();
        assert_eq!(equal.interval, Some(ConfidenceInterval { low: 0.5, high: 0.5 }));
        assert_eq!(seed_mean(&[-0.1, 0.2]).unwrap().could_be_zero(), Some(true));
        assert_eq!(seed_mean(&[0.19, 0.2]).unwrap().could_be_zero(), Some(false));
    }
}
