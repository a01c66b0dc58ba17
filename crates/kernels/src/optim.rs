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
        (*mean, *square) = (new_mean.to_array(), new_square.to_array());
    }
    let rest = parameters.iter_mut().zip(gradients).zip(mean.iter_mut().zip(square));
    for ((parameter, gradient), (mean, square)) in rest {
        *mean = beta_1 * *mean + new_1 * gradient;
        *square = beta_2 * *square + new_2 * gradient * gradient;
        *parameter = keep * *parameter - rate * *mean / (square.sqrt() + epsilon);
    }
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
        *velocity = sgd.momentum * *velocity + gradient;
        *parameter -= sgd.learning_rate * *velocity;
    }
}
