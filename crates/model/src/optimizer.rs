//! Optimizers and their hyperparameters.

use serde::{Deserialize, Serialize};

/// The rule that turns gradients into new weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Optimizer {
    /// Stochastic gradient descent; PyTorch's form of momentum (no dampening).
    Sgd {
        /// 0 is plain SGD; below 1.
        momentum: f64,
    },
    /// Adam, beta 0.9 and 0.999, epsilon 1e-8 (Kingma & Ba 2015).
    Adam,
    /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
    AdamW {
        /// Share of a weight that decays each step, times the learning rate.
        weight_decay: f64,
    },
}

impl Optimizer {
    /// SGD as the lab starts with it.
    pub const SGD: Self = Optimizer::Sgd { momentum: 0.9 };
    /// AdamW with PyTorch's default decay.
    pub const ADAMW: Self = Optimizer::AdamW { weight_decay: 0.01 };

    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            Optimizer::Sgd { .. } => "sgd",
            Optimizer::Adam => "adam",
            Optimizer::AdamW { .. } => "adamw",
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Optimizer::Sgd { .. } => "SGD",
            Optimizer::Adam => "Adam",
            Optimizer::AdamW { .. } => "AdamW",
        }
    }
}
