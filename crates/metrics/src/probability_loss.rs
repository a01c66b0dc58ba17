//! Brier score and negative log-likelihood of predicted probabilities.

use crate::labeled_rows::LabeledRows;

/// Returns the Brier score (Brier 1950), the mean squared difference between the probabilities and
/// the truth, which is 1 for the class of the case and 0 for the others. Smaller is better.
///
/// With three classes or more it is the sum over the classes, 0 to 2; with two it is half of that, 0
/// to 1. This is scikit-learn's `brier_score_loss(…, scale_by_half="auto")`.
pub fn brier_score(rows: LabeledRows) -> f64 {
    let squared = |(label, row): (usize, &[f32])| -> f64 {
        let truth = |class| if class == label { 1.0 } else { 0.0 };
        row.iter().enumerate().map(|(class, p)| (f64::from(*p) - truth(class)).powi(2)).sum()
    };
    let mean = rows.iter().map(squared).sum::<f64>() / rows.cases() as f64;
    if rows.classes() < 3 { mean / 2.0 } else { mean }
}

/// Returns the negative log-likelihood, the mean of −ln p(true class), which is the cross-entropy
/// loss. Smaller is better.
///
/// Probabilities are limited to ε to 1 − ε with the ε of `f32`, 1.2·10⁻⁷, so that a class that was
/// ruled out costs 15.9 and not infinitely much. This is scikit-learn's `log_loss` of `float32`.
pub fn negative_log_likelihood(rows: LabeledRows) -> f64 {
    let epsilon = f64::from(f32::EPSILON);
    let loss =
        |(label, row): (usize, &[f32])| -f64::from(row[label]).clamp(epsilon, 1.0 - epsilon).ln();
    rows.iter().map(loss).sum::<f64>() / rows.cases() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_classes_have_half_the_sum() {
        let rows = LabeledRows::new(&[1, 0], &[0.25, 0.75, 0.5, 0.5], 2).unwrap();
        assert_eq!(brier_score(rows), (0.0625 + 0.25) / 2.0);
    }

    #[test]
    fn certainty_in_the_wrong_class_is_the_worst() {
        let wrong = LabeledRows::new(&[2], &[1.0, 0.0, 0.0], 3).unwrap();
        assert_eq!(brier_score(wrong), 2.0);
        assert!((negative_log_likelihood(wrong) - 15.942).abs() < 1e-3);
        let right = LabeledRows::new(&[0], &[1.0, 0.0, 0.0], 3).unwrap();
        assert_eq!(brier_score(right), 0.0);
        assert!(negative_log_likelihood(right) < 1e-6);
    }
}
