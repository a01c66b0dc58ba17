//! Confidence intervals, and Wilson's for a proportion.

/// The 97.5th percentile of the normal distribution: 95 % of it lie within ± this many standard
/// deviations.
pub const NORMAL_QUANTILE_975: f64 = 1.959_963_984_540_054;

/// A 95 % confidence interval, in the unit of its metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConfidenceInterval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl ConfidenceInterval {
    /// Returns whether a value lies in the interval, ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Returns whether the ends differ. If not, all cases gave the same, such as a perfect
    /// separation: the method has nothing to estimate the uncertainty from, which does not mean
    /// that there is none.
    pub fn has_width(&self) -> bool {
        self.low < self.high
    }
}

/// Returns Wilson's score interval of a proportion (Wilson 1927), for independent cases. Unlike the
/// textbook interval p ± 1.96·√(p(1 − p)/n) it stays within 0 to 1 and has a width at 0 and at n
/// successes. Recommended by Brown, Cai & DasGupta, "Interval estimation for a binomial proportion",
/// 2001.
///
/// Returns `None` if there are no trials, or more successes than trials.
pub fn wilson(successes: usize, trials: usize) -> Option<ConfidenceInterval> {
    if trials == 0 || successes > trials {
        return None;
    }
    let n = trials as f64;
    let p = successes as f64 / n;
    let z2 = NORMAL_QUANTILE_975 * NORMAL_QUANTILE_975;
    let center = p + z2 / (2.0 * n);
    let half = NORMAL_QUANTILE_975 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    Some(ConfidenceInterval {
        low: if successes == 0 { 0.0 } else { (center - half) / scale },
        high: if successes == trials { 1.0 } else { (center + half) / scale },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_trials_have_no_interval() {
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(2, 1), None);
    }

    #[test]
    fn the_interval_contains_its_proportion_and_mirrors() {
        for trials in 1..60 {
            for successes in 0..=trials {
                let interval = wilson(successes, trials).unwrap();
                assert!(interval.contains(successes as f64 / trials as f64));
                assert!(interval.has_width() && interval.low >= 0.0 && interval.high <= 1.0);
                let mirrored = wilson(trials - successes, trials).unwrap();
                assert!((interval.low + mirrored.high - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn more_cases_narrow_the_interval() {
        let width = |n| wilson(n / 2, n).map(|i| i.high - i.low).unwrap();
        assert!(width(100) > 1.9 * width(400));
    }
}
