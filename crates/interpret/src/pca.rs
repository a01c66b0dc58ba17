//! Principal component analysis of examples to two dimensions, and Procrustes alignment of
//! embeddings.
//!
//! Examples are given by their inner products. The eigenvectors of the centered Gram matrix, times
//! the square roots of their eigenvalues, are the coordinates of the examples along the principal
//! axes (classical scaling, Torgerson 1952). Of the hundreds of eigenvectors, only two are needed.
//! They are found by block Lanczos iteration with full orthogonalization (Golub & Underwood 1977),
//! which also finds equal eigenvalues.

use data::rng::Rng;
use nalgebra::{DMatrix, SymmetricEigen};

use crate::gram::{CenteredGram, dot};

/// Number of vectors in a block, which is the maximum multiplicity of eigenvalues that can be
/// found.
const BLOCK: usize = 4;

/// Number of basis vectors after which the iteration is restarted from the best approximations.
const BASIS: usize = 48;

/// Maximum number of restarts. A few suffice unless hardly any plane stands out.
const SEARCHES: usize = 40;

/// Accepted norm of the residual of an eigenvector, relative to the largest eigenvalue.
const RESIDUAL: f64 = 1e-11;

/// Fraction of the total variance that an axis can have from rounding errors alone.
const ROUNDING: f64 = 1e-12;

/// Coordinates along the first two principal components.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// One point for each example, with their mean at the origin. Along each axis, the coordinate
    /// with the largest magnitude is positive.
    pub points: Vec<[f32; 2]>,
    /// Explained variance ratio of each axis.
    pub explained_variance: [f32; 2],
}

/// Projects the examples with this Gram matrix `[m, m]` on their principal plane. The result is all
/// zeros if there is none: with fewer than three examples, with equal examples, or with NaN.
pub fn principal_plane(gram: &[f64]) -> Plane {
    let gram = CenteredGram::new(gram);
    let m = gram.means.len();
    let mut plane = Plane { points: vec![[0.0; 2]; m], explained_variance: [0.0; 2] };
    if m < 3 || gram.trace <= 0.0 || !gram.trace.is_finite() {
        return plane;
    }
    for (axis, (value, vector)) in leading(&gram.values, m).into_iter().take(2).enumerate() {
        if value > ROUNDING * gram.trace {
            let scale = value.sqrt() * sign(&vector);
            plane.explained_variance[axis] = (value / gram.trace) as f32;
            for (point, value) in plane.points.iter_mut().zip(&vector) {
                point[axis] = (scale * value) as f32;
            }
        }
    }
    plane
}

/// Returns the sign of the first coordinate with the largest magnitude, where magnitudes that
/// differ by rounding errors count as equal.
fn sign(vector: &[f64]) -> f64 {
    let largest = vector.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let first = vector.iter().find(|value| value.abs() >= (1.0 - 1e-6) * largest);
    first.map_or(1.0, |value| value.signum())
}

/// Returns the largest eigenvalues of a symmetric matrix in descending order, with their
/// eigenvectors. The first two, if there are as many, are accurate; the others may not be.
fn leading(matrix: &[f64], m: usize) -> Vec<(f64, Vec<f64>)> {
    let mut rng = Rng::new(0);
    let mut block: Vec<Vec<f64>> =
        (0..BLOCK).map(|_| (0..m).map(|_| rng.normal()).collect()).collect();
    let mut pairs = Vec::new();
    for _ in 0..SEARCHES {
        let residuals;
        (pairs, residuals) = search(matrix, m, block);
        let bound = pairs.first().map_or(0.0, |(value, _)| RESIDUAL * value);
        if residuals.iter().take(2).all(|residual| *residual <= bound) {
            break;
        }
        block = pairs.iter().map(|(_, vector)| vector.clone()).collect();
    }
    pairs
}

type Pairs = Vec<(f64, Vec<f64>)>;

/// Returns the best approximations of eigenvalues and eigenvectors in the Krylov space of a block
/// of vectors, and their residuals.
fn search(matrix: &[f64], m: usize, mut block: Vec<Vec<f64>>) -> (Pairs, Vec<f64>) {
    let (mut basis, mut images): (Vec<Vec<f64>>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    while basis.len() < BASIS.min(m) {
        let first = basis.len();
        for mut vector in block {
            if basis.len() < m && orthonormalize(&mut vector, &basis) {
                images.push(matrix.chunks_exact(m).map(|row| dot(row, &vector)).collect());
                basis.push(vector);
            }
        }
        if basis.len() == first {
            break;
        }
        block = images[first..].to_vec();
    }
    let s = basis.len();
    let product = |at: usize| dot(&basis[at / s], &images[at % s]);
    let eigen = SymmetricEigen::new(DMatrix::from_iterator(s, s, (0..s * s).map(product)));
    let (values, vectors) = (eigen.eigenvalues, eigen.eigenvectors);
    let mut order: Vec<usize> = (0..s).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    order.truncate(BLOCK);
    let combined = |of: &[Vec<f64>], which: usize| {
        let mut sum = vec![0.0; m];
        for (vector, weights) in of.iter().zip(vectors.row_iter()) {
            sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += weights[which] * value);
        }
        sum
    };
    let pair = |which: usize| {
        let (value, vector) = (values[which], combined(&basis, which));
        let image = combined(&images, which);
        let rest: Vec<f64> = image.iter().zip(&vector).map(|(i, v)| i - value * v).collect();
        ((value, vector), dot(&rest, &rest).sqrt())
    };
    order.into_iter().map(pair).unzip()
}

/// Makes a vector orthogonal to a basis and normalizes it to length 1. Returns `false` if nothing
/// is left of it.
fn orthonormalize(vector: &mut [f64], basis: &[Vec<f64>]) -> bool {
    // Two passes are enough (Parlett 1980): the second one removes the rounding errors of the
    // first.
    for _ in 0..2 {
        let before = dot(vector, vector).sqrt();
        for other in basis {
            let along = dot(vector, other);
            vector.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
        }
        let after = dot(vector, vector).sqrt();
        if after <= 1e-10 * before {
            return false;
        }
        vector.iter_mut().for_each(|value| *value /= after);
    }
    true
}

/// Rotates, mirrors and translates a map so that it is as close as possible to another map of the
/// same examples (orthogonal Procrustes, Schönemann 1966). Maps of different lengths and maps with
/// NaN are left unchanged.
pub fn align(points: &mut [[f32; 2]], reference: &[[f32; 2]]) {
    if points.len() != reference.len() {
        return;
    }
    let (own, other) = (center(points), center(reference));
    // Sums of the products of x with x, x with y, y with x, and y with y.
    let mut sums = [[0.0; 2]; 2];
    for (point, target) in points.iter().zip(reference) {
        for (row, sums) in sums.iter_mut().enumerate() {
            for (column, sum) in sums.iter_mut().enumerate() {
                *sum += (f64::from(point[row]) - own[row])
                    * (f64::from(target[column]) - other[column]);
            }
        }
    }
    let [[xx, xy], [yx, yy]] = sums;
    // The sum of products after rotation by an angle is a cosine of the angle. These are its
    // amplitudes without and with a reflection, times the cosine and sine of the best angle.
    let (turn, reflection) = ([xx + yy, xy - yx], [xx - yy, xy + yx]);
    let (size, mirrored) = (turn[0].hypot(turn[1]), reflection[0].hypot(reflection[1]));
    let ([c, s], length, y) =
        if mirrored > size { (reflection, mirrored, -1.0) } else { (turn, size, 1.0) };
    if !length.is_finite() {
        return;
    }
    // For unrelated maps, all angles are equally good.
    let [c, s] = if length == 0.0 { [1.0, 0.0] } else { [c / length, s / length] };
    for point in points {
        let [px, py] = [f64::from(point[0]) - own[0], y * (f64::from(point[1]) - own[1])];
        *point = [(other[0] + c * px - s * py) as f32, (other[1] + s * px + c * py) as f32];
    }
}

fn center(points: &[[f32; 2]]) -> [f64; 2] {
    let sum = |axis: usize| points.iter().map(|point| f64::from(point[axis])).sum::<f64>();
    [0, 1].map(|axis| sum(axis) / points.len().max(1) as f64)
}
