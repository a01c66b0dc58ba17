//! Messages of a worker that trains networks of a study: several networks that differ in one thing
//! and are compared with each other.

use model::{ClassicalMethod, Corruption, MarkedImages, ProbeTarget, RunConfig};
use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::interpret::InterpreterDataset;

/// Request to a worker of a study. It handles one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StudyRequest {
    /// Sets the images: all training images, and those on which networks are evaluated.
    SetDataset(InterpreterDataset),
    /// Trains a classifier, and evaluates it.
    Train(Trial),
}

/// One classifier of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Trial {
    /// A network.
    Network(Box<NetworkTrial>),
    /// A method of classical machine learning.
    Classical(ClassicalTrial),
}

/// One classical method of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassicalTrial {
    /// The method.
    pub method: ClassicalMethod,
    /// Seed of a random forest, and of the choice of images.
    pub seed: u32,
    /// As in [`NetworkTrial`].
    pub images_per_class: Option<usize>,
}

/// One network of a study: how it is trained, and what is evaluated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkTrial {
    /// Network, optimizer, batch size, learning rate, augmentation and seed. Its data source and number
    /// of epochs are not used.
    pub config: RunConfig,
    /// Number of training steps.
    pub steps: usize,
    /// Layers that keep the weights they start from, as indices in [`model::graph::Graph::layers`].
    pub frozen: Vec<usize>,
    /// The network from which some layers are taken; otherwise weights are drawn from the seed.
    pub donor: Option<Donor>,
    /// Largest number of training images of each class; `None` for all. Which ones follows from the
    /// seed.
    pub images_per_class: Option<usize>,
    /// In which training images a marker is planted.
    pub marked: MarkedImages,
    /// Linear probes that are fitted to all layers.
    pub probes: Vec<Probing>,
}

/// A network of the same shape, trained for as many steps from another seed, some of whose layers another
/// network starts from (transfer of layers; Yosinski et al. 2014).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Donor {
    /// Its seed.
    pub seed: u32,
    /// The layers that are taken, as indices in [`model::graph::Graph::layers`].
    pub layers: Vec<usize>,
}

impl NetworkTrial {
    /// Number of training steps that the probes of one probing count as in the progress, as they take
    /// about that long.
    pub const STEPS_OF_PROBING: usize = 20;

    /// Creates a trial that trains all layers on all images, without probes.
    pub fn new(config: RunConfig, steps: usize) -> Self {
        Self {
            config,
            steps,
            frozen: Vec::new(),
            donor: None,
            images_per_class: None,
            marked: MarkedImages::None,
            probes: Vec::new(),
        }
    }

    /// Returns the number of steps from the beginning to the end, with those that probes count as.
    pub fn all_steps(&self) -> usize {
        let networks = 1 + usize::from(self.donor.is_some());
        networks * self.steps + self.probes.len() * Self::STEPS_OF_PROBING
    }
}

/// What linear probes of all layers are asked about, and on which images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Probing {
    /// A target, which is planted in the images to which the probes are fitted and in those on which they
    /// are scored.
    Target(ProbeTarget),
    /// The class. The probes are fitted to images as they are, and scored on corrupted ones.
    Corrupted(Corruption),
}

/// Response of a worker of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StudyResponse {
    /// The number of steps made, of [`NetworkTrial::all_steps`].
    Steps(usize),
    /// The classifier is trained and evaluated.
    Done(TrialResult),
    /// The trial could not be carried out.
    Failed(Problem),
}

/// Figures of a trained classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialResult {
    /// Predicted class of each evaluated image.
    #[serde(with = "serde_bytes")]
    pub predictions: Vec<u8>,
    /// For each [`Probing`] asked for, the score of the linear probe on each layer, from the image to the
    /// output.
    pub probes: Vec<Vec<ProbeScore>>,
    /// Number of learned values that were trained; of a random forest, the numbers in its nodes.
    pub trained: usize,
    /// Time for training in seconds.
    pub seconds: f64,
}

/// Score of a linear probe on held-out images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeScore {
    /// Accuracy, 0 to 1, or R², the coefficient of determination, at most 1.
    pub score: f64,
    /// Its 95 % interval over the images: Wilson's of an accuracy, a bootstrap interval of R². `None`
    /// where it is undefined.
    pub interval: Option<[f64; 2]>,
}
