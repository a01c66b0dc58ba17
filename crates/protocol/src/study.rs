//! Messages of a worker that trains networks of a study: several networks that differ in one thing
//! and are compared with each other.

use model::{ClassicalMethod, RunConfig};
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
    Network(NetworkTrial),
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
    /// Layers that keep the weights drawn from the seed, as indices in [`model::graph::Graph::layers`].
    pub frozen: Vec<usize>,
    /// Largest number of training images of each class; `None` for all. Which ones follows from the
    /// seed.
    pub images_per_class: Option<usize>,
    /// Whether linear probes are fitted to all layers.
    pub has_probes: bool,
}

/// Response of a worker of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StudyResponse {
    /// The number of training steps made.
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
    /// Accuracy of the linear probe on each layer, 0 to 1, from the image to the output. Empty if no
    /// probes were asked for.
    pub probes: Vec<f64>,
    /// Number of learned values that were trained; of a random forest, the numbers in its nodes.
    pub trained: usize,
    /// Time for training in seconds.
    pub seconds: f64,
}
