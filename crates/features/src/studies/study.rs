//! What a study consists of: networks that differ in one thing, each trained once a seed.

use std::sync::Arc;

use model::graph::Graph;
use model::{
    Architecture, ClassicalMethod, Corruption, CorruptionKind, DataShape, LayerKind, MarkedImages,
    Network, PixelRect, ProbeTarget, RunConfig, Task, TrainedLayers, layers_with_weights,
};
use protocol::study::{ClassicalTrial, NetworkTrial, Probing, Trial};

/// Largest number of seeds.
pub const MAX_SEEDS: usize = 20;

/// Largest number of epochs.
pub const MAX_EPOCHS: usize = 100;

/// Numbers of training images of each class that are compared.
const IMAGE_COUNTS: [usize; 6] = [5, 10, 25, 50, 100, 200];

/// In what the networks of a study differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StudyKind {
    /// In the layers that are trained.
    TrainedLayers,
    /// In whether the network is trained; each layer is asked about several targets.
    ProbeTargets,
    /// In which training images have a marker.
    Shortcut,
    /// In nothing: one network, asked about corrupted images.
    Corruption,
    /// In the number of training images, for two networks.
    TrainingImages,
    /// In whether they are networks or classical methods.
    Classical,
    /// In the seed alone.
    Seeds,
}

impl StudyKind {
    /// All kinds, in the order of the menu.
    pub const ALL: [Self; 7] = [
        Self::TrainedLayers,
        Self::ProbeTargets,
        Self::Shortcut,
        Self::Corruption,
        Self::Classical,
        Self::TrainingImages,
        Self::Seeds,
    ];

    /// Returns the question that the study answers.
    pub fn question(self) -> &'static str {
        match self {
            StudyKind::TrainedLayers => "Search or structure?",
            StudyKind::ProbeTargets => "What is kept?",
            StudyKind::Shortcut => "A shortcut?",
            StudyKind::Corruption => "What breaks it?",
            StudyKind::TrainingImages => "More data?",
            StudyKind::Classical => "Without deep learning?",
            StudyKind::Seeds => "How much is chance?",
        }
    }

    /// Returns what is done to answer it.
    pub fn method(self) -> &'static str {
        match self {
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
    pub fn defaults(self, config: &RunConfig) -> StudySettings {
        let (seeds, epochs) = match self {
            StudyKind::TrainedLayers
            | StudyKind::ProbeTargets
            | StudyKind::Shortcut
            | StudyKind::Corruption => (1, 15),
            StudyKind::TrainingImages => (1, 5),
            StudyKind::Classical => (1, 15),
            StudyKind::Seeds => (4, 15),
        };
        StudySettings { kind: self, seeds, epochs: config.epochs.min(epochs) }
    }
}

/// A kind of study, and how long it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StudySettings {
    /// The kind.
    pub kind: StudyKind,
    /// Number of seeds, from 1 to [`MAX_SEEDS`].
    pub seeds: usize,
    /// Number of epochs, from 1 to [`MAX_EPOCHS`].
    pub epochs: usize,
}

/// The data on which a study is made.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyData {
    /// Name of the data set.
    pub name: String,
    /// Number of classes and size of an image.
    pub shape: DataShape,
    /// Class of each training image.
    pub train_labels: Arc<Vec<u8>>,
    /// Class of each image on which networks are evaluated.
    pub labels: Arc<Vec<u8>>,
}

/// Networks that differ in one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Kind, seeds and epochs.
    pub settings: StudySettings,
    /// The data.
    pub data: StudyData,
    /// Kind of the network.
    pub architecture: Architecture,
    /// Layers of the network, from the image to the output.
    pub layers: Vec<StudyLayer>,
    /// The configurations that are compared.
    pub arms: Vec<Arm>,
}

/// A layer of the network of a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StudyLayer {
    /// Kind of the layer.
    pub kind: LayerKind,
    /// Height and width of the receptive field of a unit in the middle of it, in pixels of the image.
    pub receptive_field: [usize; 2],
}

/// One configuration of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// In what it differs from the others.
    pub variant: Variant,
    /// One trial a seed.
    pub trials: Vec<Trial>,
}

/// In what a configuration of a study differs from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The layers that are trained.
    Trained(TrainedLayers),
    /// The classifier, and the number of training images of each class.
    Images(ClassifierKind, usize),
    /// The classifier.
    Whole(ClassifierKind),
    /// None of the training was made: the network has its random weights.
    Untrained,
    /// The training images with a marker.
    Marked(MarkedImages),
}

/// What is trained to classify images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassifierKind {
    /// A network.
    Network(Architecture),
    /// A method of classical machine learning.
    Classical(ClassicalMethod),
}

impl ClassifierKind {
    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            ClassifierKind::Network(architecture) => architecture.name(),
            ClassifierKind::Classical(method) => method.name(),
        }
    }
}

/// Classical methods whose accuracy is shown against the number of images: the plainest one, and that
/// with the most knowledge of images in it.
const AGAINST_IMAGES: [ClassicalMethod; 2] =
    [ClassicalMethod::LogisticRegressionOnPixels, ClassicalMethod::RandomForestOnFeatures];

impl Study {
    /// Plans a study of the network of a configuration.
    ///
    /// # Errors
    ///
    /// Returns a sentence that says what to change.
    pub fn plan(
        settings: StudySettings,
        config: &RunConfig,
        data: StudyData,
    ) -> Result<Self, String> {
        let Task::Classify(network) = &config.task else {
            return Err("Studies compare classifiers. Choose the first lab.".into());
        };
        let counts = count_by_class(&data);
        let most = *counts.iter().max().unwrap_or(&0);
        let classes = counts.iter().filter(|count| **count > 0).count();
        if classes < 2 || data.labels.is_empty() {
            return Err("A study needs images of two classes or more, and some to evaluate on. \
                        Choose other data, or more classes."
                .into());
        }
        config.check(data.shape).map_err(|error| error.to_string())?;
        let graph = Graph::of(&config.task, data.shape).map_err(|error| error.to_string())?;
        let steps = settings.epochs * data.train_labels.len().div_ceil(config.batch);
        let trial = NetworkTrial {
            config: config.clone(),
            steps,
            frozen: Vec::new(),
            images_per_class: None,
            marked: MarkedImages::None,
            probes: Vec::new(),
        };
        let arms = match settings.kind {
            StudyKind::TrainedLayers if layers_with_weights(&graph).len() < 2 => {
                return Err(
                    "The network has one layer with weights, so there is nothing to leave \
                            untrained. Add a hidden layer."
                        .into(),
                );
            }
            StudyKind::TrainedLayers => {
                let arm = |trained: TrainedLayers| {
                    let frozen = trained.frozen(&graph);
                    let probes = vec![Probing::Target(ProbeTarget::Class)];
                    let trial = NetworkTrial { frozen, probes, ..trial.clone() };
                    (Variant::Trained(trained), Trial::Network(trial))
                };
                TrainedLayers::ALL.map(arm).to_vec()
            }
            StudyKind::ProbeTargets => {
                let probes = ProbeTarget::ALL.map(Probing::Target).to_vec();
                let trained = NetworkTrial { probes, ..trial };
                let untrained = NetworkTrial { steps: 0, ..trained.clone() };
                let whole = Variant::Whole(ClassifierKind::Network(network.architecture));
                vec![
                    (Variant::Untrained, Trial::Network(untrained)),
                    (whole, Trial::Network(trained)),
                ]
            }
            StudyKind::Shortcut => {
                let arm = |marked: MarkedImages| {
                    let probes = vec![Probing::Target(ProbeTarget::Marker)];
                    let trial = NetworkTrial { marked, probes, ..trial.clone() };
                    (Variant::Marked(marked), Trial::Network(trial))
                };
                MarkedImages::ALL.map(arm).to_vec()
            }
            StudyKind::Corruption => {
                let corrupted = CorruptionKind::ALL.into_iter().flat_map(Corruption::of);
                let intact = [Probing::Target(ProbeTarget::Class)];
                let probes = intact.into_iter().chain(corrupted.map(Probing::Corrupted)).collect();
                let whole = Variant::Whole(ClassifierKind::Network(network.architecture));
                vec![(whole, Trial::Network(NetworkTrial { probes, ..trial }))]
            }
            StudyKind::TrainingImages => {
                let largest = most.min(IMAGE_COUNTS[IMAGE_COUNTS.len() - 1]);
                let counts = IMAGE_COUNTS.iter().copied().filter(|count| *count < largest);
                let counts: Vec<usize> = counts.chain([largest]).collect();
                if counts.len() < 2 {
                    return Err(format!(
                        "There are at most {most} training images of a class, too few to leave \
                         some out. Choose a larger data set."
                    ));
                }
                let networks = [other(network), network.clone()].map(|network| {
                    let classifier = ClassifierKind::Network(network.architecture);
                    let config = RunConfig { task: Task::Classify(network), ..config.clone() };
                    (classifier, Trial::Network(NetworkTrial { config, ..trial.clone() }))
                });
                let methods = AGAINST_IMAGES.map(|method| classical(method, config));
                let classifiers = networks.into_iter().chain(methods);
                let with_counts = classifiers.flat_map(|(classifier, trial)| {
                    let with_count = |count: &usize| {
                        let mut trial = trial.clone();
                        match &mut trial {
                            Trial::Network(trial) => trial.images_per_class = Some(*count),
                            Trial::Classical(trial) => trial.images_per_class = Some(*count),
                        }
                        (Variant::Images(classifier, *count), trial)
                    };
                    counts.iter().map(with_count).collect::<Vec<_>>()
                });
                with_counts.collect()
            }
            StudyKind::Classical => {
                let network =
                    (ClassifierKind::Network(network.architecture), Trial::Network(trial));
                let methods = ClassicalMethod::ALL.map(|method| classical(method, config));
                let classifiers = methods.into_iter().chain([network]);
                classifiers.map(|(classifier, trial)| (Variant::Whole(classifier), trial)).collect()
            }
            StudyKind::Seeds if settings.seeds < 2 => {
                return Err("One seed cannot be compared with itself. Choose two or more.".into());
            }
            StudyKind::Seeds => {
                let classifier = ClassifierKind::Network(network.architecture);
                vec![(Variant::Whole(classifier), Trial::Network(trial))]
            }
        };
        let with_seeds = |(variant, trial): (Variant, Trial)| {
            let with_seed = |offset: usize| {
                let mut trial = trial.clone();
                let seed = match &mut trial {
                    Trial::Network(trial) => &mut trial.config.seed,
                    Trial::Classical(trial) => &mut trial.seed,
                };
                *seed = seed.wrapping_add(offset as u32);
                trial
            };
            Arm { variant, trials: (0..settings.seeds).map(with_seed).collect() }
        };
        Ok(Self {
            settings,
            data,
            architecture: network.architecture,
            layers: (0..graph.layers().len()).map(|layer| study_layer(&graph, layer)).collect(),
            arms: arms.into_iter().map(with_seeds).collect(),
        })
    }
}

impl Study {
    /// Returns the classifiers that are compared with different numbers of training images, and these
    /// numbers, each once.
    pub fn classifiers_and_counts(&self) -> (Vec<ClassifierKind>, Vec<usize>) {
        let (mut classifiers, mut counts) = (Vec::new(), Vec::new());
        for arm in &self.arms {
            if let Variant::Images(classifier, count) = arm.variant {
                if !classifiers.contains(&classifier) {
                    classifiers.push(classifier);
                }
                if !counts.contains(&count) {
                    counts.push(count);
                }
            }
        }
        (classifiers, counts)
    }
}

impl Study {
    /// Returns what the probes of its networks are asked about.
    pub fn probings(&self) -> &[Probing] {
        let first = self.arms.first().and_then(|arm| arm.trials.first());
        match first {
            Some(Trial::Network(trial)) => &trial.probes,
            Some(Trial::Classical(_)) | None => &[],
        }
    }
}

/// Describes a layer.
fn study_layer(graph: &Graph, layer: usize) -> StudyLayer {
    let found = &graph.layers()[layer];
    let [_, height, width] = graph.shape(found.output);
    let middle = |length: usize| length / 2..length / 2 + 1;
    let unit = PixelRect { rows: middle(height), columns: middle(width) };
    let seen = graph.receptive_field(found.output, unit);
    let field = seen.first().cloned().flatten();
    let receptive_field = field.map_or([0, 0], |field| [field.rows.len(), field.columns.len()]);
    StudyLayer { kind: found.kind, receptive_field }
}

/// Returns the number of training images of each class.
fn count_by_class(data: &StudyData) -> Vec<usize> {
    let of = |class: usize| {
        data.train_labels.iter().filter(|label| usize::from(**label) == class).count()
    };
    (0..data.shape.classes).map(of).collect()
}

fn classical(method: ClassicalMethod, config: &RunConfig) -> (ClassifierKind, Trial) {
    let trial = ClassicalTrial { method, seed: config.seed, images_per_class: None };
    (ClassifierKind::Classical(method), Trial::Classical(trial))
}

/// Returns the default network of the other kind.
fn other(network: &Network) -> Network {
    Network::default_for(match network.architecture {
        Architecture::Mlp => Architecture::Cnn,
        _ => Architecture::Mlp,
    })
}
