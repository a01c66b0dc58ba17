//! Linear probe: a linear classifier, or a linear regression, on the activations of a layer (Alain &
//! Bengio 2016, "Understanding intermediate layers using linear classifier probes").
//!
//! It is a ridge regression of one-hot labels, or of numbers, with an intercept. Since a layer usually has more
//! features than there are examples, the regression is solved in its dual form, which needs only
//! the inner products of the features: α = (K + λ·1)⁻¹·Y with K and Y centered. The scores of an
//! example are its centered inner products with the training examples times α, plus the mean of Y
//! (Saunders, Gammerman & Vovk 1998).

use nalgebra::{Cholesky, DMatrix};
use thiserror::Error;

use crate::gram::{CenteredGram, dot};

/// λ relative to the mean squared distance of the examples from their mean. In thousands of
/// dimensions, a few hundred examples can always be separated; the regularization requires a
/// margin.
pub const RIDGE: f64 = 0.01;

/// Errors of fitting a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProbeError {
    /// The number of examples in the Gram matrix differs from the number of labels.
    #[error("{products} inner products do not fit {labels} labels")]
    Lengths {
        /// Number of values in the Gram matrix.
        products: usize,
        /// Number of labels.
        labels: usize,
    },
    /// A label is not one of the classes.
    #[error("label {label} with {classes} classes")]
    Label {
        /// The label.
        label: u8,
        /// Number of classes.
        classes: usize,
    },
    /// All examples have the same label.
    #[error("all examples are of one class")]
    OneClass,
    /// The matrix is not a Gram matrix, or contains NaN, as for a network that has diverged.
    #[error("the Gram matrix is not positive definite")]
    NotPositiveDefinite,
}

/// Linear classifier or regression on features that are given by their inner products.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearProbe {
    /// Gram matrix of the training examples; its values are not kept.
    gram: CenteredGram,
    /// α, `[outputs, n]`.
    weights: Vec<f64>,
    /// Mean of Y: of one-hot labels, the frequency of each class.
    means: Vec<f64>,
}

impl LinearProbe {
    /// Fits a probe to training examples with the Gram matrix `train`, `[n, n]`, and their labels.
    /// `ridge` is λ relative to the mean of the centered Gram matrix's diagonal, so that the result
    /// does not depend on the scale of the features. If all features are equal, the scores of every
    /// example are the class frequencies.
    pub fn new(
        train: &[f64],
        labels: &[u8],
        classes: usize,
        ridge: f64,
    ) -> Result<Self, ProbeError> {
        let n = labels.len();
        if n.checked_mul(n) != Some(train.len()) {
            return Err(ProbeError::Lengths { products: train.len(), labels: n });
        }
        if let Some(label) = labels.iter().find(|label| usize::from(**label) >= classes) {
            return Err(ProbeError::Label { label: *label, classes });
        }
        if labels.windows(2).all(|pair| pair[0] == pair[1]) {
            return Err(ProbeError::OneClass);
        }
        let of_class = |class: usize| {
            labels.iter().map(move |label| f64::from(u8::from(usize::from(*label) == class)))
        };
        Self::fit(train, n, &(0..classes).flat_map(of_class).collect::<Vec<f64>>(), ridge)
    }

    /// Fits a regression of numbers, one an example; otherwise as [`LinearProbe::new`].
    pub fn of_numbers(train: &[f64], numbers: &[f64], ridge: f64) -> Result<Self, ProbeError> {
        let n = numbers.len();
        if n.checked_mul(n) != Some(train.len()) || n == 0 {
            return Err(ProbeError::Lengths { products: train.len(), labels: n });
        }
        Self::fit(train, n, numbers, ridge)
    }

    /// Fits the outputs `y`, `[outputs, n]`.
    fn fit(train: &[f64], n: usize, y: &[f64], ridge: f64) -> Result<Self, ProbeError> {
        let outputs = y.len() / n;
        let means: Vec<f64> =
            y.chunks_exact(n).map(|output| output.iter().sum::<f64>() / n as f64).collect();
        let mut gram = CenteredGram::new(train);
        let mut factor = std::mem::take(&mut gram.values);
        let mut weights = vec![0.0; outputs * n];
        // NaN is not equal to 0: it reaches the factorization, which then fails.
        if gram.trace != 0.0 {
            let lambda = ridge * gram.trace / n as f64;
            factor.iter_mut().step_by(n + 1).for_each(|value| *value += lambda);
            let factor = Cholesky::new(DMatrix::from_vec(n, n, factor))
                .ok_or(ProbeError::NotPositiveDefinite)?;
            let mut y = DMatrix::from_fn(n, outputs, |example, output| {
                y[output * n + example] - means[output]
            });
            factor.solve_mut(&mut y);
            weights = y.data.into();
        }
        Ok(Self { gram, weights, means })
    }

    /// Returns the scores `[m, classes]` of examples, given their inner products `[m, n]` with the
    /// training examples. The scores add up to 1 but are not probabilities. Panics if the last row
    /// is incomplete.
    pub fn scores(&self, cross: &[f64]) -> Vec<f32> {
        self.score_rows(cross).flatten().map(|score| score as f32).collect()
    }

    /// Returns the fraction of examples whose label has the highest score; of equal scores, the
    /// first counts. The examples are given as in [`LinearProbe::scores`]. Panics unless there is
    /// one label per example.
    pub fn accuracy(&self, cross: &[f64], labels: &[u8]) -> f64 {
        assert_eq!(cross.len(), labels.len() * self.gram.means.len(), "one label an example");
        let found = self.classes(cross);
        let right = found.iter().zip(labels).filter(|(found, label)| found == label);
        right.count() as f64 / labels.len().max(1) as f64
    }

    /// Returns the predictions of a regression for examples given as in [`LinearProbe::scores`].
    pub fn predictions(&self, cross: &[f64]) -> Vec<f64> {
        self.score_rows(cross).flatten().collect()
    }

    /// Returns the predicted class of each example: that with the highest score, of equal scores the
    /// first. The examples are given as in [`LinearProbe::scores`].
    pub fn classes(&self, cross: &[f64]) -> Vec<u8> {
        let first = |scores: Vec<f64>| {
            (0..scores.len()).rev().max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0)
        };
        self.score_rows(cross).map(|scores| first(scores) as u8).collect()
    }

    fn score_rows(&self, cross: &[f64]) -> impl Iterator<Item = Vec<f64>> {
        let n = self.gram.means.len();
        assert_eq!(cross.len() % n, 0, "products with all training examples");
        cross.chunks_exact(n).map(move |products| {
            let products = self.gram.center(products);
            let weights = self.weights.chunks_exact(n).zip(&self.means);
            weights.map(|(weights, mean)| dot(&products, weights) + mean).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use data::rng::Rng;

    use super::*;

    const LABELS: [u8; 12] = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2];

    /// Returns examples with `width` features, clustered by label around points far from the
    /// origin.
    fn examples(seed: u64, width: usize) -> Vec<Vec<f64>> {
        let mut rng = Rng::new(seed);
        let feature = |label: u8, at: usize, noise: f64| {
            5.0 + noise + if at % 3 == usize::from(label) { 2.0 } else { 0.0 }
        };
        let example = |label| (0..width).map(|at| feature(label, at, rng.normal())).collect();
        LABELS.map(example).to_vec()
    }

    fn products(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<f64> {
        a.iter().flat_map(|a| b.iter().map(move |b| dot(a, b))).collect()
    }

    fn scaled(values: &[f64], by: f64) -> Vec<f64> {
        values.iter().map(|value| value * by).collect()
    }

    #[test]
    fn classes_that_can_be_separated_are() {
        let (train, test) = (examples(1, 30), examples(2, 30));
        let probe = LinearProbe::new(&products(&train, &train), &LABELS, 3, RIDGE).unwrap();
        let cross = products(&test, &train);
        assert_eq!(probe.accuracy(&cross, &LABELS), 1.0);
        let wrong = LABELS.map(|label| (label + 1) % 3);
        assert_eq!(probe.accuracy(&cross, &wrong), 0.0);
        for scores in probe.scores(&cross).chunks(3) {
            assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{scores:?}");
        }
    }

    #[test]
    fn scaling_and_moving_the_features_changes_nothing() {
        let (mut train, mut test) = (examples(3, 20), examples(4, 20));
        let (gram, cross) = (products(&train, &train), products(&test, &train));
        let scores = LinearProbe::new(&gram, &LABELS, 3, RIDGE).unwrap().scores(&cross);
        let same = |gram: &[f64], cross: &[f64]| {
            let found = LinearProbe::new(gram, &LABELS, 3, RIDGE).unwrap().scores(cross);
            found.iter().zip(&scores).all(|(found, score)| (found - score).abs() < 1e-6)
        };
        for scale in [1e-8, 0.3, 1e6] {
            assert!(same(&scaled(&gram, scale), &scaled(&cross, scale)), "times {scale}");
        }
        for example in train.iter_mut().chain(&mut test) {
            example.iter_mut().enumerate().for_each(|(at, feature)| *feature += at as f64);
        }
        assert!(same(&products(&train, &train), &products(&test, &train)), "moved");
    }

    #[test]
    fn a_test_example_has_the_scores_it_has_alone() {
        let (train, mut test) = (examples(5, 20), examples(6, 20));
        let probe = LinearProbe::new(&products(&train, &train), &LABELS, 3, RIDGE).unwrap();
        let before = probe.scores(&products(&test, &train));
        test[4].iter_mut().for_each(|feature| *feature *= -7.0);
        let after = probe.scores(&products(&test, &train));
        for (index, (before, after)) in before.iter().zip(&after).enumerate() {
            assert_eq!(before != after, index / 3 == 4, "score {index}: {before}, {after}");
        }
        assert_eq!(probe.scores(&products(&test[4..5], &train)), after[12..15]);
    }

    #[test]
    fn more_ridge_draws_scores_to_the_shares() {
        let train = examples(7, 20);
        let gram = products(&train, &train);
        let off = |ridge: f64| {
            let scores = LinearProbe::new(&gram, &LABELS, 3, ridge).unwrap().scores(&gram);
            scores
                .iter()
                .zip(LABELS.iter().flat_map(|_| [5, 4, 3]))
                .fold(0.0_f32, |most, (s, n)| most.max((s - n as f32 / LABELS.len() as f32).abs()))
        };
        assert!(off(RIDGE) > 0.5 && off(1e6) < 1e-4, "{} {}", off(RIDGE), off(1e6));
    }

    #[test]
    fn equal_features_give_the_shares_and_the_most_frequent_class() {
        for feature in [0.0, 0.1] {
            let gram = vec![feature; 144];
            let probe = LinearProbe::new(&gram, &LABELS, 3, RIDGE).unwrap();
            let scores = probe.scores(&gram[..12]);
            let frequencies = [5, 4, 3].map(|n: u8| f32::from(n) / 12.0);
            assert!(
                scores.iter().zip(frequencies).all(|(a, b)| (a - b).abs() < 1e-6),
                "{scores:?}"
            );
            assert_eq!(probe.accuracy(&gram, &LABELS), 5.0 / 12.0);
        }
    }

    #[test]
    fn numbers_that_are_linear_in_the_features_are_predicted() {
        let (train, test) = (examples(8, 30), examples(9, 30));
        let number = |example: &Vec<f64>| 2.0 * example[0] - example[7] + 3.0;
        let numbers: Vec<f64> = train.iter().map(number).collect();
        let probe = LinearProbe::of_numbers(&products(&train, &train), &numbers, 1e-9).unwrap();
        // With more features than examples, every number can be fitted.
        for (found, number) in probe.predictions(&products(&train, &train)).iter().zip(&numbers) {
            assert!((found - number).abs() < 1e-6, "{found} {number}");
        }
        assert_eq!(probe.predictions(&products(&test, &train)).len(), test.len());
        let error = LinearProbe::of_numbers(&[1.0], &[], RIDGE).unwrap_err();
        assert_eq!(error, ProbeError::Lengths { products: 1, labels: 0 });
    }

    #[test]
    fn what_cannot_be_probed_is_refused() {
        let gram = |fill: f64| vec![fill; 4];
        let probe =
            |gram: &[f64], labels: &[u8]| LinearProbe::new(gram, labels, 2, RIDGE).unwrap_err();
        assert_eq!(probe(&gram(1.0), &[0]), ProbeError::Lengths { products: 4, labels: 1 });
        assert_eq!(probe(&gram(1.0), &[0, 2]), ProbeError::Label { label: 2, classes: 2 });
        assert_eq!(probe(&gram(1.0), &[1, 1]), ProbeError::OneClass);
        assert_eq!(probe(&[], &[]), ProbeError::OneClass);
        assert_eq!(probe(&gram(f64::NAN), &[0, 1]), ProbeError::NotPositiveDefinite);
        assert_eq!(probe(&[1.0, 3.0, 3.0, 1.0], &[0, 1]), ProbeError::NotPositiveDefinite);
    }
}
