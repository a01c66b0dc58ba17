//! Probabilities and scores of a classifier.

pub use metrics::{ClassScore, ConfusionMatrix, argmax};

/// Computes the softmax of one vector of logits without overflow.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exps: Vec<f32> = logits.iter().map(|l| (l - max).exp()).collect();
    let sum: f32 = exps.iter().sum();
    exps.into_iter().map(|e| e / sum).collect()
}

/// Returns the mean of the values that are `Some`, or `None` if there are none.
pub fn mean_of_some(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) =
        values.flatten().fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_holds_for_large_logits() {
        let p = softmax(&[1000.0, 1000.0, -1000.0]);
        assert_eq!(p, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn a_mean_leaves_out_what_is_not_there() {
        assert_eq!(mean_of_some([Some(0.5), None, Some(1.0)].into_iter()), Some(0.75));
        assert_eq!(mean_of_some([None].into_iter()), None);
    }
}
