//! Gram matrices, which contain the inner products of examples. With them, statistics of a few
//! hundred examples with thousands of features can be computed efficiently.

/// Relative rounding error of centering. If all examples are equal, it is the trace that remains.
const ROUNDING: f64 = 1e-12;

/// Returns the side of a square matrix.
pub(crate) fn side(gram: &[f64]) -> usize {
    let side = gram.len().isqrt();
    assert_eq!(gram.len(), side * side, "a square matrix");
    side
}

/// Gram matrix of features after subtracting their mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CenteredGram {
    /// Values of the matrix, `[n, n]`.
    pub(crate) values: Vec<f64>,
    /// Mean of each row before centering.
    pub(crate) means: Vec<f64>,
    /// Mean of `means`.
    pub(crate) mean: f64,
    /// Trace of the matrix: the total variance of the examples, times their number. 0 if all
    /// examples are equal.
    pub(crate) trace: f64,
}

impl CenteredGram {
    pub(crate) fn new(gram: &[f64]) -> Self {
        let n = side(gram);
        let means: Vec<f64> = gram.chunks_exact(n.max(1)).map(mean).collect();
        let mean = mean(&means);
        let row = |(row, values): (usize, _)| centered_row(values, means[row], &means, mean);
        let values: Vec<f64> = gram.chunks_exact(n.max(1)).enumerate().flat_map(row).collect();
        let trace = |values: &[f64]| values.iter().step_by(n + 1).sum::<f64>();
        let left = trace(&values);
        let trace = if left.abs() <= ROUNDING * trace(gram) { 0.0 } else { left };
        Self { values, means, mean, trace }
    }

    /// Centers the inner products `[n]` of another example with these examples, by subtracting the
    /// mean of these examples' features from both.
    pub(crate) fn center(&self, products: &[f64]) -> Vec<f64> {
        centered_row(products, mean(products), &self.means, self.mean)
    }
}

fn centered_row(products: &[f64], own: f64, means: &[f64], mean: f64) -> Vec<f64> {
    products.iter().zip(means).map(|(product, other)| (product - own) - (other - mean)).collect()
}

/// Returns the mean, or 0 if there are no values.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Returns the inner product of two vectors of the same length.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four independent sums, since each addition to a single sum would wait for the previous one.
    let mut sums = [0.0; 4];
    let (mut firsts, mut seconds) = (a.chunks_exact(4), b.chunks_exact(4));
    for (a, b) in (&mut firsts).zip(&mut seconds) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest = firsts.remainder().iter().zip(seconds.remainder());
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.map(|(a, b)| a * b).sum::<f64>()
}
