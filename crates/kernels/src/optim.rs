//! Adam in one pass over the parameters (Kingma & Ba 2015), with PyTorch's order of operations; a
//! chain of tensor operations would read and write them a dozen times.

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
