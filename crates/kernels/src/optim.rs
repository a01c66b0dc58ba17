//! Adam (Kingma & Ba 2015) and SGD with momentum, each in one pass over the parameters, in
//! PyTorch's order of operations. A chain of tensor operations would need about a dozen passes.

use wide::f32x4;

use crate::vectors::LANES;

/// Hyperparameters of one update by Adam or AdamW.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Learning rate.
    pub learning_rate: f32,
    /// Decay rate of the first moment, the mean of gradients.
    pub beta_1: f32,
    /// Decay rate of the second moment, the mean of squared gradients.
    pub beta_2: f32,
    /// Added to the square root in the denominator to prevent a division by 0.
    pub epsilon: f32,
    /// Weight decay, decoupled from the gradient as in AdamW (Loshchilov & Hutter 2019).
    pub weight_decay: f32,
    /// Number of the update, counted from 1, for the bias correction.
    pub step: i32,
}

impl Adam {
    /// Returns the factor of the first moment, the term added to the square root, and the factor of
    /// the parameter.
    pub fn scalars(&self) -> [f32; 3] {
        let root = (1.0 - self.beta_2.powi(self.step)).sqrt();
        let rate = self.learning_rate * root / (1.0 - self.beta_1.powi(self.step));
        [rate, self.epsilon * root, 1.0 - self.learning_rate * self.weight_decay]
    }
}

/// Applies one update of Adam in place to the parameters and both moments. All slices must have the
/// same length.
pub fn adam_step(
    adam: Adam,
    parameters: &mut [f32],
    gradients: &[f32],
    mean: &mut [f32],
    square: &mut [f32],
) {
    let length = parameters.len();
    assert_eq!([gradients.len(), mean.len(), square.len()], [length; 3], "one of each a parameter");
    let [rate, epsilon, keep] = adam.scalars();
    let (beta_1, new_1) = (adam.beta_1, 1.0 - adam.beta_1);
    let (beta_2, new_2) = (adam.beta_2, 1.0 - adam.beta_2);
    let (parameter_vectors, parameters) = parameters.as_chunks_mut::<LANES>();
    let (gradient_vectors, gradients) = gradients.as_chunks::<LANES>();
    let (mean_vectors, mean) = mean.as_chunks_mut::<LANES>();
    let (square_vectors, square) = square.as_chunks_mut::<LANES>();
    let vectors = parameter_vectors.iter_mut().zip(gradient_vectors);
    let moments = mean_vectors.iter_mut().zip(square_vectors);
    let all = f32x4::splat;
    for ((parameter, gradient), (mean, square)) in vectors.zip(moments) {
        let gradient = f32x4::from(*gradient);
        let new_mean = all(beta_1) * f32x4::from(*mean) + all(new_1) * gradient;
        let new_square = all(beta_2) * f32x4::from(*square) + all(new_2) * gradient * gradient;
        let change = all(rate) * new_mean / (new_square.sqrt() + all(epsilon));
        *parameter = (all(keep) * f32x4::from(*parameter) - change).to_array();
        (*mean, *square) = (normal(new_mean).to_array(), normal(new_square).to_array());
    }
    let rest = parameters.iter_mut().zip(gradients).zip(mean.iter_mut().zip(square));
    for ((parameter, gradient), (mean, square)) in rest {
        *mean = beta_1 * *mean + new_1 * gradient;
        *square = beta_2 * *square + new_2 * gradient * gradient;
        *parameter = keep * *parameter - rate * *mean / (square.sqrt() + epsilon);
        (*mean, *square) = (normal_or_zero(*mean), normal_or_zero(*square));
    }
}

/// Moments smaller than this are set to 0. A moment whose gradient stays 0, as behind a dead unit, is
/// multiplied by β in each step and would become subnormal, and stay so, since the smallest subnormal
/// number times 0.9 is rounded to itself. Processors take up to a hundred times as long for subnormal
/// numbers: after some 650 steps, training would become 1.6 times as slow. An update by a moment this small
/// is far below the last digit of a weight.
const SMALLEST_MOMENT: f32 = 1e-36;

#[inline(always)]
fn normal(moment: f32x4) -> f32x4 {
    // A moment that is NaN stays so.
    moment.abs().simd_lt(f32x4::splat(SMALLEST_MOMENT)).select(f32x4::ZERO, moment)
}

fn normal_or_zero(moment: f32) -> f32 {
    if moment.abs() < SMALLEST_MOMENT { 0.0 } else { moment }
}

/// Hyperparameters of one update by stochastic gradient descent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// Learning rate.
    pub learning_rate: f32,
    /// Momentum, the factor of the previous velocity.
    pub momentum: f32,
}

/// Applies one update of SGD in place to parameters and velocities. All slices must have the same
/// length. As in PyTorch, the velocity is a sum of gradients without learning rate and without
/// dampening.
pub fn sgd_step(sgd: Sgd, parameters: &mut [f32], gradients: &[f32], velocity: &mut [f32]) {
    let length = parameters.len();
    assert_eq!([gradients.len(), velocity.len()], [length; 2], "one of each a parameter");
    for ((parameter, gradient), velocity) in parameters.iter_mut().zip(gradients).zip(velocity) {
        *velocity = normal_or_zero(sgd.momentum * *velocity + gradient);
        *parameter -= sgd.learning_rate * *velocity;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adam(step: i32) -> Adam {
        Adam {
            learning_rate: 1e-3,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            step,
        }
    }

    /// Applies updates with gradients that are 0 but in the first step, to five parameters, so that one
    /// is outside a vector.
    fn updated(steps: i32, mut update: impl FnMut(i32, &[f32])) {
        update(1, &[1e-3; 5]);
        (2..=steps).for_each(|step| update(step, &[0.0; 5]));
    }

    #[test]
    fn moments_without_gradients_become_zero_and_not_subnormal() {
        let (mut parameters, mut mean, mut square) = ([0.5; 5], [0.0; 5], [0.0; 5]);
        updated(1000, |step, gradients| {
            adam_step(adam(step), &mut parameters, gradients, &mut mean, &mut square);
            assert!(mean.iter().chain(&square).all(|moment| !moment.is_subnormal()), "{step}");
        });
        assert_eq!(mean, [0.0; 5]);
        assert!(square[0] > 0.0 && parameters.iter().all(|value| *value == parameters[0]));

        let mut velocity = [0.0; 5];
        let sgd = Sgd { learning_rate: 1e-3, momentum: 0.9 };
        updated(1000, |_, gradients| sgd_step(sgd, &mut parameters, gradients, &mut velocity));
        assert_eq!(velocity, [0.0; 5]);
    }

    #[test]
    fn what_is_no_number_stays_so() {
        let (mut parameters, mut mean, mut square) = ([0.5; 5], [0.0; 5], [0.0; 5]);
        adam_step(adam(1), &mut parameters, &[f32::NAN; 5], &mut mean, &mut square);
        let all = [parameters, mean, square];
        assert!(all.iter().flatten().all(|value| value.is_nan()));
    }
}
