//! The configuration of a run.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::graph::{Graph, GraphError};
use crate::{
    Architecture, Augmentation, ClassSubset, DataShape, DataSource, DeviceChoice, Lab, Network,
    Optimizer, Sampling, Segmentation, Task,
};

/// Allowed batch sizes.
pub const BATCH_RANGE: RangeInclusive<usize> = 1..=256;

/// Allowed numbers of epochs.
pub const EPOCHS_RANGE: RangeInclusive<usize> = 1..=1000;

/// Allowed numbers of steps between two tests within an epoch; 0 means none.
pub const TEST_EVERY_RANGE: RangeInclusive<usize> = 0..=100_000;

/// Allowed numbers of epochs without a lower loss before training stops early; 0 means never.
pub const PATIENCE_RANGE: RangeInclusive<usize> = 0..=100;

/// Maximum learning rate. All positive values up to it are allowed.
pub const MAX_LEARNING_RATE: f64 = 10.0;

/// Maximum momentum of SGD.
pub const MAX_MOMENTUM: f64 = 0.999;

/// Maximum weight decay of AdamW.
pub const MAX_WEIGHT_DECAY: f64 = 1.0;

/// Complete configuration of a run. The same configuration on the same device gives the same curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunConfig {
    /// The data set.
    pub data: DataSource,
    /// Which of its images are used, and with which labels.
    pub sampling: Sampling,
    /// The task and its network.
    pub task: Task,
    /// Random changes of the training images.
    pub augmentation: Augmentation,
    /// Seed for initial weights, shuffling, augmentation, dropout and generated data.
    pub seed: u32,
    /// Batch size.
    pub batch: usize,
    /// Number of epochs.
    pub epochs: usize,
    /// Number of steps after which the network is evaluated, besides the end of each epoch; 0 means only there. It does not change the training.
    pub test_every: usize,
    /// Number of epochs without a lower loss in evaluation after which training stops early; 0 means
    /// never.
    pub patience: usize,
    /// Initial learning rate. The visitor may change it during the run.
    pub learning_rate: f64,
    /// The optimizer.
    pub optimizer: Optimizer,
    /// The device to train on.
    pub device: DeviceChoice,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self::default_for(Lab::Classify)
    }
}

/// Largest estimate of the memory of training in bytes, see [`crate::graph::Cost::training_bytes`]. A
/// module of WebAssembly has 4 GB at most, for data and buffers of kernels too, and a GPU's driver may
/// give less.
pub const MAX_TRAINING_BYTES: u64 = 2_000_000_000;

/// Reason why a configuration cannot run.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
pub enum RunConfigError {
    /// The network cannot be built.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The data set belongs to a different lab than the network.
    #[error("“{}” are data of the lab “{}”, the network is of the other. Choose other data.", .0.slug(), .0.lab().slug())]
    WrongLab(DataSource),
    /// The batch size is outside its range.
    #[error("The batch size must be between {min} and {max}, not {0}.", min = BATCH_RANGE.start(), max = BATCH_RANGE.end())]
    BatchSize(usize),
    /// Training needs more than [`MAX_TRAINING_BYTES`].
    #[error("Training would take about {} of memory, more than the {} that a page can count on. Use a smaller batch, or fewer channels.", gigabytes(*.0), gigabytes(MAX_TRAINING_BYTES))]
    Memory(u64),
    /// The number of epochs is outside its range.
    #[error("The number of epochs must be between {min} and {max}, not {0}.", min = EPOCHS_RANGE.start(), max = EPOCHS_RANGE.end())]
    Epochs(usize),
    /// The number of steps between two tests is outside its range.
    #[error("The number of steps between two tests must be between {min} and {max}, not {0}.", min = TEST_EVERY_RANGE.start(), max = TEST_EVERY_RANGE.end())]
    TestEvery(usize),
    /// The patience is outside its range.
    #[error("The patience must be between {min} and {max} epochs, not {0}.", min = PATIENCE_RANGE.start(), max = PATIENCE_RANGE.end())]
    Patience(usize),
    /// The learning rate is not positive, or exceeds [`MAX_LEARNING_RATE`].
    #[error("The learning rate must be above 0 and at most {max}, not {0}.", max = MAX_LEARNING_RATE)]
    LearningRate(f64),
    /// The momentum is outside 0 to [`MAX_MOMENTUM`].
    #[error("Momentum must be between 0 and {max}, not {0}.", max = MAX_MOMENTUM)]
    Momentum(f64),
    /// The weight decay is outside 0 to [`MAX_WEIGHT_DECAY`].
    #[error("Weight decay must be between 0 and {max}, not {0}.", max = MAX_WEIGHT_DECAY)]
    WeightDecay(f64),
}

impl RunConfig {
    /// Returns the default configuration of a lab.
    pub fn default_for(lab: Lab) -> Self {
        let common = Self {
            data: DataSource::MedNist,
            sampling: Sampling::DEFAULT,
            task: Task::Classify(Network::default_for(Architecture::Cnn)),
            augmentation: Augmentation::NONE,
            seed: 1,
            batch: 16,
            epochs: 10,
            test_every: 0,
            patience: 0,
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

    /// Sets the data set. The classes chosen of another one are forgotten.
    pub fn choose_data(&mut self, data: DataSource) {
        if data.slug() != self.data.slug() {
            self.sampling.classes = ClassSubset::ALL;
        }
        self.data = data;
    }

    /// Returns the lab that the run belongs to.
    pub fn lab(&self) -> Lab {
        self.task.lab()
    }

    /// Returns the classifier, or `None` in the segmentation lab.
    pub fn network(&self) -> Option<&Network> {
        match &self.task {
            Task::Classify(network) => Some(network),
            Task::Segment(_) => None,
        }
    }

    /// Returns U-Net, loss and class weights, or `None` in the classification lab.
    pub fn segmentation(&self) -> Option<&Segmentation> {
        match &self.task {
            Task::Classify(_) => None,
            Task::Segment(segmentation) => Some(segmentation),
        }
    }

    /// Checks that a run can start on data of this shape.
    ///
    /// # Errors
    ///
    /// Returns the first reason why it cannot.
    pub fn check(&self, shape: DataShape) -> Result<(), RunConfigError> {
        if self.data.lab() != self.lab() {
            return Err(RunConfigError::WrongLab(self.data));
        }
        let graph = Graph::of(&self.task, shape)?;
        if !BATCH_RANGE.contains(&self.batch) {
            return Err(RunConfigError::BatchSize(self.batch));
        }
        let bytes = graph.cost().training_bytes(self.batch, self.optimizer.moments());
        if bytes > MAX_TRAINING_BYTES {
            return Err(RunConfigError::Memory(bytes));
        }
        if !EPOCHS_RANGE.contains(&self.epochs) {
            return Err(RunConfigError::Epochs(self.epochs));
        }
        if !TEST_EVERY_RANGE.contains(&self.test_every) {
            return Err(RunConfigError::TestEvery(self.test_every));
        }
        if !PATIENCE_RANGE.contains(&self.patience) {
            return Err(RunConfigError::Patience(self.patience));
        }
        check_learning_rate(self.learning_rate)?;
        match self.optimizer {
            Optimizer::Sgd { momentum } if !(0.0..=MAX_MOMENTUM).contains(&momentum) => {
                Err(RunConfigError::Momentum(momentum))
            }
            Optimizer::AdamW { weight_decay }
                if !(0.0..=MAX_WEIGHT_DECAY).contains(&weight_decay) =>
            {
                Err(RunConfigError::WeightDecay(weight_decay))
            }
            _ => Ok(()),
        }
    }
}

/// Formats a number of bytes with one decimal, rounded up: “2.5 GB”.
fn gigabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000_000);
    match tenths % 10 {
        0 => format!("{} GB", tenths / 10),
        tenth => format!("{}.{tenth} GB", tenths / 10),
    }
}

/// Checks that a learning rate is above 0 and at most [`MAX_LEARNING_RATE`].
///
/// # Errors
///
/// Returns an error if it is not, or if it is NaN.
pub fn check_learning_rate(value: f64) -> Result<(), RunConfigError> {
    if value > 0.0 && value <= MAX_LEARNING_RATE {
        Ok(())
    } else {
        Err(RunConfigError::LearningRate(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_belong_to_one_data_set() {
        let mut config = RunConfig { data: DataSource::PHANTOM, ..RunConfig::default() };
        config.sampling.classes = ClassSubset::of([0, 3]);
        config.choose_data(DataSource::Phantom { noise: 30, rotation: 0 });
        assert_eq!(config.sampling.classes, ClassSubset::of([0, 3]));
        config.choose_data(DataSource::ChestXRays);
        assert_eq!(
            (config.data, config.sampling.classes),
            (DataSource::ChestXRays, ClassSubset::ALL)
        );
    }

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
        let layers =
            ["conv128k3.same.relu", "conv128k3.same.relu.pool2"].map(|layer| layer.parse());
        let wide = Network {
            architecture: Architecture::Cnn,
            layers: layers.map(Result::unwrap).to_vec(),
        };
        let mut large = RunConfig { task: Task::Classify(wide), ..good.clone() };
        assert_eq!(large.check(shape), Ok(()));
        large.batch = 256;
        let error = large.check(shape).unwrap_err();
        assert!(matches!(error, RunConfigError::Memory(2_000_000_001..)), "{error:?}");
        assert!(error.to_string().contains("more than the 2 GB"), "{error}");
        assert_eq!(bad(|c| c.epochs = 0), RunConfigError::Epochs(0));
        assert_eq!(bad(|c| c.test_every = 200_000), RunConfigError::TestEvery(200_000));
        assert_eq!(bad(|c| c.patience = 101), RunConfigError::Patience(101));
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
            RunConfigError::Graph(GraphError::Network(_))
        ));
        assert!(matches!(bad(|c| c.data = DataSource::Hippocampus), RunConfigError::WrongLab(_)));
        let segment = RunConfig::default_for(Lab::Segment);
        assert_eq!(segment.check(DataShape { classes: 3, ..shape }), Ok(()));
        assert!(matches!(
            segment.check(DataShape { classes: 3, size: [64, 62] }),
            Err(RunConfigError::Graph(GraphError::UNet(_)))
        ));
    }
}
