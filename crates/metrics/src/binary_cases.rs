//! Cases of two classes with their scores, ranked.

use crate::error::MetricError;
use crate::labeled_rows::LabeledRows;

/// Positive and negative cases with the score of each: at least one case of either class, finite
/// scores. The higher the score, the more likely the case is positive.
#[derive(Clone, Debug, PartialEq)]
pub struct BinaryCases {
    positive: Vec<bool>,
    /// Index in `thresholds` of each case's score.
    rank: Vec<usize>,
    /// The different scores, in descending order.
    thresholds: Vec<f32>,
    total: BinaryCounts,
}

/// Number of cases of either class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BinaryCounts {
    /// Number of positive cases.
    pub positive: usize,
    /// Number of negative cases.
    pub negative: usize,
}

impl BinaryCases {
    /// Checks and ranks cases, given whether each is positive and its score, such as the probability
    /// of the positive class. Equal scores have the same rank.
    ///
    /// # Errors
    ///
    /// Returns an error without cases, with cases of one class only, if there are not as many scores
    /// as cases, or if a score is infinite or NaN.
    pub fn new(positive: Vec<bool>, scores: &[f32]) -> Result<Self, MetricError> {
        let cases = positive.len();
        if scores.len() != cases {
            return Err(MetricError::Lengths { cases, expected: cases, found: scores.len() });
        }
        if let Some(case) = scores.iter().position(|score| !score.is_finite()) {
            return Err(MetricError::NotFinite(case));
        }
        let positives = positive.iter().filter(|positive| **positive).count();
        let total = BinaryCounts { positive: positives, negative: cases - positives };
        match total {
            _ if cases == 0 => return Err(MetricError::NoCases),
            BinaryCounts { positive: 0, .. } => return Err(MetricError::OnlyNegatives(cases)),
            BinaryCounts { negative: 0, .. } => return Err(MetricError::OnlyPositives(cases)),
            _ => {}
        }
        let mut order: Vec<usize> = (0..cases).collect();
        order.sort_unstable_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        let mut thresholds: Vec<f32> = Vec::new();
        let mut rank = vec![0; cases];
        for case in order {
            if thresholds.last() != Some(&scores[case]) {
                thresholds.push(scores[case]);
            }
            rank[case] = thresholds.len() - 1;
        }
        Ok(Self { positive, rank, thresholds, total })
    }

    /// Compares one class with the rest, by the outputs for this class.
    ///
    /// # Errors
    ///
    /// Returns an error if no case or every case belongs to this class.
    pub fn one_against_rest(rows: LabeledRows, class: usize) -> Result<Self, MetricError> {
        let positive = rows.iter().map(|(label, _)| label == class).collect();
        let scores: Vec<f32> =
            rows.iter().map(|(_, row)| row.get(class).copied().unwrap_or_default()).collect();
        Self::new(positive, &scores)
    }

    /// Returns the number of cases.
    pub fn cases(&self) -> usize {
        self.positive.len()
    }

    /// Returns the different scores, in descending order. A case is predicted as positive if its
    /// score is at least the threshold.
    pub fn thresholds(&self) -> &[f32] {
        &self.thresholds
    }

    /// Returns the number of cases of either class, at least 1 each.
    pub fn total(&self) -> BinaryCounts {
        self.total
    }

    /// Counts the cases with each of the scores of [`thresholds`](Self::thresholds).
    pub fn counts(&self) -> Vec<BinaryCounts> {
        self.counts_of_sample(0..self.cases())
    }

    /// Counts the same in a sample, which may contain a case several times. Indices that are no case
    /// are ignored.
    pub fn counts_of_sample(&self, sample: impl IntoIterator<Item = usize>) -> Vec<BinaryCounts> {
        let mut counts = vec![BinaryCounts::default(); self.thresholds.len()];
        for case in sample {
            if let (Some(rank), Some(positive)) = (self.rank.get(case), self.positive.get(case)) {
                counts[*rank].positive += usize::from(*positive);
                counts[*rank].negative += usize::from(!*positive);
            }
        }
        counts
    }

    /// Returns, for each threshold, the number of cases whose score is at least the threshold: the
    /// true and the false positives.
    pub fn predicted_positive(&self) -> Vec<BinaryCounts> {
        let mut sum = BinaryCounts::default();
        let add = |counts: BinaryCounts| {
            sum.positive += counts.positive;
            sum.negative += counts.negative;
            sum
        };
        self.counts().into_iter().map(add).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_class_only_is_refused_with_a_sentence() {
        let problem = |positive: &[bool], scores: &[f32]| {
            BinaryCases::new(positive.to_vec(), scores).unwrap_err()
        };
        assert_eq!(problem(&[], &[]), MetricError::NoCases);
        assert_eq!(problem(&[true, true], &[0.1, 0.2]), MetricError::OnlyPositives(2));
        let negatives = problem(&[false], &[0.1]);
        assert_eq!(negatives, MetricError::OnlyNegatives(1));
        assert!(negatives.to_string().contains("nothing to find. Add cases of this class"));
        assert_eq!(problem(&[true, false], &[0.1, f32::INFINITY]), MetricError::NotFinite(1));
        let lengths = MetricError::Lengths { cases: 1, expected: 1, found: 2 };
        assert_eq!(problem(&[true], &[0.1, 0.2]), lengths);
    }

    #[test]
    fn equal_scores_share_a_threshold() {
        let scores = [0.5, 0.0, 0.5, -0.0];
        let cases = BinaryCases::new(vec![true, false, false, true], &scores).unwrap();
        assert_eq!(cases.thresholds(), [0.5, 0.0]);
        let one_each = BinaryCounts { positive: 1, negative: 1 };
        assert_eq!(cases.counts(), [one_each, one_each]);
        assert_eq!(cases.predicted_positive()[1], cases.total());
        let sample = cases.counts_of_sample([0, 0, 9]);
        assert_eq!(sample[0], BinaryCounts { positive: 2, negative: 0 });
    }

    #[test]
    fn a_class_is_compared_with_the_rest() {
        let values = [0.6, 0.3, 0.1, 0.2, 0.3, 0.5, 0.1, 0.8, 0.1];
        let rows = LabeledRows::new(&[0, 2, 1], &values, 3).unwrap();
        let cases = BinaryCases::one_against_rest(rows, 1).unwrap();
        assert_eq!(cases.thresholds(), [0.8, 0.3]);
        assert_eq!(cases.total(), BinaryCounts { positive: 1, negative: 2 });
        assert_eq!(BinaryCases::one_against_rest(rows, 7), Err(MetricError::OnlyNegatives(3)));
    }
}
