//! Principal component analysis of examples to two dimensions, and Procrustes alignment of maps.
//!
//! Examples are known by their inner products. The eigenvectors of the centered Gram matrix, times
//! the roots of their eigenvalues, are the examples' places along the principal axes (classical
//! scaling, Torgerson 1952). Only two of hundreds are wanted: they are looked for in the space that
//! the matrix makes of a few vectors (block Lanczos with full orthogonalisation, Golub & Underwood
//! 1977), which finds equal eigenvalues too.

use data::rng::Rng;
use nalgebra::{DMatrix, SymmetricEigen};

use crate::gram::{CenteredGram, dot};

/// Vectors that the search starts from, so that as many equal eigenvalues are found.
const BLOCK: usize = 4;

/// Vectors of a search before it starts again from the best ones.
const BASIS: usize = 48;

/// Searches at most. A few suffice unless there is hardly a plane that stands out.
const SEARCHES: usize = 40;

/// What the matrix makes of an eigenvector may differ from a multiple by this share of the largest
/// eigenvalue.
const RESIDUAL: f64 = 1e-11;

/// Of the total variance, what an axis has by rounding alone.
const ROUNDING: f64 = 1e-12;

/// Coordinates along the first two principal components.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// One point for each example, with their mean at the origin. Along each axis, the coordinate of largest
    /// magnitude is positive.
    pub points: Vec<[f32; 2]>,
    /// Explained variance ratio of each axis.
    pub explained_variance: [f32; 2],
}

/// Projects examples with this Gram matrix `[m, m]` on their principal plane. All zeros if there is
/// none: with fewer than three examples, equal ones, or NaN.
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

/// Returns the sign of the first coordinate of largest magnitude, up to rounding.
fn sign(vector: &[f64]) -> f64 {
    let largest = vector.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let first = vector.iter().find(|value| value.abs() >= (1.0 - 1e-6) * largest);
    first.map_or(1.0, |value| value.signum())
}

/// The largest eigenvalues of a symmetric matrix in descending order, with their eigenvectors: two
/// that are accurate, if there are, and some that are not.
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

/// The best approximations of eigenvalues and eigenvectors in the space that the matrix makes of a
/// block of vectors, and their residuals.
fn search(matrix: &[f64], m: usize, mut block: Vec<Vec<f64>>) -> (Pairs, Vec<f64>) {
    let (mut basis, mut images): (Vec<Vec<f64>>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    while basis.len() < BASIS.min(m) {
        let first = basis.len();
        for mut vector in block {
            if basis.len() < m && orthonormalise(&mut vector, &basis) {
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

/// Makes a vector orthogonal to a basis and of length 1; `false` if nothing is left of it.
fn orthonormalise(vector: &mut [f64], basis: &[Vec<f64>]) -> bool {
    // Twice is enough (Parlett 1980): the first time leaves what rounding leaves.
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

/// Rotates, mirrors and translates a map so that it comes closest to another one of the same examples
/// (orthogonal Procrustes, Schönemann 1966). Maps of different lengths, or with NaN, are left alone.
pub fn align(points: &mut [[f32; 2]], reference: &[[f32; 2]]) {
    if points.len() != reference.len() {
        return;
    }
    let (own, other) = (center(points), center(reference));
    // Sums of products: of x with x, x with y, y with x and y with y.
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
    // The sum of products after turning by an angle is a cosine of it: these are its amplitudes
    // without and with a reflection, times cosine and sine of the best angle.
    let (turn, reflection) = ([xx + yy, xy - yx], [xx - yy, xy + yx]);
    let (size, mirrored) = (turn[0].hypot(turn[1]), reflection[0].hypot(reflection[1]));
    let ([c, s], length, y) =
        if mirrored > size { (reflection, mirrored, -1.0) } else { (turn, size, 1.0) };
    if !length.is_finite() {
        return;
    }
    // Maps that have nothing to do with one another are as close at every angle.
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
