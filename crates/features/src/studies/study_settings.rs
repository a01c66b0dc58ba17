//! What is done to answer the question of a study, and its settings.

use model::{LayerStart, RunConfig, StudyKind};

/// Largest number of seeds.
pub const MAX_SEEDS: usize = 20;

/// Largest number of epochs.
pub const MAX_EPOCHS: usize = 100;

/// Returns what is done to answer it.
pub fn method(kind: StudyKind) -> &'static str {
    match kind {
        StudyKind::TrainedLayers => {
            "Trains the present network four times, with all or some of its layers; the others keep \
             the random weights that they start from. Linear probes then read every layer."
        }
        StudyKind::ProbeTargets => {
            "Trains the present network, and asks each layer about the class and about what is planted \
             in the images: rotation, position, brightness, noise, another scanner, a marker. Linear \
             probes show which of it each layer still tells. The network is not trained on planted \
             images."
        }
        StudyKind::Shortcut => {
            "Trains the present network three times: without a marker, with a marker in half of the \
             images of each class, and with one in all images of one class alone. Linear probes then \
             show which network’s layers tell whether there is a marker."
        }
        StudyKind::Corruption => {
            "Trains the present network, and fits a linear probe of the class to each layer. The \
             probes are then scored on held-out images that have lost something: the order of their \
             patches, fine detail, coarse structure, the center, the rim."
        }
        StudyKind::TrainingImages => {
            "Trains the present network, one of the other kind and two classical methods on 5 to \
             200 images a class. All networks make the same number of steps."
        }
        StudyKind::Classical => {
            "Trains the present network and four classical methods on the same images: logistic \
             regression and a random forest, each on the pixels and on hand-made features \
             (gray-level histogram, histogram of oriented gradients, local binary patterns)."
        }
        StudyKind::Seeds => {
            "Trains the present network from several seeds: other first weights, another order of \
             the images. Nothing else differs."
        }
    }
}

/// Returns the number of seeds and of epochs with which a study takes less than a minute or so on two
/// processors.
pub fn defaults(kind: StudyKind, config: &RunConfig) -> StudySettings {
    let (seeds, epochs) = match kind {
        StudyKind::TrainedLayers
        | StudyKind::ProbeTargets
        | StudyKind::Shortcut
        | StudyKind::Corruption => (1, 15),
        StudyKind::TrainingImages => (1, 5),
        StudyKind::Classical => (1, 15),
        StudyKind::Seeds => (4, 15),
    };
    StudySettings { kind, seeds, epochs: config.epochs.min(epochs), layers: Vec::new() }
}

/// A kind of study, and how long it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudySettings {
    /// The kind.
    pub kind: StudyKind,
    /// Number of seeds, from 1 to [`MAX_SEEDS`].
    pub seeds: usize,
    /// Number of epochs, from 1 to [`MAX_EPOCHS`].
    pub epochs: usize,
    /// For [`StudyKind::TrainedLayers`]: how each layer with weights starts in one more network, from the
    /// image to the output. Those that are not named are trained.
    pub layers: Vec<LayerStart>,
}
