//! Choice of a threshold on validation data.
//!
//! A threshold chosen on the test set makes its scores there too good: choose it on the validation
//! set, and score it on the test set with
//! [`OutcomeCounts::at_threshold`](crate::OutcomeCounts::at_threshold).

use crate::binary_cases::{BinaryCases, BinaryCounts};
use crate::roc::{RocPoint, roc_point};

/// Returns the point of the ROC curve with the largest Youden's J, sensitivity + specificity − 1
/// (Youden 1950), which is the largest height above the diagonal. Of several it is the one with the
/// highest threshold. The threshold is a score of a case, never infinite.
pub fn youden_threshold(cases: &BinaryCases) -> RocPoint {
    let total = cases.total();
    // J times both numbers of cases, in whole numbers: rounded rates would not be equal where J is.
    let height = |predicted: &BinaryCounts| {
        predicted.positive as f64 * total.negative as f64
            - predicted.negative as f64 * total.positive as f64
    };
    best(cases, |a, b| height(a) > height(b))
}

/// Returns the point of the ROC curve with the highest threshold, so with the highest specificity, of
/// those with at least the wanted sensitivity. `sensitivity` is clamped to 0 to 1. The threshold is a
/// score of a case, never infinite.
pub fn threshold_for_sensitivity(cases: &BinaryCases, sensitivity: f64) -> RocPoint {
    // The product of a fraction and the number of cases may be just above a whole number.
    let positives = sensitivity.clamp(0.0, 1.0) * cases.total().positive as f64;
    let wanted = (positives - 1e-9).ceil() as usize;
    best(cases, |a, b| a.positive >= wanted && b.positive < wanted)
}

/// Returns the first point with a finite threshold to which no later one is preferred.
fn best(cases: &BinaryCases, is_better: impl Fn(&BinaryCounts, &BinaryCounts) -> bool) -> RocPoint {
    let predicted = cases.predicted_positive();
    let mut best = 0;
    for (index, counts) in predicted.iter().enumerate() {
        if is_better(counts, &predicted[best]) {
            best = index;
        }
    }
    roc_point(cases, cases.thresholds()[best], predicted[best])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(positive: &[u8], scores: &[f32]) -> BinaryCases {
        BinaryCases::new(positive.iter().map(|p| *p == 1).collect(), scores).unwrap()
    }

    #[test]
    fn youden_takes_the_point_farthest_above_the_diagonal() {
        let cases = cases(&[1, 1, 0, 1, 0, 0], &[0.9, 0.8, 0.7, 0.6, 0.3, 0.2]);
        // 2/3 − 0 at 0.8 and 1 − 1/3 at 0.6 are equally high.
        assert_eq!(youden_threshold(&cases).threshold, 0.8);
    }

    #[test]
    fn a_score_without_information_predicts_all_as_positive() {
        let equal = cases(&[1, 0], &[0.4, 0.4]);
        assert_eq!(youden_threshold(&equal).threshold, 0.4);
        let inverted = cases(&[1, 0], &[0.1, 0.9]);
        assert_eq!(youden_threshold(&inverted).threshold, 0.1);
    }

    #[test]
    fn the_wanted_sensitivity_is_reached_with_the_fewest_false_positives() {
        let cases = cases(&[1, 1, 0, 1, 0, 0], &[0.9, 0.8, 0.7, 0.6, 0.3, 0.2]);
        let threshold = |wanted| threshold_for_sensitivity(&cases, wanted).threshold;
        assert_eq!(threshold(0.0), 0.9);
        assert_eq!(threshold(1.0 / 3.0), 0.9);
        assert_eq!(threshold(0.34), 0.8);
        assert_eq!(threshold(1.0), 0.6);
        assert_eq!(threshold(7.0), 0.6);
    }

    #[test]
    fn a_fraction_of_the_cases_is_reached_exactly() {
        for positives in 1..200_usize {
            let scores: Vec<f32> = (0..=positives).map(|i| i as f32).collect();
            let mut positive = vec![true; positives + 1];
            positive[0] = false;
            let cases = BinaryCases::new(positive, &scores).unwrap();
            for found in 1..=positives {
                let wanted = found as f64 * (1.0 / positives as f64);
                let point = threshold_for_sensitivity(&cases, wanted);
                assert_eq!(point.true_positive_rate, found as f64 / positives as f64);
            }
        }
    }
}
