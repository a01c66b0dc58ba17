//! Features of examples in a layer, on which linear probes are fitted.

use crate::network::{Model, to_unit_range};

/// Maximum number of features per example. Larger maps are average-pooled 2 × 2 until they fit.
const MAX_FEATURES: usize = 16_384;
/// Maximum batch size.
pub(crate) const BATCH: usize = 16;

/// Features of examples, `[examples, width]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureRows {
    /// Number of features per example.
    pub width: usize,
    /// The features.
    pub values: Vec<f32>,
}

impl FeatureRows {
    /// Adds an example. `expected` is how many there will be.
    pub fn push(&mut self, features: &[f32], expected: usize) {
        self.width = features.len();
        if self.values.is_empty() {
            // These are by far the largest arrays of the interpreter. To grow them would take up to three
            // times as much memory.
            self.values.reserve_exact(features.len() * expected);
        }
        self.values.extend_from_slice(features);
    }

    /// Returns the mean of each feature.
    pub fn mean(&self) -> Vec<f32> {
        let width = self.width.max(1);
        let count = (self.values.len() / width).max(1) as f64;
        let mut mean = vec![0.0_f64; self.width];
        for row in self.values.chunks_exact(width) {
            mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        mean.iter().map(|sum| (sum / count) as f32).collect()
    }

    /// Subtracts a value from each feature. Without this, rounding errors would dominate the inner
    /// products of features with a large mean.
    pub fn subtract(&mut self, mean: &[f32]) {
        for row in self.values.chunks_exact_mut(self.width.max(1)) {
            row.iter_mut().zip(mean).for_each(|(value, mean)| *value -= mean);
        }
    }

    /// Returns the Gram matrix `[m, m]` of the examples.
    pub fn gram(&self) -> Vec<f64> {
        kernels::gram_matrix(&self.values, self.width).into_iter().map(f64::from).collect()
    }

    /// Returns the inner products `[m, n]` of these examples with others.
    pub fn products_with(&self, others: &Self) -> Vec<f64> {
        let products = kernels::matmul_transposed(&self.values, &others.values, self.width);
        products.into_iter().map(f64::from).collect()
    }
}

/// Returns the features of whole images, gray values `[images, height, width]`, in each layer of a
/// network.
pub fn layer_features(model: &Model, weights: &[f32], gray: &[u8]) -> Vec<FeatureRows> {
    let count = gray.len() / model.pixels();
    let mut rows = vec![FeatureRows::default(); model.graph().layers().len()];
    for batch in gray.chunks(model.pixels() * model.batch_size(BATCH)) {
        let values = model.forward(weights, to_unit_range(batch), model.head());
        for (rows, layer) in rows.iter_mut().zip(model.graph().layers()) {
            let (node, shape) = (layer.output, model.shape(layer.output));
            for values in values.nodes[node].chunks_exact(model.graph().len(node)) {
                rows.push(&image_features(values, shape), count);
            }
        }
    }
    rows
}

/// Returns the maps of an image as features, average-pooled until there are few enough.
pub fn image_features(values: &[f32], [channels, mut height, mut width]: [usize; 3]) -> Vec<f32> {
    let mut values = values.to_vec();
    while channels * height * width > MAX_FEATURES && height > 1 && width > 1 {
        let [rows, columns] = [height / 2, width / 2];
        let mut halved = Vec::with_capacity(channels * rows * columns);
        for map in values.chunks_exact(height * width) {
            for row in 0..rows {
                for column in 0..columns {
                    let at = |y: usize, x: usize| map[(2 * row + y) * width + 2 * column + x];
                    halved.push((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4.0);
                }
            }
        }
        (values, height, width) = (halved, rows, columns);
    }
    values
}
