//! Decisions at one threshold: sensitivity, specificity, predictive values.

/// Number of cases by truth and decision, of two classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutcomeCounts {
    /// Positive cases predicted as positive.
    pub true_positives: usize,
    /// Negative cases predicted as positive.
    pub false_positives: usize,
    /// Negative cases predicted as negative.
    pub true_negatives: usize,
    /// Positive cases predicted as negative.
    pub false_negatives: usize,
}

/// Predictive values, 0 to 1. A value is `None` where no case is predicted as such.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictiveValues {
    /// Probability that a case predicted as positive is positive (PPV), the precision.
    pub positive: Option<f64>,
    /// Probability that a case predicted as negative is negative (NPV).
    pub negative: Option<f64>,
}

impl OutcomeCounts {
    /// Counts the decisions if cases whose score is at least the threshold are predicted as
    /// positive. If the numbers of cases and scores differ, the surplus is ignored. A score of NaN is
    /// predicted as negative.
    pub fn at_threshold(positive: &[bool], scores: &[f32], threshold: f32) -> Self {
        let mut counts = Self::default();
        for (positive, score) in positive.iter().zip(scores) {
            let outcome = match (*positive, *score >= threshold) {
                (true, true) => &mut counts.true_positives,
                (false, true) => &mut counts.false_positives,
                (false, false) => &mut counts.true_negatives,
                (true, false) => &mut counts.false_negatives,
            };
            *outcome += 1;
        }
        counts
    }

    /// Returns the number of cases.
    pub fn cases(&self) -> usize {
        self.positives() + self.negatives()
    }

    /// Returns the number of positive cases.
    pub fn positives(&self) -> usize {
        self.true_positives + self.false_negatives
    }

    /// Returns the number of negative cases.
    pub fn negatives(&self) -> usize {
        self.true_negatives + self.false_positives
    }

    /// Returns the fraction of the positive cases that are predicted as such, or `None` without
    /// positive cases. Its interval is [`wilson`](crate::wilson)`(true_positives, positives)`.
    pub fn sensitivity(&self) -> Option<f64> {
        ratio(self.true_positives, self.positives())
    }

    /// Returns the fraction of the negative cases that are predicted as such, or `None` without
    /// negative cases. Its interval is [`wilson`](crate::wilson)`(true_negatives, negatives)`.
    pub fn specificity(&self) -> Option<f64> {
        ratio(self.true_negatives, self.negatives())
    }

    /// Returns the predictive values among these cases, with their prevalence.
    pub fn predictive_values(&self) -> PredictiveValues {
        PredictiveValues {
            positive: ratio(self.true_positives, self.true_positives + self.false_positives),
            negative: ratio(self.true_negatives, self.true_negatives + self.false_negatives),
        }
    }

    /// Returns the predictive values where another fraction of cases is positive, by Bayes' theorem,
    /// if sensitivity and specificity are the same there. `prevalence` is clamped to 0 to 1. Returns
    /// `None` without positive or without negative cases.
    pub fn predictive_values_at(&self, prevalence: f64) -> Option<PredictiveValues> {
        let (sensitivity, specificity) = (self.sensitivity()?, self.specificity()?);
        let prevalence = prevalence.clamp(0.0, 1.0);
        let among = |right: f64, wrong: f64| (right + wrong > 0.0).then(|| right / (right + wrong));
        Some(PredictiveValues {
            positive: among(sensitivity * prevalence, (1.0 - specificity) * (1.0 - prevalence)),
            negative: among(specificity * (1.0 - prevalence), (1.0 - sensitivity) * prevalence),
        })
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: OutcomeCounts = OutcomeCounts {
        true_positives: 45,
        false_positives: 20,
        true_negatives: 80,
        false_negatives: 5,
    };

    #[test]
    fn a_score_at_the_threshold_is_positive() {
        let positive = [true, true, false, false, false];
        let counts = OutcomeCounts::at_threshold(&positive, &[0.5, 0.4, 0.5, 0.1, f32::NAN], 0.5);
        let expected = OutcomeCounts {
            true_positives: 1,
            false_positives: 1,
            true_negatives: 2,
            false_negatives: 1,
        };
        assert_eq!(counts, expected);
        assert_eq!(counts.cases(), 5);
    }

    #[test]
    fn a_rare_finding_has_a_low_positive_predictive_value() {
        assert_eq!(COUNTS.sensitivity(), Some(0.9));
        assert_eq!(COUNTS.specificity(), Some(0.8));
        // 1 % of 100,000: 900 found, 19,800 false alarms.
        let rare = COUNTS.predictive_values_at(0.01).unwrap();
        assert!((rare.positive.unwrap() - 900.0 / 20_700.0).abs() < 1e-12);
        assert!((rare.negative.unwrap() - 79_200.0 / 79_300.0).abs() < 1e-12);
    }

    #[test]
    fn the_prevalence_of_the_cases_gives_their_predictive_values() {
        let own = COUNTS.predictive_values();
        let same = COUNTS.predictive_values_at(50.0 / 150.0).unwrap();
        assert!((own.positive.unwrap() - same.positive.unwrap()).abs() < 1e-12);
        assert!((own.negative.unwrap() - same.negative.unwrap()).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_occur_has_no_value() {
        let none = OutcomeCounts::default();
        assert_eq!((none.sensitivity(), none.specificity()), (None, None));
        assert_eq!(none.predictive_values_at(0.5), None);
        assert_eq!(none.predictive_values(), PredictiveValues { positive: None, negative: None });
        let all_right =
            OutcomeCounts { true_positives: 1, true_negatives: 1, ..OutcomeCounts::default() };
        assert_eq!(all_right.predictive_values_at(0.0).unwrap().positive, None);
    }
}
