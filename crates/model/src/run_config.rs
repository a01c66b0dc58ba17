//! The configuration that describes a run wholly.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Architecture, DataShape, DataSource, DeviceChoice, Lab, Network, NetworkError, Optimizer,
    Segmentation, Task, UNetError,
};

/// Images a step may see.
pub const BATCH_RANGE: RangeInclusive<usize> = 1..=256;

/// Epochs a run may last.
pub const EPOCHS_RANGE: RangeInclusive<usize> = 1..=1000;

/// Everything a run depends on. Same config and same device, same curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunConfig {
    /// The data set.
    pub data: DataSource,
    /// What is learned, with which network.
    pub task: Task,
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
        Self::default_for(Lab::Classify)
    }
}

/// Why a config cannot run.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
pub enum RunConfigError {
    /// The stack does not fit together.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The U-Net does not fit the images.
    #[error(transparent)]
    UNet(#[from] UNetError),
    /// The data of one lab with the network of the other.
    #[error("“{}” are data of the lab “{}”, the network is of the other. Choose other data.", .0.slug(), .0.lab().slug())]
    WrongLab(DataSource),
    /// The batch size is outside its range.
    #[error("The batch size must be between {min} and {max}, not {0}.", min = BATCH_RANGE.start(), max = BATCH_RANGE.end())]
    BatchSize(usize),
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
    /// The run that a lab starts with.
    pub fn default_for(lab: Lab) -> Self {
        let common = Self {
            data: DataSource::MedNist,
            task: Task::Classify(Network::default_for(Architecture::Cnn)),
            seed: 1,
            batch: 16,
            epochs: 10,
            learning_rate: 0.001,
            optimizer: Optimizer::Adam,
            device: DeviceChoice::Auto,
        };
        match lab {
            Lab::Classify => common,
            Lab::Segment => Self {
                data: DataSource::Hippocampus,
                task: Task::Segment(Segmentation::default()),
                batch: 8,
                epochs: 12,
                learning_rate: 0.003,
                ..common
            },
        }
    }

    /// The lab that it belongs to.
    pub fn lab(&self) -> Lab {
        self.task.lab()
    }

    /// The layer stack, where it classifies.
    pub fn network(&self) -> Option<&Network> {
        match &self.task {
            Task::Classify(network) => Some(network),
            Task::Segment(_) => None,
        }
    }

    /// The U-Net and its loss, where it segments.
    pub fn segmentation(&self) -> Option<&Segmentation> {
        match &self.task {
            Task::Classify(_) => None,
            Task::Segment(segmentation) => Some(segmentation),
        }
    }

    /// Whether the run can start on data of that shape.
    pub fn check(&self, shape: DataShape) -> Result<(), RunConfigError> {
        if self.data.lab() != self.lab() {
            return Err(RunConfigError::WrongLab(self.data));
        }
        match &self.task {
            Task::Classify(network) => drop(network.summary(shape.classes)?),
            Task::Segment(part) => drop(part.unet.summary(shape.classes, shape.size)?),
        }
        if !BATCH_RANGE.contains(&self.batch) {
            return Err(RunConfigError::BatchSize(self.batch));
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
        let shape = DataShape { classes: 6, size: [64, 64] };
        let good = RunConfig::default();
        assert_eq!(good.check(shape), Ok(()));
        let bad = |change: fn(&mut RunConfig)| {
            let mut config = good.clone();
            change(&mut config);
            config.check(shape).unwrap_err()
        };
        assert_eq!(bad(|c| c.batch = 0), RunConfigError::BatchSize(0));
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
            bad(|c| {
                let layers = vec!["dense0".parse().unwrap()];
                c.task = Task::Classify(Network { architecture: Architecture::Mlp, layers });
            }),
            RunConfigError::Network(_)
        ));
        assert!(matches!(bad(|c| c.data = DataSource::Hippocampus), RunConfigError::WrongLab(_)));
        let segment = RunConfig::default_for(Lab::Segment);
        assert_eq!(segment.check(DataShape { classes: 3, ..shape }), Ok(()));
        assert!(matches!(
            segment.check(DataShape { classes: 3, size: [64, 62] }),
            Err(RunConfigError::UNet(_))
        ));
    }
}
