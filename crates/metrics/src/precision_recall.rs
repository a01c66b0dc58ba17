//! Precision–recall curve and average precision.

use crate::binary_cases::{BinaryCases, BinaryCounts};

/// A point of a precision–recall curve: the scores if cases with at least the threshold are predicted
/// as positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrecisionRecallPoint {
    /// The threshold; infinite at the first point, where no case is predicted as positive.
    pub threshold: f32,
    /// Fraction of the cases predicted as positive that are; 1 at the first point, by convention.
    pub precision: f64,
    /// Fraction of the positive cases predicted as positive: sensitivity.
    pub recall: f64,
}

/// Returns the precision–recall curve, a point for each different score, in ascending order of
/// recall. This is scikit-learn's `precision_recall_curve(…, drop_intermediate=False)` in reverse
/// order.
pub fn precision_recall_curve(cases: &BinaryCases) -> Vec<PrecisionRecallPoint> {
    let positives = cases.total().positive as f64;
    let first = PrecisionRecallPoint { threshold: f32::INFINITY, precision: 1.0, recall: 0.0 };
    let point = |(threshold, predicted): (&f32, BinaryCounts)| PrecisionRecallPoint {
        threshold: *threshold,
        precision: predicted.positive as f64 / (predicted.positive + predicted.negative) as f64,
        recall: predicted.positive as f64 / positives,
    };
    let points = cases.thresholds().iter().zip(cases.predicted_positive()).map(point);
    std::iter::once(first).chain(points).collect()
}

/// Returns the average precision, 0 to 1: the sum over the thresholds of precision times increase of
/// recall, without interpolation. This is scikit-learn's `average_precision_score`. A score without
/// information has the fraction of positive cases.
pub fn average_precision(cases: &BinaryCases) -> f64 {
    // There is a positive case, so the recall is defined.
    average(&cases.counts()).unwrap_or(f64::NAN)
}

/// Returns the average precision of a sample of the cases, as in [`bootstrap`](crate::bootstrap()),
/// or `None` if it has no positive case.
pub fn average_precision_of_sample(cases: &BinaryCases, sample: &[usize]) -> Option<f64> {
    average(&cases.counts_of_sample(sample.iter().copied()))
}

fn average(counts: &[BinaryCounts]) -> Option<f64> {
    let (mut positives, mut predicted, mut sum) = (0, 0, 0.0);
    for counts in counts {
        positives += counts.positive;
        predicted += counts.positive + counts.negative;
        if counts.positive > 0 {
            sum += counts.positive as f64 * positives as f64 / predicted as f64;
        }
    }
    (positives > 0).then(|| sum / positives as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(positive: &[u8], scores: &[f32]) -> BinaryCases {
        BinaryCases::new(positive.iter().map(|p| *p == 1).collect(), scores).unwrap()
    }

    #[test]
    fn a_hand_computed_curve() {
        let cases = cases(&[1, 0, 1, 0], &[0.9, 0.5, 0.4, 0.1]);
        let line: Vec<_> =
            precision_recall_curve(&cases).iter().map(|p| (p.precision, p.recall)).collect();
        assert_eq!(line, [(1.0, 0.0), (1.0, 0.5), (0.5, 0.5), (2.0 / 3.0, 1.0), (0.5, 1.0)]);
        assert_eq!(average_precision(&cases), 0.5 + 0.5 * 2.0 / 3.0);
    }

    #[test]
    fn a_score_without_information_has_the_share_of_positive_cases() {
        let cases = cases(&[1, 0, 0, 0, 1], &[0.5; 5]);
        assert_eq!(average_precision(&cases), 0.4);
    }

    #[test]
    fn samples_may_repeat_cases_or_have_no_positive_one() {
        let cases = cases(&[1, 0, 1], &[0.2, 0.5, 0.4]);
        assert_eq!(average_precision_of_sample(&cases, &[1, 1]), None);
        assert_eq!(average_precision_of_sample(&cases, &[0, 0]), Some(1.0));
        assert_eq!(
            average_precision_of_sample(&cases, &[0, 1, 2]),
            Some(average_precision(&cases))
        );
    }
}
