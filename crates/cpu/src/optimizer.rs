//! Hyperparameters of one update: SGD with momentum, Adam and AdamW, with PyTorch's defaults.

use kernels::{Adam, Sgd, adam_step, sgd_step};
use model::Optimizer;

/// Coefficients of Adam and AdamW, PyTorch's defaults.
const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// The hyperparameters of one update.
#[derive(Clone, Copy, Debug)]
pub enum Hyperparameters {
    /// Stochastic gradient descent with momentum.
    Sgd(Sgd),
    /// Adam, or AdamW with a weight decay.
    Adam(Adam),
}

impl Hyperparameters {
    /// Returns those of a rule in the update with this number, counted from 1.
    pub fn new(rule: Optimizer, learning_rate: f32, step: i32) -> Self {
        let adam = |weight_decay: f64| {
            Hyperparameters::Adam(Adam {
                learning_rate,
                beta_1: BETA_1,
                beta_2: BETA_2,
                epsilon: EPSILON,
                weight_decay: weight_decay as f32,
                step,
            })
        };
        match rule {
            Optimizer::Sgd { momentum } => {
                Hyperparameters::Sgd(Sgd { learning_rate, momentum: momentum as f32 })
            }
            Optimizer::Adam => adam(0.0),
            Optimizer::AdamW { weight_decay } => adam(weight_decay),
        }
    }

    /// Returns the number of moments per parameter: two for Adam, the velocity for SGD.
    pub fn moment_count(self) -> usize {
        match self {
            Hyperparameters::Sgd(_) => 1,
            Hyperparameters::Adam(_) => 2,
        }
    }

    /// Updates values and their moments in place. All slices must have the same length, and there
    /// must be [`Self::moment_count`] moments.
    pub fn update(self, values: &mut [f32], gradients: &[f32], moments: &mut [&mut [f32]]) {
        match (self, moments) {
            (Hyperparameters::Sgd(sgd), [velocity]) => {
                sgd_step(sgd, values, gradients, velocity);
            }
            (Hyperparameters::Adam(adam), [mean, square]) => {
                adam_step(adam, values, gradients, mean, square);
            }
            _ => unreachable!("as many slices as moments"),
        }
    }
}
