//! The configuration that describes a run wholly.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Architecture, Network, NetworkError, Segmentation, UNetError};

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
    /// Segmentation with a U-Net.
    Segment,
}

impl Lab {
    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            Lab::Classify => "classify",
            Lab::Segment => "segment",
        }
    }
}

/// What a run learns, and with which network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// The class of an image.
    Classify(Network),
    /// The class of each pixel.
    Segment(Segmentation),
}

impl Task {
    /// The lab that it belongs to.
    pub fn lab(&self) -> Lab {
        match self {
            Task::Classify(_) => Lab::Classify,
            Task::Segment(_) => Lab::Segment,
        }
    }
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
    /// The bundled hippocampus MRI.
    Hippocampus,
    /// Generated head slices with lateral ventricles.
    Ventricles(Ventricles),
}

/// How the generated head slices look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ventricles {
    /// Standard deviation of the added noise, in percent of full scale, 0 to 100.
    pub noise: u8,
    /// How far a smooth bias field brightens and darkens, in percent, 0 to 100.
    pub bias: u8,
    /// Largest rotation to either side, in degrees, 0 to 180.
    pub rotation: u8,
    /// Size of the ventricles in percent of their usual width and length, 5 to 150.
    pub size: u8,
}

impl Ventricles {
    /// Largest value of each part, with the word used in links and the smallest value.
    pub const RANGES: [(&str, RangeInclusive<u8>); 4] =
        [("noise", 0..=100), ("bias", 0..=100), ("rotation", 0..=180), ("size", 5..=150)];

    /// The parts in the order of [`Ventricles::RANGES`].
    pub fn values(self) -> [u8; 4] {
        [self.noise, self.bias, self.rotation, self.size]
    }

    /// From the parts in the order of [`Ventricles::RANGES`].
    pub fn from_values([noise, bias, rotation, size]: [u8; 4]) -> Self {
        Self { noise, bias, rotation, size }
    }
}

impl Default for Ventricles {
    fn default() -> Self {
        Self { noise: 8, bias: 20, rotation: 15, size: 100 }
    }
}

impl DataSource {
    /// The phantoms as they are without further wishes.
    pub const PHANTOM: Self = DataSource::Phantom { noise: 10, rotation: 15 };

    /// The lab that they belong to.
    pub fn lab(self) -> Lab {
        match self {
            DataSource::MedNist | DataSource::Phantom { .. } => Lab::Classify,
            DataSource::Hippocampus | DataSource::Ventricles(_) => Lab::Segment,
        }
    }

    /// The name of the pack where it is one; none for generated images.
    pub fn pack_name(self) -> Option<&'static str> {
        match self {
            DataSource::MedNist | DataSource::Hippocampus => Some(self.slug()),
            DataSource::Phantom { .. } | DataSource::Ventricles(_) => None,
        }
    }

    /// What takes its place where a pack cannot be had: the generated images of the same lab.
    pub fn generated_fallback(self) -> Self {
        match self.lab() {
            Lab::Classify => DataSource::PHANTOM,
            Lab::Segment => DataSource::Ventricles(Ventricles::default()),
        }
    }

    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            DataSource::MedNist => "mednist",
            DataSource::Phantom { .. } => "phantom",
            DataSource::Hippocampus => "hippocampus",
            DataSource::Ventricles(_) => "ventricles",
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
    pub fn slug(self) -> &'static str {
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

/// Which shapes a run meets: the data, as far as a configuration depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataShape {
    /// Number of classes, the background among them.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
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
