//! Gram matrices: the inner products of examples with one another, all that statistics of a few
//! hundred examples with thousands of features need to know.

/// What centring leaves of equal examples, relative to what was there: rounding.
const ROUNDING: f64 = 1e-12;

/// The side of a square matrix.
pub(crate) fn side(gram: &[f64]) -> usize {
    let side = gram.len().isqrt();
    assert_eq!(gram.len(), side * side, "a square matrix");
    side
}

/// The Gram matrix as of features less their mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Centred {
    /// `[n, n]`
    pub(crate) values: Vec<f64>,
    /// Mean of each row before.
    pub(crate) means: Vec<f64>,
    /// Mean of these.
    pub(crate) mean: f64,
    /// Sum of the diagonal: the examples' variance, times their number. 0 where they are all equal.
    pub(crate) trace: f64,
}

impl Centred {
    pub(crate) fn new(gram: &[f64]) -> Self {
        let n = side(gram);
        let means: Vec<f64> = gram.chunks_exact(n.max(1)).map(mean).collect();
        let mean = mean(&means);
        let row = |(row, values): (usize, _)| centred_row(values, means[row], &means, mean);
        let values: Vec<f64> = gram.chunks_exact(n.max(1)).enumerate().flat_map(row).collect();
        let trace = |values: &[f64]| values.iter().step_by(n + 1).sum::<f64>();
        let left = trace(&values);
        let trace = if left.abs() <= ROUNDING * trace(gram) { 0.0 } else { left };
        Self { values, means, mean, trace }
    }

    /// Inner products of another example with these, `[n]`, as of features less these ones' mean.
    pub(crate) fn centre(&self, products: &[f64]) -> Vec<f64> {
        centred_row(products, mean(products), &self.means, self.mean)
    }
}

fn centred_row(products: &[f64], own: f64, means: &[f64], mean: f64) -> Vec<f64> {
    products.iter().zip(means).map(|(product, other)| (product - own) - (other - mean)).collect()
}

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The inner product of two vectors of one length.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four sums take turns, since each addition waits for the one before it.
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
