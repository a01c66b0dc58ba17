//! Predicted class of each case.

/// Returns the index of the largest value, or of the first one if several are equal. Returns `None`
/// for an empty slice or if all values are NaN.
pub fn argmax(values: &[f32]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (index, value) in values.iter().enumerate() {
        if !value.is_nan() && best.is_none_or(|b| *value > values[b]) {
            best = Some(index);
        }
    }
    best
}

/// Returns the most probable class of each row of probabilities (or logits) of shape `[cases,
/// classes]`, in row-major order. A row of NaN has none.
pub fn predicted_classes(probabilities: &[f32], classes: usize) -> Vec<Option<usize>> {
    match classes {
        0 => Vec::new(),
        _ => probabilities.chunks_exact(classes).map(argmax).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_values_is_the_largest() {
        assert_eq!(argmax(&[f32::NAN, 1.0, 1.0]), Some(1));
        assert_eq!(argmax(&[f32::NAN]), None);
        assert_eq!(argmax(&[]), None);
        assert_eq!(argmax(&[f32::NEG_INFINITY]), Some(0));
    }

    #[test]
    fn rows_are_predicted_one_by_one() {
        let rows = [0.2, 0.8, f32::NAN, f32::NAN, 0.5, 0.5];
        assert_eq!(predicted_classes(&rows, 2), [Some(1), None, Some(0)]);
        assert_eq!(predicted_classes(&rows, 0), []);
    }
}
