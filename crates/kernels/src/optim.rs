//! Adam (Kingma & Ba 2015) and SGD in one pass over the parameters, with PyTorch's order of
//! operations; a chain of tensor operations would read and write them a dozen times.

/// Constants of one update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Learning rate.
    pub rate: f32,
    /// Decay of the mean of gradients.
    pub beta_1: f32,
    /// Decay of the mean of their squares.
    pub beta_2: f32,
    /// Added to the root, so that nothing is divided by 0.
    pub epsilon: f32,
    /// Weight decay, decoupled from the gradient as in AdamW (Loshchilov & Hutter 2019).
    pub decay: f32,
    /// Updates made, this one counted.
    pub time: i32,
}

impl Adam {
    /// What the update multiplies the mean by, adds to the root, and multiplies the parameter by.
    pub fn scalars(&self) -> [f32; 3] {
        let root = (1.0 - self.beta_2.powi(self.time)).sqrt();
        let rate = self.rate * root / (1.0 - self.beta_1.powi(self.time));
        [rate, self.epsilon * root, 1.0 - self.rate * self.decay]
    }
}

/// Updates parameters and both means in place from gradients; all of one length.
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

/// Constants of one update of stochastic gradient descent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// Learning rate.
    pub rate: f32,
    /// Share of the last velocity that stays.
    pub momentum: f32,
}

/// Updates parameters and velocities in place from gradients; all of one length. PyTorch's velocity
/// is a sum of gradients, without the learning rate and without damping.
pub fn sgd_step(sgd: Sgd, parameters: &mut [f32], gradients: &[f32], velocity: &mut [f32]) {
    let length = parameters.len();
    assert_eq!([gradients.len(), velocity.len()], [length; 2], "one of each a parameter");
    for ((parameter, gradient), velocity) in parameters.iter_mut().zip(gradients).zip(velocity) {
        *velocity = sgd.momentum * *velocity + gradient;
        *parameter -= sgd.rate * *velocity;
    }
}
