//! Multinomial logistic regression with an L2 penalty, as in scikit-learn's `LogisticRegression`.

use crate::lbfgs::minimize;
use crate::standardizer::Standardizer;
use crate::table::Table;

/// Inverse strength of the penalty: scikit-learn's default.
const C: f64 = 1.0;

/// Numbers that are added side by side: the compiler makes SIMD operations of them, and the order of
/// the additions is the same on every machine.
const LANES: usize = 16;

/// A fitted logistic regression on standardized columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogisticRegression {
    standardizer: Standardizer,
    scores: Scores,
}

/// Coefficients `[scored classes, columns]`, then an intercept for each scored class. Of two classes
/// only the second is scored, and the first has the score 0; of more, every one.
#[derive(Clone, Debug, PartialEq)]
struct Scores {
    values: Vec<f32>,
    columns: usize,
}

impl LogisticRegression {
    /// Fits to the numbers of the training images. `labels` are from 0 to `classes` − 1.
    pub fn fit(mut table: Table, labels: &[usize], classes: usize) -> Self {
        let standardizer = Standardizer::fit(&table);
        standardizer.apply(&mut table);
        let columns = table.columns;
        let scored = if classes == 2 { 1 } else { classes };
        let start = vec![0.0; scored * (columns + 1)];
        let found = minimize(start, |point| {
            let values = point.iter().map(|value| *value as f32).collect();
            let (loss, mut gradient) = cross_entropy(&Scores { values, columns }, &table, labels);
            let strength = 1.0 / (C * table.len() as f64);
            let mut squares = 0.0;
            for (slope, value) in gradient.iter_mut().zip(point).take(scored * columns) {
                *slope += strength * value;
                squares += value * value;
            }
            (loss + strength * squares / 2.0, gradient)
        });
        let values = found.into_iter().map(|value| value as f32).collect();
        Self { standardizer, scores: Scores { values, columns } }
    }

    /// Returns the class of each image.
    pub fn predict(&self, mut table: Table) -> Vec<usize> {
        self.standardizer.apply(&mut table);
        table.rows().map(|row| first_largest(&self.scores.of(row))).collect()
    }

    /// Returns the number of coefficients and intercepts.
    pub fn parameters(&self) -> usize {
        self.scores.values.len()
    }
}

impl Scores {
    /// Returns a score for each class.
    fn of(&self, row: &[f32]) -> Vec<f64> {
        let (coefficients, intercepts) = self.values.split_at(self.coefficients());
        let rows = coefficients.chunks_exact(self.columns).zip(intercepts);
        let scores =
            rows.map(|(part, intercept)| f64::from(dot(part, row)) + f64::from(*intercept));
        // Of two classes the first has no coefficients.
        let first = (intercepts.len() == 1).then_some(0.0);
        first.into_iter().chain(scores).collect()
    }

    fn coefficients(&self) -> usize {
        self.values.len() / (self.columns + 1) * self.columns
    }
}

/// Returns the mean cross-entropy of the images, and its gradient in the order of
/// [`Scores::values`].
fn cross_entropy(scores: &Scores, table: &Table, labels: &[usize]) -> (f64, Vec<f64>) {
    let mut gradient = vec![0.0_f32; scores.values.len()];
    let (coefficients, intercepts) = gradient.split_at_mut(scores.coefficients());
    let mut loss = 0.0;
    for (row, label) in table.rows().zip(labels) {
        let mut errors = scores.of(row);
        let score = errors[*label];
        loss += softmax(&mut errors) - score;
        errors[*label] -= 1.0;
        let scored = &errors[errors.len() - intercepts.len()..];
        let parts = coefficients.chunks_exact_mut(table.columns).zip(intercepts.iter_mut());
        for ((part, intercept), error) in parts.zip(scored) {
            let error = *error as f32;
            *intercept += error;
            for (slope, value) in part.iter_mut().zip(row) {
                *slope += error * value;
            }
        }
    }
    let images = labels.len() as f64;
    (loss / images, gradient.into_iter().map(|slope| f64::from(slope) / images).collect())
}

/// Replaces scores by probabilities. Returns the logarithm of the sum of their exponentials.
fn softmax(scores: &mut [f64]) -> f64 {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        // Not of the platform, where the last bit differs between machines.
        *score = libm::exp(*score - largest);
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
    largest + libm::log(sum)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a.zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    rest + sums.iter().sum::<f32>()
}

/// Returns the index of the largest number, the first of equal ones.
fn first_largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three classes that one of two columns each tells apart from the rest.
    fn table() -> (Table, Vec<usize>) {
        let labels: Vec<usize> = (0..30).map(|image| image % 3).collect();
        let row = |(image, label): (usize, &usize)| {
            let noise = (image * 7 % 11) as f32 / 20.0;
            [f32::from(*label == 0) + noise, f32::from(*label == 1) - noise, 1.0]
        };
        (Table { values: labels.iter().enumerate().flat_map(row).collect(), columns: 3 }, labels)
    }

    #[test]
    fn separable_classes_are_told_apart() {
        let (table, labels) = table();
        let fitted = LogisticRegression::fit(table.clone(), &labels, 3);
        assert_eq!(fitted.predict(table), labels);
        assert_eq!(fitted.parameters(), 3 * 4);
    }

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        let (table, labels) = table();
        for classes in [2, 3] {
            let labels: Vec<usize> = labels.iter().map(|label| label % classes).collect();
            let scored = if classes == 2 { 1 } else { 3 };
            let values: Vec<f32> = (0..scored * 4).map(|at| (at as f32 - 5.0) / 8.0).collect();
            let loss = |values: &[f32]| {
                cross_entropy(&Scores { values: values.to_vec(), columns: 3 }, &table, &labels)
            };
            for (at, slope) in loss(&values).1.into_iter().enumerate() {
                let [up, down] = [0.01, -0.01].map(|step| {
                    let mut moved = values.clone();
                    moved[at] += step;
                    loss(&moved).0
                });
                assert!(((up - down) / 0.02 - slope).abs() < 1e-4, "{classes} classes, {at}");
            }
        }
    }

    #[test]
    fn large_scores_stay_finite() {
        let mut scores = [1000.0, 0.0];
        assert_eq!(softmax(&mut scores), 1000.0);
        assert_eq!(scores, [1.0, 0.0]);
    }
}
