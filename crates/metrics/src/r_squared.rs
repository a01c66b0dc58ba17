//! Coefficient of determination.

/// Returns R², the coefficient of determination, of predictions given as pairs of a predicted and a true
/// value: 1 minus the sum of squared errors over that of the true values' deviations from their mean. It
/// is 1 for perfect predictions, 0 for those of the mean, and negative for worse ones. `None` if all true
/// values are equal. As `sklearn.metrics.r2_score`.
pub fn r_squared(pairs: impl Iterator<Item = [f64; 2]> + Clone) -> Option<f64> {
    let (count, sum) =
        pairs.clone().fold((0.0, 0.0), |(n, sum), [_, truth]| (n + 1.0, sum + truth));
    let mean = sum / count;
    let sum_of = |value: fn([f64; 2], f64) -> f64| {
        pairs.clone().map(|pair| value(pair, mean).powi(2)).sum::<f64>()
    };
    let errors = sum_of(|[found, truth], _| found - truth);
    let deviations = sum_of(|[_, truth], mean| truth - mean);
    (deviations > 0.0).then(|| 1.0 - errors / deviations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_mean_and_worse_predictions() {
        let truth = [1.0, 2.0, 4.0, 5.0];
        let of = |found: [f64; 4]| r_squared(found.into_iter().zip(truth).map(|(a, b)| [a, b]));
        assert_eq!(of(truth), Some(1.0));
        assert_eq!(of([3.0; 4]), Some(0.0));
        // As scikit-learn: r2_score([1, 2, 4, 5], [1.5, 2, 3, 6]) = 0.775, and of the reverse −3.
        assert_eq!(of([1.5, 2.0, 3.0, 6.0]), Some(0.775));
        assert_eq!(of([5.0, 4.0, 2.0, 1.0]), Some(-3.0));
        assert_eq!(r_squared([[1.0, 2.0], [3.0, 2.0]].into_iter()), None);
        assert_eq!(r_squared([].into_iter()), None);
    }
}
