//! Comparison of two accuracies on the same cases.

use crate::bootstrap::bootstrap;
use crate::error::MetricError;
use crate::groups::Groups;
use crate::interval::ConfidenceInterval;

/// A p-value below this is taken for more than chance.
pub const SIGNIFICANCE: f64 = 0.05;

/// Two classifiers compared on the same cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedComparison {
    /// Accuracy of the first minus accuracy of the second, −1 to 1.
    pub difference: f64,
    /// Number of cases for which only the first is right.
    pub only_first: usize,
    /// Number of cases for which only the second is right.
    pub only_second: usize,
    /// Two-sided p-value of McNemar's exact test, which takes the cases as independent.
    pub p_value: f64,
    /// 95 % interval of the difference, by the bootstrap over groups.
    pub interval: Option<ConfidenceInterval>,
    /// Whether the difference could be chance: the p-value is not below [`SIGNIFICANCE`], or the
    /// interval contains 0. Both are asked, since the test alone would take images of one patient for
    /// independent cases.
    pub could_be_chance: bool,
}

/// Compares two classifiers, given whether each is right in each case. `draw(n)` returns a uniform
/// random number of 0 to n − 1.
///
/// # Errors
///
/// Returns an error without cases, or if the numbers of cases of both and of the groups differ.
pub fn compare_paired(
    first: &[bool],
    second: &[bool],
    groups: &Groups,
    resamples: usize,
    draw: impl FnMut(usize) -> usize,
) -> Result<PairedComparison, MetricError> {
    let cases = groups.cases();
    if cases == 0 {
        return Err(MetricError::NoCases);
    }
    for right in [first, second] {
        if right.len() != cases {
            return Err(MetricError::Lengths { cases, expected: cases, found: right.len() });
        }
    }
    let lead = |case: usize| f64::from(i8::from(first[case]) - i8::from(second[case]));
    let mean =
        |sample: &[usize]| sample.iter().map(|case| lead(*case)).sum::<f64>() / sample.len() as f64;
    let only = |a: &[bool], b: &[bool]| a.iter().zip(b).filter(|(a, b)| **a && !**b).count();
    let (only_first, only_second) = (only(first, second), only(second, first));
    let p_value = mcnemar_exact(only_first, only_second);
    let [interval] = bootstrap(groups, resamples, draw, |sample| [Some(mean(sample))]);
    Ok(PairedComparison {
        difference: (only_first as f64 - only_second as f64) / cases as f64,
        only_first,
        only_second,
        p_value,
        interval,
        could_be_chance: p_value >= SIGNIFICANCE
            || interval.is_none_or(|interval| interval.contains(0.0)),
    })
}

/// Returns the two-sided p-value of McNemar's exact test: how probable it is that the cases in which
/// only one of two classifiers is right are distributed at least as unevenly, if either is as likely
/// (McNemar 1947; the binomial test with probability 1/2). 1 if there are no such cases.
pub fn mcnemar_exact(only_first: usize, only_second: usize) -> f64 {
    let cases = only_first + only_second;
    // Logarithms, since 2⁻ⁿ is 0 in f64 from n = 1075 on.
    let mut log_term = -(cases as f64) * std::f64::consts::LN_2;
    let mut tail = log_term.exp();
    for successes in 0..only_first.min(only_second) {
        log_term += ((cases - successes) as f64 / (successes + 1) as f64).ln();
        tail += log_term.exp();
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_random::generator;

    fn compare(first: &[bool], second: &[bool], groups: &Groups) -> PairedComparison {
        compare_paired(first, second, groups, 500, generator(1)).unwrap()
    }

    #[test]
    fn hand_computed_p_values() {
        assert_eq!(mcnemar_exact(0, 0), 1.0);
        assert!((mcnemar_exact(5, 0) - 2.0 / 32.0).abs() < 1e-12);
        assert!((mcnemar_exact(1, 5) - 2.0 * 7.0 / 64.0).abs() < 1e-12);
        assert_eq!(mcnemar_exact(3, 3), 1.0);
    }

    #[test]
    fn p_values_of_thousands_of_cases_are_no_zero_over_zero() {
        let p = mcnemar_exact(2000, 2100);
        // The normal distribution gives 2·Φ(−(100 − 1) / √4100) = 0.1221.
        assert!((p - 0.1221).abs() < 1e-3, "{p}");
        assert!(mcnemar_exact(0, 100_000) >= 0.0);
    }

    #[test]
    fn equal_classifiers_could_differ_by_chance() {
        let right: Vec<bool> = (0..30).map(|i| i % 3 > 0).collect();
        let same = compare(&right, &right, &Groups::single(30));
        assert_eq!((same.difference, same.p_value), (0.0, 1.0));
        assert!(same.could_be_chance);
    }

    #[test]
    fn a_clear_difference_is_no_chance_unless_it_comes_from_few_patients() {
        // The first is right in 12 more of 60 cases.
        let first: Vec<bool> = (0..60).map(|i| i < 52).collect();
        let second: Vec<bool> = (0..60).map(|i| i < 40).collect();
        let by_cases = compare(&first, &second, &Groups::single(60));
        assert!((by_cases.difference - 0.2).abs() < 1e-12);
        assert_eq!((by_cases.only_first, by_cases.only_second), (12, 0));
        assert!(!by_cases.could_be_chance);
        assert!(by_cases.interval.unwrap().contains(0.2));
        // All of them belong to one patient of five.
        let by_patients = compare(&first, &second, &Groups::by_key((0..60).map(|i| i / 13)));
        assert!(by_patients.p_value < 0.01 && by_patients.could_be_chance);
    }

    #[test]
    fn odd_input_is_refused() {
        let none = compare_paired(&[], &[], &Groups::single(0), 9, |_| 0);
        assert_eq!(none, Err(MetricError::NoCases));
        assert!(compare_paired(&[true], &[], &Groups::single(1), 9, |_| 0).is_err());
    }
}
