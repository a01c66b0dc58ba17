//! DeLong's confidence interval of the area under the ROC curve.

use crate::binary_cases::BinaryCases;
use crate::interval::{ConfidenceInterval, NORMAL_QUANTILE_975};
use crate::roc::area_under_roc;

/// Area under the ROC curve with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaEstimate {
    /// The area, 0 to 1.
    pub area: f64,
    /// Standard error of the area.
    pub standard_error: f64,
    /// The area ± 1.96 standard errors, cut off at 0 and 1. Without width if the classes are
    /// separated perfectly.
    pub interval: ConfidenceInterval,
}

/// Returns the area under the ROC curve with DeLong's 95 % interval, for independent cases. Returns
/// `None` if there are fewer than two cases of either class, whose variance is undefined.
///
/// The variance of the area is S₁₀ / m + S₀₁ / n (DeLong, DeLong & Clarke-Pearson 1988), where S₁₀ is
/// the variance, over the m positive cases, of the fraction of negative cases with a lower score
/// (equal ones count half), and S₀₁ that over the n negative cases of the fraction of positive ones
/// with a higher score. Computed from ranks in O(n log n), as by Sun & Xu, "Fast implementation of
/// DeLong's algorithm", IEEE Signal Processing Letters 21(11), 2014.
pub fn delong(cases: &BinaryCases) -> Option<AreaEstimate> {
    let total = cases.total();
    if total.positive < 2 || total.negative < 2 {
        return None;
    }
    let area = area_under_roc(cases);
    let (positives, negatives) = (total.positive as f64, total.negative as f64);
    let (mut higher_positives, mut higher_negatives) = (0.0, 0.0);
    // Sums of squared differences from the area, which is the mean of the fractions of either class.
    let (mut of_positives, mut of_negatives) = (0.0, 0.0);
    for counts in cases.counts() {
        let (positive, negative) = (counts.positive as f64, counts.negative as f64);
        let lower_share = (negatives - higher_negatives - negative / 2.0) / negatives;
        let higher_share = (higher_positives + positive / 2.0) / positives;
        of_positives += positive * (lower_share - area).powi(2);
        of_negatives += negative * (higher_share - area).powi(2);
        higher_positives += positive;
        higher_negatives += negative;
    }
    let variance =
        of_positives / (positives - 1.0) / positives + of_negatives / (negatives - 1.0) / negatives;
    let standard_error = variance.sqrt();
    let half = NORMAL_QUANTILE_975 * standard_error;
    let interval = ConfidenceInterval { low: (area - half).max(0.0), high: (area + half).min(1.0) };
    Some(AreaEstimate { area, standard_error, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(positive: &[u8], scores: &[f32]) -> Option<AreaEstimate> {
        delong(&BinaryCases::new(positive.iter().map(|p| *p == 1).collect(), scores).unwrap())
    }

    #[test]
    fn a_perfect_separation_has_an_interval_without_width() {
        let perfect = estimate(&[1, 1, 0, 0], &[0.9, 0.8, 0.3, 0.2]).unwrap();
        assert_eq!((perfect.area, perfect.standard_error), (1.0, 0.0));
        assert!(!perfect.interval.has_width());
    }

    #[test]
    fn one_case_of_a_class_has_no_variance() {
        assert_eq!(estimate(&[1, 0, 0], &[0.9, 0.8, 0.3]), None);
        assert_eq!(estimate(&[1, 1, 0], &[0.9, 0.8, 0.3]), None);
    }

    #[test]
    fn the_interval_stays_within_0_and_1() {
        let good = estimate(&[1, 1, 0, 1, 0, 0], &[0.9, 0.8, 0.7, 0.6, 0.3, 0.2]).unwrap();
        assert!(good.area < 1.0);
        assert_eq!(good.interval.high, 1.0);
        assert!(good.interval.low > 0.0);
    }
}
