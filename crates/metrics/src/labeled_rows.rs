//! Outputs of a classifier with their labels, checked.

use crate::error::MetricError;

/// Outputs of a classifier of shape `[cases, classes]` with the label of each row: at least one case,
/// finite numbers, labels below `classes`.
#[derive(Clone, Copy, Debug)]
pub struct LabeledRows<'a> {
    labels: &'a [u8],
    values: &'a [f32],
    classes: usize,
}

impl<'a> LabeledRows<'a> {
    /// Checks labels and outputs, probabilities or logits in row-major order.
    ///
    /// # Errors
    ///
    /// Returns an error without cases, if labels and rows do not match, if a label is no class, or if
    /// an output is infinite or NaN.
    pub fn new(labels: &'a [u8], values: &'a [f32], classes: usize) -> Result<Self, MetricError> {
        let cases = labels.len();
        if cases == 0 {
            return Err(MetricError::NoCases);
        }
        if let Some(label) = labels.iter().find(|label| usize::from(**label) >= classes) {
            return Err(MetricError::UnknownClass { label: *label, classes });
        }
        if values.len() != cases * classes {
            let expected = cases * classes;
            return Err(MetricError::Lengths { cases, expected, found: values.len() });
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(MetricError::NotFinite(index / classes)),
            None => Ok(Self { labels, values, classes }),
        }
    }

    /// Returns the number of cases, at least 1.
    pub fn cases(&self) -> usize {
        self.labels.len()
    }

    /// Returns the number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Returns the label and the outputs of each case.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &'a [f32])> + use<'a> {
        self.labels.iter().map(|label| usize::from(*label)).zip(self.values.chunks(self.classes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_together_is_refused_with_a_sentence() {
        let problem = |labels: &[u8], values: &[f32], classes| {
            LabeledRows::new(labels, values, classes).unwrap_err()
        };
        assert_eq!(problem(&[], &[], 2), MetricError::NoCases);
        assert_eq!(problem(&[0], &[], 0), MetricError::UnknownClass { label: 0, classes: 0 });
        let lengths = MetricError::Lengths { cases: 2, expected: 4, found: 3 };
        assert_eq!(problem(&[0, 1], &[0.5; 3], 2), lengths);
        let nan = problem(&[0, 1], &[0.5, 0.5, f32::NAN, 0.5], 2);
        assert_eq!(nan, MetricError::NotFinite(1));
        assert!(nan.to_string().starts_with("The network’s output for case 2 is not a number"));
    }

    #[test]
    fn rows_come_with_their_labels() {
        let rows = LabeledRows::new(&[1, 0], &[0.1, 0.9, 0.7, 0.3], 2).unwrap();
        assert_eq!((rows.cases(), rows.classes()), (2, 2));
        let all: Vec<_> = rows.iter().collect();
        assert_eq!(all, [(1, &[0.1, 0.9][..]), (0, &[0.7, 0.3])]);
    }
}
