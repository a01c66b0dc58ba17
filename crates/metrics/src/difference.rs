//! Difference of two proportions of independent cases, such as accuracies on two sets of images.

use crate::interval::{ConfidenceInterval, wilson};

/// Difference of two proportions with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProportionDifference {
    /// First proportion minus second one, −1 to 1.
    pub difference: f64,
    /// 95 % interval of the difference.
    pub interval: ConfidenceInterval,
}

impl ProportionDifference {
    /// Returns whether the interval contains 0, so that there may be no difference.
    pub fn could_be_chance(&self) -> bool {
        self.interval.contains(0.0)
    }
}

/// Compares two proportions of different cases, each given as successes of trials. The interval is
/// made of the Wilson intervals of both (method 10 of Newcombe, "Interval estimation for the
/// difference between independent proportions", Statistics in Medicine 17(8), 1998). Two classifiers
/// on the same cases are compared by [`compare_paired`](crate::compare_paired).
///
/// Returns `None` if one of them has no trials, or more successes than trials.
pub fn compare_proportions(
    first: (usize, usize),
    second: (usize, usize),
) -> Option<ProportionDifference> {
    let of_first = wilson(first.0, first.1)?;
    let of_second = wilson(second.0, second.1)?;
    let share = |(successes, trials): (usize, usize)| successes as f64 / trials as f64;
    let (a, b) = (share(first), share(second));
    let difference = a - b;
    let below = (a - of_first.low).hypot(of_second.high - b);
    let above = (of_first.high - a).hypot(b - of_second.low);
    let interval = ConfidenceInterval { low: difference - below, high: difference + above };
    Some(ProportionDifference { difference, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_that_newcombe_published() {
        // Table II of the paper, method 10.
        let published = [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((6, 7), (2, 7), 0.0582, 0.8062),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((10, 10), (0, 20), 0.6791, 1.0),
            ((10, 10), (0, 10), 0.6075, 1.0),
        ];
        for (first, second, low, high) in published {
            let found = compare_proportions(first, second).unwrap().interval;
            assert!((found.low - low).abs() < 6e-5, "{first:?} {second:?}: {found:?}");
            assert!((found.high - high).abs() < 6e-5, "{first:?} {second:?}: {found:?}");
        }
    }

    #[test]
    fn a_difference_is_more_than_chance_if_zero_lies_outside() {
        assert!(!compare_proportions((56, 70), (48, 80)).unwrap().could_be_chance());
        assert!(compare_proportions((5, 56), (0, 29)).unwrap().could_be_chance());
        assert_eq!(compare_proportions((1, 2), (0, 0)), None);
        assert_eq!(compare_proportions((3, 2), (0, 1)), None);
    }
}
