//! Receiver operating characteristic: curve and area.

use crate::binary_cases::{BinaryCases, BinaryCounts};

/// A point of an ROC curve: the rates if cases with at least the threshold are predicted as
/// positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    /// The threshold; infinite at the first point, where no case is predicted as positive.
    pub threshold: f32,
    /// Fraction of the negative cases predicted as positive, 1 − specificity.
    pub false_positive_rate: f64,
    /// Fraction of the positive cases predicted as positive: sensitivity, recall.
    pub true_positive_rate: f64,
}

/// Returns the ROC curve from (0, 0) to (1, 1), a point for each different score. Cases with the same
/// score are one step, so that ties are slanted lines. This is scikit-learn's `roc_curve(…,
/// drop_intermediate=False)`.
pub fn roc_curve(cases: &BinaryCases) -> Vec<RocPoint> {
    let predicted = cases.predicted_positive();
    points(cases, cases.thresholds().iter().copied().zip(predicted))
}

/// Returns the points of the ROC curve at which it bends, and the first and the last one: the same
/// line with fewer points. Like scikit-learn's `roc_curve(…, drop_intermediate=True)`, it leaves out a
/// point if as many positive and as many negative cases precede as follow it, which keeps some points
/// on straight lines.
pub fn roc_corners(cases: &BinaryCases) -> Vec<RocPoint> {
    let counts = cases.counts();
    let last = counts.len() - 1;
    let is_corner = |at: usize| at == 0 || at == last || counts[at] != counts[at + 1];
    let steps = cases.thresholds().iter().copied().zip(cases.predicted_positive());
    let corners = steps.enumerate().filter(|(at, _)| is_corner(*at)).map(|(_, step)| step);
    points(cases, corners)
}

fn points(cases: &BinaryCases, steps: impl Iterator<Item = (f32, BinaryCounts)>) -> Vec<RocPoint> {
    let start = (f32::INFINITY, BinaryCounts::default());
    let steps = std::iter::once(start).chain(steps);
    steps.map(|(threshold, predicted)| roc_point(cases, threshold, predicted)).collect()
}

/// Returns the point at a threshold, given the cases whose score is at least the threshold.
pub(crate) fn roc_point(cases: &BinaryCases, threshold: f32, predicted: BinaryCounts) -> RocPoint {
    let total = cases.total();
    RocPoint {
        threshold,
        false_positive_rate: predicted.negative as f64 / total.negative as f64,
        true_positive_rate: predicted.positive as f64 / total.positive as f64,
    }
}

/// Returns the area under the ROC curve, 0 to 1: the probability that a positive case has a higher
/// score than a negative one, where equal scores count half (Mann & Whitney 1947; Hanley & McNeil
/// 1982). The trapezoidal rule gives the same.
pub fn area_under_roc(cases: &BinaryCases) -> f64 {
    // Both classes occur, so the area is defined.
    area(&cases.counts()).unwrap_or(f64::NAN)
}

/// Returns the area of a sample of the cases, as in [`bootstrap`](crate::bootstrap()), or `None` if
/// all cases of the sample are of one class.
pub fn area_under_roc_of_sample(cases: &BinaryCases, sample: &[usize]) -> Option<f64> {
    area(&cases.counts_of_sample(sample.iter().copied()))
}

fn area(counts: &[BinaryCounts]) -> Option<f64> {
    let (mut positives, mut negatives, mut wins) = (0.0, 0.0, 0.0);
    // From the highest score down: the positive cases seen so far win against each negative one.
    for counts in counts {
        let (positive, negative) = (counts.positive as f64, counts.negative as f64);
        wins += negative * (positives + positive / 2.0);
        positives += positive;
        negatives += negative;
    }
    let pairs = positives * negatives;
    (pairs > 0.0).then(|| wins / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(positive: &[u8], scores: &[f32]) -> BinaryCases {
        BinaryCases::new(positive.iter().map(|p| *p == 1).collect(), scores).unwrap()
    }

    /// Returns 1 to 40 cases with many equal scores.
    fn some_cases(seed: u32) -> Option<BinaryCases> {
        let hash = |i: u32| (seed * 977 + i).wrapping_mul(2_654_435_761) >> 16;
        let n = 1 + hash(0) % 40;
        let positive = (1..=n).map(|i| hash(i).is_multiple_of(3)).collect();
        let scores: Vec<f32> = (1..=n).map(|i| (hash(i + 50) % 9) as f32 / 8.0).collect();
        BinaryCases::new(positive, &scores).ok()
    }

    #[test]
    fn a_hand_drawn_curve() {
        let cases = cases(&[1, 0, 1, 0], &[0.9, 0.5, 0.5, 0.1]);
        let line: Vec<_> = roc_curve(&cases)
            .iter()
            .map(|p| (p.threshold, p.false_positive_rate, p.true_positive_rate))
            .collect();
        let expected =
            [(f32::INFINITY, 0.0, 0.0), (0.9, 0.0, 0.5), (0.5, 0.5, 1.0), (0.1, 1.0, 1.0)];
        assert_eq!(line, expected);
        assert_eq!(area_under_roc(&cases), 0.875);
        assert_eq!(area_under_roc_of_sample(&cases, &[0, 0, 2]), None);
        assert_eq!(area_under_roc_of_sample(&cases, &[0, 0, 3]), Some(1.0));
    }

    #[test]
    fn the_trapezoidal_rule_and_the_corners_give_the_same_area() {
        let mut seen = 0;
        for cases in (0..300).filter_map(some_cases) {
            for line in [roc_curve(&cases), roc_corners(&cases)] {
                let trapezoid = |pair: &[RocPoint]| {
                    let width = pair[1].false_positive_rate - pair[0].false_positive_rate;
                    width * (pair[0].true_positive_rate + pair[1].true_positive_rate) / 2.0
                };
                let area: f64 = line.windows(2).map(trapezoid).sum();
                assert!((area - area_under_roc(&cases)).abs() < 1e-12);
                let end = line.last().unwrap();
                assert_eq!((end.false_positive_rate, end.true_positive_rate), (1.0, 1.0));
            }
            seen += 1;
        }
        assert!(seen > 200, "{seen}");
    }

    #[test]
    fn equal_scores_have_half_the_area() {
        let cases = cases(&[1, 0, 0], &[0.3; 3]);
        assert_eq!(area_under_roc(&cases), 0.5);
        assert_eq!(roc_curve(&cases).len(), 2);
        assert_eq!(roc_corners(&cases), roc_curve(&cases));
    }
}
