//! How unusual an image is for a network: distance of its features from those of the training images.
//!
//! The score is the distance to the k-th nearest training image, of features that are scaled to
//! length 1 (Sun, Ming, Zhu & Li, "Out-of-distribution detection with deep nearest neighbors", ICML
//! 2022). It was chosen over the relative Mahalanobis distance (Ren et al. 2021) for small data: with
//! some hundred images a class and 128 features, of which ReLU leaves many at 0, covariance matrices
//! are singular and would need a regularization to be chosen, and one Gaussian a class is a poor fit.
//! Nearest neighbors assume nothing about the distribution, need no training and no labels, and cost
//! 150,000 multiplications an image for 1,200 images with 128 features. Scaling to length 1 takes out
//! how strongly the network responds, which differs with contrast.

use crate::error::MetricError;

/// Number of neighbors. Sun et al. take about one in a thousand training images (50 of CIFAR-10's
/// 50,000). Of a thousand images that would be one, and a single odd or mislabeled training image would
/// make everything like it usual; so it is ten, which is still small against the images of a class.
pub const NEIGHBORS: usize = 10;

/// Training features with which others are compared, and the distances of the validation images.
#[derive(Clone, Debug)]
pub struct NoveltyScorer {
    /// Rows of length 1, `[training images, features]`.
    training: Vec<f32>,
    features: usize,
    neighbors: usize,
    /// Distances of the validation images, in ascending order.
    validation: Vec<f64>,
}

impl NoveltyScorer {
    /// Prepares the comparison with the features of training images, `[training images, features]`,
    /// and of validation images, `[validation images, features]`, in row-major order: the activations
    /// of the last hidden layer. `neighbors` is limited to the number of training images.
    ///
    /// # Errors
    ///
    /// Returns an error without training or validation images, if there is no whole number of rows,
    /// or if a feature is NaN or infinite.
    pub fn new(
        training: &[f32],
        validation: &[f32],
        features: usize,
        neighbors: usize,
    ) -> Result<Self, MetricError> {
        for values in [training, validation] {
            if values.is_empty() || features == 0 {
                return Err(MetricError::NoCases);
            }
            let (cases, rest) = (values.len() / features, values.len() % features);
            if rest > 0 {
                let found = values.len();
                return Err(MetricError::Lengths { cases, expected: cases * features, found });
            }
            if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                return Err(MetricError::NotFinite(index / features));
            }
        }
        let neighbors = neighbors.clamp(1, training.len() / features);
        let training = training.chunks(features).flat_map(scaled_to_length_1).collect();
        let mut scorer = Self { training, features, neighbors, validation: Vec::new() };
        let distances = validation.chunks(features).map(|row| scorer.distance_of_row(row));
        let mut distances: Vec<f64> = distances.collect();
        distances.sort_unstable_by(f64::total_cmp);
        scorer.validation = distances;
        Ok(scorer)
    }

    /// Returns the distance of an image from the training images, 0 to 2, given its features.
    ///
    /// # Errors
    ///
    /// Returns an error if there are not as many features as in training, or if one is NaN or
    /// infinite.
    pub fn distance(&self, features: &[f32]) -> Result<f64, MetricError> {
        if features.len() != self.features {
            let found = features.len();
            return Err(MetricError::Lengths { cases: 1, expected: self.features, found });
        }
        match features.iter().all(|value| value.is_finite()) {
            true => Ok(self.distance_of_row(features)),
            false => Err(MetricError::NotFinite(0)),
        }
    }

    /// Returns how unusual a distance is, 0 to below 1: the number of validation images that are
    /// nearer, divided by their number plus 1.
    ///
    /// This is 1 minus the conformal p-value (Bates et al., "Testing for outliers with conformal
    /// p-values", Annals of Statistics 51(1), 2023): of new images that are like the validation
    /// images, at most 5 % reach 0.95, however the features are distributed.
    pub fn percentile(&self, distance: f64) -> f64 {
        let nearer = self.validation.partition_point(|other| *other < distance);
        nearer as f64 / (self.validation.len() + 1) as f64
    }

    fn distance_of_row(&self, features: &[f32]) -> f64 {
        let row = scaled_to_length_1(features);
        let others = self.training.chunks(self.features);
        let mut distances: Vec<f32> = others.map(|other| squared_distance(&row, other)).collect();
        let (_, nearest, _) = distances.select_nth_unstable_by(self.neighbors - 1, f32::total_cmp);
        f64::from(*nearest).sqrt()
    }
}

/// Scales a vector to length 1. The vector 0 stays.
fn scaled_to_length_1(row: &[f32]) -> Vec<f32> {
    let length = row.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    let factor = if length > 0.0 { 1.0 / length } else { 0.0 };
    row.iter().map(|value| (f64::from(*value) * factor) as f32).collect()
}

/// Returns |a − b|², which stays exact for small distances, unlike 2 − 2a·b.
fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
    // Sums in eight lanes, which the compiler turns into vectors.
    let mut lanes = [0.0_f32; 8];
    let (a_chunks, a_rest) = a.as_chunks::<8>();
    let (b_chunks, b_rest) = b.as_chunks::<8>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..8 {
            lanes[lane] += (a[lane] - b[lane]).powi(2);
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| (a - b).powi(2)).sum();
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: u32, features: u32, seed: u32) -> Vec<f32> {
        let hash = |i: u32| (seed + i).wrapping_mul(2_654_435_761) >> 8;
        (0..count * features).map(|i| hash(i) as f32 / (1_u32 << 24) as f32).collect()
    }

    #[test]
    fn the_distance_is_that_of_directions() {
        let training = [1.0, 0.0, 0.0, 1.0];
        let scorer = NoveltyScorer::new(&training, &[1.0, 1.0], 2, 1).unwrap();
        assert_eq!(scorer.distance(&[5.0, 0.0]), Ok(0.0));
        assert!((scorer.distance(&[-3.0, 0.0]).unwrap() - 2_f64.sqrt()).abs() < 1e-7);
        let second = NoveltyScorer::new(&training, &[1.0, 1.0], 2, 2).unwrap();
        assert!((second.distance(&[-3.0, 0.0]).unwrap() - 2.0).abs() < 1e-7);
        // Features without any response are at distance 1 from every direction.
        assert_eq!(scorer.distance(&[0.0, 0.0]), Ok(1.0));
    }

    #[test]
    fn the_distance_equals_a_full_sort() {
        let (training, validation) = (rows(50, 19, 1), rows(20, 19, 5000));
        let scorer = NoveltyScorer::new(&training, &validation, 19, 7).unwrap();
        for row in validation.chunks(19) {
            let a: Vec<f64> = row.iter().map(|v| f64::from(*v)).collect();
            let length = a.iter().map(|v| v * v).sum::<f64>().sqrt();
            let mut all: Vec<f64> = training
                .chunks(19)
                .map(|b| {
                    let of_b = b.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
                    let pairs = a.iter().zip(b);
                    pairs.map(|(a, b)| (a / length - f64::from(*b) / of_b).powi(2)).sum::<f64>()
                })
                .collect();
            all.sort_by(f64::total_cmp);
            assert!((scorer.distance(row).unwrap() - all[6].sqrt()).abs() < 1e-6);
        }
    }

    #[test]
    fn percentiles_rise_with_the_distance_and_stay_below_1() {
        let scorer = NoveltyScorer::new(&rows(50, 8, 1), &rows(99, 8, 700), 8, 5).unwrap();
        let shares: Vec<f64> = (0..200).map(|i| scorer.percentile(f64::from(i) / 100.0)).collect();
        assert!(shares.is_sorted());
        assert_eq!((shares[0], shares[199]), (0.0, 0.99));
    }

    #[test]
    fn of_images_like_the_validation_images_one_in_twenty_reaches_95_percent() {
        let scorer = NoveltyScorer::new(&rows(60, 6, 1), &rows(200, 6, 4000), 6, 5).unwrap();
        let others = rows(2000, 6, 90_000);
        let unusual = |row: &&[f32]| scorer.percentile(scorer.distance(row).unwrap()) >= 0.95;
        let share = others.chunks(6).filter(unusual).count() as f64 / 2000.0;
        assert!(share > 0.01 && share < 0.09, "{share}");
        // A direction that no training image has is more unusual than all of them.
        let opposite = scorer.distance(&[-1.0; 6]).unwrap();
        assert!(scorer.percentile(opposite) > 0.99);
    }

    #[test]
    fn odd_input_is_refused() {
        let problem = |training: &[f32], validation: &[f32], features| {
            NoveltyScorer::new(training, validation, features, 3).unwrap_err()
        };
        assert_eq!(problem(&[], &[1.0], 1), MetricError::NoCases);
        assert_eq!(problem(&[1.0], &[], 1), MetricError::NoCases);
        assert_eq!(problem(&[1.0], &[1.0], 0), MetricError::NoCases);
        assert_eq!(problem(&[1.0, f32::NAN], &[1.0], 1), MetricError::NotFinite(1));
        assert!(matches!(problem(&[1.0; 3], &[1.0; 2], 2), MetricError::Lengths { .. }));
        let scorer = NoveltyScorer::new(&[1.0], &[1.0], 1, 10).unwrap();
        assert!(scorer.distance(&[1.0, 2.0]).is_err());
        assert_eq!(scorer.distance(&[f32::NAN]), Err(MetricError::NotFinite(0)));
    }
}
