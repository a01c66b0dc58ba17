//! Optimizers and their hyperparameters.

use serde::{Deserialize, Serialize};

/// Optimizer: the rule that turns gradients into new weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Optimizer {
    /// Stochastic gradient descent, with momentum as in PyTorch (no dampening).
    Sgd {
        /// Momentum, 0 to 0.999; 0 means plain SGD.
        momentum: f64,
    },
    /// Adam with beta 0.9 and 0.999 and epsilon 1e-8 (Kingma & Ba 2015).
    Adam,
    /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
    AdamW {
        /// Fraction of each weight, times the learning rate, that is subtracted in each step.
        weight_decay: f64,
    },
}

impl Optimizer {
    /// SGD with the default momentum.
    pub const SGD: Self = Optimizer::Sgd { momentum: 0.9 };
    /// AdamW with PyTorch's default weight decay.
    pub const ADAMW: Self = Optimizer::AdamW { weight_decay: 0.01 };

    /// All optimizers with their default parameters, in the order of menus.
    pub const ALL: [Self; 3] = [Self::SGD, Self::Adam, Self::ADAMW];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Optimizer::Sgd { .. } => "sgd",
            Optimizer::Adam => "adam",
            Optimizer::AdamW { .. } => "adamw",
        }
    }

    /// Returns the number of values that the optimizer keeps of each weight.
    pub fn moments(self) -> usize {
        match self {
            Optimizer::Sgd { momentum } => usize::from(momentum > 0.0),
            Optimizer::Adam | Optimizer::AdamW { .. } => 2,
        }
    }

    /// Returns the name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Optimizer::Sgd { .. } => "SGD",
            Optimizer::Adam => "Adam",
            Optimizer::AdamW { .. } => "AdamW",
        }
    }
}
