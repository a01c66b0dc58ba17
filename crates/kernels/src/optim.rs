//! Adam (Kingma & Ba 2015) and SGD with momentum, each in one pass over the parameters, in
//! PyTorch's order of operations. A chain of tensor operations would need about a dozen passes.

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
    let moments = mean.iter_mut().zip(square.iter_mut());
    for ((parameter, gradient), (mean, square)) in parameters.iter_mut().zip(gradients).zip(moments)
    {
        *mean = adam.beta_1 * *mean + (1.0 - adam.beta_1) * gradient;
        *square = adam.beta_2 * *square + (1.0 - adam.beta_2) * gradient * gradient;
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
