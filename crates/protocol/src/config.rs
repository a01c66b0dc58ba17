//! The configuration that describes a run wholly.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Model, Network, NetworkError};

/// Images a step may see.
pub const BATCH_RANGE: RangeInclusive<usize> = 1..=256;

/// Epochs a run may last.
pub const EPOCHS_RANGE: RangeInclusive<usize> = 1..=1000;

/// Which experiment the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lab {
    /// Image classification with an MLP or a CNN.
    #[default]
    Classify,
}

/// What a run trains on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum DataSource {
    /// The bundled MedNIST subset.
    #[default]
    MedNist,
    /// Generated images.
    Phantom {
        /// Standard deviation of the added noise, in percent of full scale, 0 to 100.
        noise: u8,
        /// Largest rotation to either side, in degrees, 0 to 180.
        rotation: u8,
    },
}

impl DataSource {
    /// The phantoms as they are without further wishes.
    pub const PHANTOM: Self = DataSource::Phantom { noise: 10, rotation: 15 };

    /// The word used in links.
    pub fn key(self) -> &'static str {
        match self {
            DataSource::MedNist => "mednist",
            DataSource::Phantom { .. } => "phantom",
        }
    }
}

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
    pub fn key(self) -> &'static str {
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

/// Where the visitor wants the network to train.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// The GPU where there is a real one with what burn needs, else the CPU.
    #[default]
    Auto,
    /// WebGPU, also on a software adapter.
    WebGpu,
    /// The CPU.
    Cpu,
}

impl DeviceChoice {
    /// The word used in links.
    pub fn key(self) -> &'static str {
        match self {
            DeviceChoice::Auto => "auto",
            DeviceChoice::WebGpu => "webgpu",
            DeviceChoice::Cpu => "cpu",
        }
    }
}

/// Everything a run depends on. Same config and same device, same curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunConfig {
    /// The experiment.
    pub lab: Lab,
    /// The data set.
    pub data: DataSource,
    /// The network.
    pub network: Network,
    /// Seed of initial weights, shuffles, dropout and generated data.
    pub seed: u32,
    /// Images a step.
    pub batch: usize,
    /// Passes over the training set.
    pub epochs: usize,
    /// Learning rate at the start; a person may change it while the run goes on.
    pub learning_rate: f64,
    /// The update rule.
    pub optimizer: Optimizer,
    /// Where to train.
    pub device: DeviceChoice,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            lab: Lab::Classify,
            data: DataSource::MedNist,
            network: Network::lab(Model::Cnn),
            seed: 1,
            batch: 16,
            epochs: 10,
            learning_rate: 0.001,
            optimizer: Optimizer::Adam,
            device: DeviceChoice::Auto,
        }
    }
}

/// Why a config cannot run.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
pub enum RunConfigError {
    /// The stack does not fit together.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The batch size is outside its range.
    #[error("The batch size must be between {min} and {max}, not {0}.", min = BATCH_RANGE.start(), max = BATCH_RANGE.end())]
    Batch(usize),
    /// The number of epochs is outside its range.
    #[error("The number of epochs must be between {min} and {max}, not {0}.", min = EPOCHS_RANGE.start(), max = EPOCHS_RANGE.end())]
    Epochs(usize),
    /// The learning rate is no positive number up to 10.
    #[error("The learning rate must be above 0 and at most 10, not {0}.")]
    LearningRate(f64),
    /// Momentum is outside 0 to 0.999.
    #[error("Momentum must be between 0 and 0.999, not {0}.")]
    Momentum(f64),
    /// Weight decay is outside 0 to 1.
    #[error("Weight decay must be between 0 and 1, not {0}.")]
    WeightDecay(f64),
}

/// Whether a learning rate can be trained with.
fn is_learning_rate(value: f64) -> bool {
    value > 0.0 && value <= 10.0
}

impl RunConfig {
    /// Whether the run can start on data with that many classes.
    pub fn check(&self, classes: usize) -> Result<(), RunConfigError> {
        self.network.summary(classes)?;
        if !BATCH_RANGE.contains(&self.batch) {
            return Err(RunConfigError::Batch(self.batch));
        }
        if !EPOCHS_RANGE.contains(&self.epochs) {
            return Err(RunConfigError::Epochs(self.epochs));
        }
        check_learning_rate(self.learning_rate)?;
        match self.optimizer {
            Optimizer::Sgd { momentum } if !(0.0..=0.999).contains(&momentum) => {
                Err(RunConfigError::Momentum(momentum))
            }
            Optimizer::AdamW { weight_decay } if !(0.0..=1.0).contains(&weight_decay) => {
                Err(RunConfigError::WeightDecay(weight_decay))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a learning rate can be trained with: above 0, at most 10.
pub fn check_learning_rate(value: f64) -> Result<(), RunConfigError> {
    if is_learning_rate(value) { Ok(()) } else { Err(RunConfigError::LearningRate(value)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_runs_and_each_bad_number_is_refused() {
        let good = RunConfig::default();
        assert_eq!(good.check(6), Ok(()));
        let bad = |change: fn(&mut RunConfig)| {
            let mut config = good.clone();
            change(&mut config);
            config.check(6).unwrap_err()
        };
        assert_eq!(bad(|c| c.batch = 0), RunConfigError::Batch(0));
        assert_eq!(bad(|c| c.epochs = 0), RunConfigError::Epochs(0));
        assert_eq!(bad(|c| c.learning_rate = 0.0), RunConfigError::LearningRate(0.0));
        assert!(matches!(bad(|c| c.learning_rate = f64::NAN), RunConfigError::LearningRate(_)));
        assert!(matches!(
            bad(|c| c.optimizer = Optimizer::Sgd { momentum: 1.0 }),
            RunConfigError::Momentum(_)
        ));
        assert!(matches!(
            bad(|c| c.optimizer = Optimizer::AdamW { weight_decay: f64::NAN }),
            RunConfigError::WeightDecay(_)
        ));
        assert!(matches!(
            bad(|c| c.network.layers = vec!["dense0".parse().unwrap()]),
            RunConfigError::Network(_)
        ));
    }
}
