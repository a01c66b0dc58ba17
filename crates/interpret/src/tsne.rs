//! Exact t-SNE (van der Maaten & Hinton 2008).
//!
//! For a few hundred examples, no tree-based approximation is needed. The map is initialized with
//! the principal plane instead of random points (Kobak & Berens 2019), so that it preserves the
//! global arrangement, and the same examples always give the same map.

use crate::gram::side;

/// Perplexity: roughly the number of neighbors taken into account for each example.
pub const PERPLEXITY: f64 = 30.0;

/// Total number of iterations.
pub const ITERATIONS: usize = 1000;

/// Number of iterations with early exaggeration and lower momentum, in which clusters form.
const EARLY_ITERATIONS: usize = 250;
const EXAGGERATION: f64 = 12.0;
const MOMENTA: [f64; 2] = [0.5, 0.8];

/// Standard deviation of the initial map along its first axis.
const INITIAL_STD: f64 = 1e-4;

/// Maximum number of bisection steps in the search for a bandwidth.
const MAX_BISECTIONS: usize = 64;
/// Tolerance of the logarithm of the perplexity in this search.
const ENTROPY_TOLERANCE: f64 = 1e-5;

/// State of the optimization of a t-SNE map.
#[derive(Clone, Debug, PartialEq)]
pub struct Tsne {
    /// Joint probabilities of pairs of examples: the lower triangle without the diagonal, row by
    /// row. All pairs, counted in both directions, add up to 1.
    joint_probabilities: Vec<f64>,
    points: Vec<[f64; 2]>,
    velocity: Vec<[f64; 2]>,
    gains: Vec<[f64; 2]>,
    iteration: usize,
}

impl Tsne {
    /// Initializes the map of the examples with this Gram matrix `[m, m]`. `start` is the initial
    /// map, which is scaled: the principal plane, or an earlier map. `perplexity` is limited to a
    /// third of the number of examples. If the matrix contains NaN, or all points of `start`
    /// coincide, all points stay at the origin.
    pub fn new(gram: &[f64], start: &[[f32; 2]], perplexity: f64) -> Self {
        let m = side(gram);
        assert_eq!(start.len(), m, "one point an example");
        let mut points: Vec<[f64; 2]> = start.iter().map(|point| point.map(f64::from)).collect();
        center(&mut points);
        let square = |axis: usize| points.iter().map(|p| p[axis] * p[axis]).sum::<f64>();
        let scale = INITIAL_STD / (square(0).max(square(1)) / m.max(1) as f64).sqrt();
        let known = scale.is_finite() && scale > 0.0 && gram.iter().all(|value| value.is_finite());
        let scale = if known { scale } else { 0.0 };
        Self {
            joint_probabilities: if known {
                joint_probabilities(gram, m, perplexity)
            } else {
                Vec::new()
            },
            points: points.into_iter().map(|point| point.map(|value| scale * value)).collect(),
            velocity: vec![[0.0; 2]; m],
            gains: vec![[1.0; 2]; m],
            iteration: if known { 0 } else { ITERATIONS },
        }
    }

    /// Runs a number of iterations, or fewer if the end is reached.
    pub fn run(&mut self, iterations: usize) {
        for _ in 0..iterations.min(ITERATIONS - self.iteration) {
            self.step();
            self.iteration += 1;
        }
    }

    /// Returns the number of completed iterations.
    pub fn iteration(&self) -> usize {
        self.iteration
    }

    /// Returns whether all iterations are completed.
    pub fn is_done(&self) -> bool {
        self.iteration == ITERATIONS
    }

    /// Returns the current map: one point for each example, with their mean at the origin.
    pub fn points(&self) -> Vec<[f32; 2]> {
        self.points.iter().map(|point| point.map(|value| value as f32)).collect()
    }

    fn step(&mut self) {
        let m = self.points.len();
        let (exaggeration, momentum) = if self.iteration < EARLY_ITERATIONS {
            (EXAGGERATION, MOMENTA[0])
        } else {
            (1.0, MOMENTA[1])
        };
        // The largest learning rate that is stable with exaggeration (Belkina et al. 2019), with a
        // minimum for few points.
        let rate = (m as f64 / EXAGGERATION / 4.0).max(50.0);
        let gradient = self.gradient(exaggeration);
        for (place, gradient) in gradient.iter().enumerate() {
            for (axis, grad) in gradient.iter().enumerate() {
                let velocity = &mut self.velocity[place][axis];
                let gain = &mut self.gains[place][axis];
                // Adaptive step sizes: they grow while the direction stays the same (Jacobs 1988).
                let keeps = *grad * *velocity < 0.0;
                *gain = if keeps { *gain + 0.2 } else { (*gain * 0.8).max(0.01) };
                *velocity = momentum * *velocity - rate * *gain * grad;
                self.points[place][axis] += *velocity;
            }
        }
        center(&mut self.points);
    }

    /// Returns the gradient of the Kullback–Leibler divergence between the joint probabilities of
    /// the examples and those of the map's points.
    fn gradient(&self, exaggeration: f64) -> Vec<[f64; 2]> {
        // Attractive forces in x and y, then repulsive forces in x and y.
        let mut forces = vec![[0.0; 4]; self.points.len()];
        let mut total = 0.0;
        let mut pairs = self.joint_probabilities.as_slice();
        for (row, [x, y]) in self.points.iter().enumerate() {
            let (line, rest) = pairs.split_at(row);
            pairs = rest;
            let mut own = [0.0; 4];
            for ((p, other), force) in line.iter().zip(&self.points).zip(&mut forces) {
                let (dx, dy) = (x - other[0], y - other[1]);
                let near = 1.0 / (1.0 + dx * dx + dy * dy);
                total += near;
                let (pull, push) = (p * near, near * near);
                let pair = [pull * dx, pull * dy, push * dx, push * dy];
                for part in 0..4 {
                    own[part] += pair[part];
                    force[part] -= pair[part];
                }
            }
            for (sum, own) in forces[row].iter_mut().zip(own) {
                *sum += own;
            }
        }
        let push = 1.0 / (2.0 * total);
        let grad = |[ax, ay, bx, by]: [f64; 4]| {
            [4.0 * (exaggeration * ax - push * bx), 4.0 * (exaggeration * ay - push * by)]
        };
        forces.into_iter().map(grad).collect()
    }
}

fn center(points: &mut [[f64; 2]]) {
    let m = points.len().max(1) as f64;
    for axis in 0..2 {
        let mean = points.iter().map(|point| point[axis]).sum::<f64>() / m;
        points.iter_mut().for_each(|point| point[axis] -= mean);
    }
}

/// Returns the joint probabilities of pairs of examples: the lower triangle without the diagonal,
/// row by row.
fn joint_probabilities(gram: &[f64], m: usize, perplexity: f64) -> Vec<f64> {
    let perplexity = perplexity.min((m as f64 - 1.0) / 3.0).max(1.0);
    let mut all = Vec::with_capacity(m * m);
    for row in 0..m {
        let squared = |other: usize| {
            let sides = gram[row * m + row] + gram[other * m + other];
            (sides - 2.0 * gram[row * m + other]).max(0.0)
        };
        let distances: Vec<f64> = (0..m).map(squared).collect();
        all.extend(conditional_probabilities(&distances, row, perplexity.ln()));
    }
    let both = |row: usize, other: usize| (all[row * m + other] + all[other * m + row]) / 2.0;
    let triangle = (0..m).flat_map(|row| (0..row).map(move |other| (row, other)));
    triangle.map(|(row, other)| both(row, other) / m as f64).collect()
}

/// Returns the conditional probability of each other example being a neighbor of the example `own`,
/// given the squared distances. The bandwidth is chosen so that their entropy is `entropy`.
fn conditional_probabilities(distances: &[f64], own: usize, entropy: f64) -> Vec<f64> {
    let others = || distances.iter().enumerate().filter(|(other, _)| *other != own);
    let nearest = others().fold(f64::INFINITY, |nearest, (_, distance)| nearest.min(*distance));
    let mean = others().map(|(_, distance)| distance - nearest).sum::<f64>()
        / (distances.len() as f64 - 1.0);
    let mut found = vec![0.0; distances.len()];
    // Precision of the Gaussian, 1/(2σ²). The entropy decreases as it increases.
    let mut precision = if mean > 0.0 { 1.0 / mean } else { 1.0 };
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..MAX_BISECTIONS {
        let (mut sum, mut spread) = (0.0, 0.0);
        for (other, distance) in others() {
            let far = precision * (distance - nearest);
            found[other] = (-far).exp();
            sum += found[other];
            spread += far * found[other];
        }
        found.iter_mut().for_each(|value| *value /= sum);
        let excess = sum.ln() + spread / sum - entropy;
        if excess.abs() < ENTROPY_TOLERANCE {
            break;
        }
        if excess > 0.0 {
            low = precision;
            precision = if high.is_finite() { (low + high) / 2.0 } else { 2.0 * precision };
        } else {
            high = precision;
            precision = (low + high) / 2.0;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use data::rng::Rng;

    use super::*;

    fn examples(m: usize) -> (Vec<f64>, Vec<[f32; 2]>) {
        let mut rng = Rng::new(6);
        let features: Vec<[f64; 5]> = (0..m).map(|_| [(); 5].map(|()| rng.normal())).collect();
        let product = |a: &[f64; 5], b: &[f64; 5]| a.iter().zip(b).map(|(a, b)| a * b).sum();
        let gram = features.iter().flat_map(|a| features.iter().map(move |b| product(a, b)));
        (gram.collect(), (0..m).map(|_| [(); 2].map(|()| rng.normal() as f32)).collect())
    }

    #[test]
    fn neighbors_are_as_many_as_wanted() {
        let mut rng = Rng::new(7);
        for wanted in [1.5, 5.0, 20.0] {
            let distances: Vec<f64> = (0..61).map(|_| 1e4 * rng.uniform()).collect();
            let found = conditional_probabilities(&distances, 3, f64::ln(wanted));
            let entropy: f64 = found.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum();
            assert!((entropy.exp() / wanted - 1.0).abs() < 2.0 * ENTROPY_TOLERANCE, "{wanted}");
            assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12 && found[3] == 0.0);
        }
        // If all distances are equal, no bandwidth changes the entropy.
        assert_eq!(conditional_probabilities(&[0.0; 5], 0, 0.5), [0.0, 0.25, 0.25, 0.25, 0.25]);
    }

    #[test]
    fn forces_are_the_slopes_of_the_divergence() {
        let (gram, start) = examples(12);
        let mut tsne = Tsne::new(&gram, &start, 3.0);
        assert!((2.0 * tsne.joint_probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        tsne.points = start.iter().map(|point| point.map(f64::from)).collect();
        let divergence = |points: &[[f64; 2]]| {
            let triangle = (0..12).flat_map(|a| (0..a).map(move |b| (a, b)));
            let near = triangle.map(|(a, b)| {
                let [dx, dy] = [0, 1].map(|axis| points[a][axis] - points[b][axis]);
                1.0 / (1.0 + dx * dx + dy * dy)
            });
            let near: Vec<f64> = near.collect();
            let total = 2.0 * near.iter().sum::<f64>();
            let pairs = tsne.joint_probabilities.iter().zip(&near).filter(|(p, _)| **p > 0.0);
            pairs.map(|(p, near)| 2.0 * p * (p * total / near).ln()).sum::<f64>()
        };
        for (place, found) in tsne.gradient(1.0).iter().enumerate() {
            for axis in 0..2 {
                let at = |step: f64| {
                    let mut points = tsne.points.clone();
                    points[place][axis] += step;
                    divergence(&points)
                };
                let grad = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((found[axis] - grad).abs() < 1e-8, "{place}: {}, {grad}", found[axis]);
            }
        }
    }
}
