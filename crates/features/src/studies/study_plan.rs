//! Plans of studies: which trials answer a question.

use model::graph::Graph;
use model::{
    Architecture, ClassicalMethod, Corruption, CorruptionKind, LayerStart, MarkedImages, Network,
    PixelRect, ProbeTarget, RunConfig, StudyKind, Task, TrainedLayers, layers_with_weights,
};
use protocol::study::{ClassicalTrial, Donor, NetworkTrial, Probing, Trial};

use super::study::{Arm, ClassifierKind, Study, StudyData, StudyLayer, Variant};
use super::study_settings::StudySettings;

/// Numbers of training images of each class that are compared.
const IMAGE_COUNTS: [usize; 6] = [5, 10, 25, 50, 100, 200];

/// Classical methods whose accuracy is shown against the number of images: the plainest one, and that
/// with the most knowledge of images in it.
const AGAINST_IMAGES: [ClassicalMethod; 2] =
    [ClassicalMethod::LogisticRegressionOnPixels, ClassicalMethod::RandomForestOnFeatures];

/// What differs in an arm, and its trial with the first seed.
type Planned = (Variant, Trial);

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
        let classes = count_by_class(&data).iter().filter(|count| **count > 0).count();
        if classes < 2 || data.labels.is_empty() {
            return Err("A study needs images of two classes or more, and some to evaluate on. \
                        Choose other data, or more classes."
                .into());
        }
        config.check(data.shape).map_err(|error| error.to_string())?;
        let graph = Graph::of(&config.task, data.shape).map_err(|error| error.to_string())?;
        let steps = settings.epochs * data.train_labels.len().div_ceil(config.batch);
        let trial = NetworkTrial::new(config.clone(), steps);
        let whole = Variant::Whole(ClassifierKind::Network(network.architecture));
        let arms = match settings.kind {
            StudyKind::TrainedLayers => trained_layers(&settings.layers, &graph, &trial)?,
            StudyKind::ProbeTargets => {
                let probes = ProbeTarget::ALL.map(Probing::Target).to_vec();
                let trained = NetworkTrial { probes, ..trial };
                let untrained = NetworkTrial { steps: 0, ..trained.clone() };
                vec![
                    (Variant::Untrained, network_trial(untrained)),
                    (whole, network_trial(trained)),
                ]
            }
            StudyKind::Shortcut => {
                let arm = |marked: MarkedImages| {
                    let probes = vec![Probing::Target(ProbeTarget::Marker)];
                    let trial = NetworkTrial { marked, probes, ..trial.clone() };
                    (Variant::Marked(marked), network_trial(trial))
                };
                MarkedImages::ALL.map(arm).to_vec()
            }
            StudyKind::Corruption => {
                let corrupted = CorruptionKind::ALL.into_iter().flat_map(Corruption::of);
                let intact = [Probing::Target(ProbeTarget::Class)];
                let probes = intact.into_iter().chain(corrupted.map(Probing::Corrupted)).collect();
                vec![(whole, network_trial(NetworkTrial { probes, ..trial }))]
            }
            StudyKind::TrainingImages => training_images(network, &data, &trial)?,
            StudyKind::Classical => {
                let methods = ClassicalMethod::ALL.map(|method| classical(method, config));
                let methods = methods.map(|(kind, trial)| (Variant::Whole(kind), trial));
                methods.into_iter().chain([(whole, network_trial(trial))]).collect()
            }
            StudyKind::Seeds if settings.seeds < 2 => {
                return Err("One seed cannot be compared with itself. Choose two or more.".into());
            }
            StudyKind::Seeds => vec![(whole, network_trial(trial))],
        };
        let with_seeds = |(variant, trial): Planned| {
            let with_seed = |offset: usize| {
                let mut trial = trial.clone();
                let seed = match &mut trial {
                    Trial::Network(trial) => {
                        if let Some(donor) = &mut trial.donor {
                            donor.seed = donor.seed.wrapping_add(offset as u32);
                        }
                        &mut trial.config.seed
                    }
                    Trial::Classical(trial) => &mut trial.seed,
                };
                *seed = seed.wrapping_add(offset as u32);
                trial
            };
            Arm { variant, trials: (0..settings.seeds).map(with_seed).collect() }
        };
        let arms = arms.into_iter().map(with_seeds).collect();
        Ok(Self {
            settings,
            data,
            architecture: network.architecture,
            layers: (0..graph.layers().len()).map(|layer| study_layer(&graph, layer)).collect(),
            arms,
        })
    }
}

/// Plans networks that differ in the layers that are trained.
fn trained_layers(
    chosen: &[LayerStart],
    graph: &Graph,
    trial: &NetworkTrial,
) -> Result<Vec<Planned>, String> {
    if layers_with_weights(graph).len() < 2 {
        return Err(
            "The network has one layer with weights, so there is nothing to leave untrained. \
                    Add a hidden layer."
                .into(),
        );
    }
    let trial = NetworkTrial { probes: vec![Probing::Target(ProbeTarget::Class)], ..trial.clone() };
    let arm = |trained: TrainedLayers| {
        let trial = NetworkTrial { frozen: trained.frozen(graph), ..trial.clone() };
        (Variant::Trained(trained), network_trial(trial))
    };
    let chosen = chosen_layers(chosen, graph, &trial);
    let chosen = chosen.map(|trial| (Variant::Chosen, network_trial(trial)));
    Ok(TrainedLayers::ALL.map(arm).into_iter().chain(chosen).collect())
}

/// Plans classifiers that are trained on different numbers of images.
fn training_images(
    network: &Network,
    data: &StudyData,
    trial: &NetworkTrial,
) -> Result<Vec<Planned>, String> {
    let most = count_by_class(data).into_iter().max().unwrap_or(0);
    let largest = most.min(IMAGE_COUNTS[IMAGE_COUNTS.len() - 1]);
    let counts = IMAGE_COUNTS.iter().copied().filter(|count| *count < largest);
    let counts: Vec<usize> = counts.chain([largest]).collect();
    if counts.len() < 2 {
        return Err(format!(
            "There are at most {most} training images of a class, too few to leave some out. Choose \
             a larger data set."
        ));
    }
    let networks = [other(network), network.clone()].map(|network| {
        let classifier = ClassifierKind::Network(network.architecture);
        let config = RunConfig { task: Task::Classify(network), ..trial.config.clone() };
        (classifier, network_trial(NetworkTrial { config, ..trial.clone() }))
    });
    let methods = AGAINST_IMAGES.map(|method| classical(method, &trial.config));
    let with_counts = networks.into_iter().chain(methods).flat_map(|(classifier, trial)| {
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
    Ok(with_counts.collect())
}

/// Number by which the seed of a network whose layers others take differs from theirs: more than there are
/// seeds, so that it is none of theirs.
const DONOR_SEED: u32 = 1000;

/// Returns the trial of a network whose layers start as chosen; `None` if all are trained as usual.
fn chosen_layers(
    chosen: &[LayerStart],
    graph: &Graph,
    trial: &NetworkTrial,
) -> Option<NetworkTrial> {
    let with_weights = layers_with_weights(graph);
    let layers = |is_of: fn(LayerStart) -> bool| -> Vec<usize> {
        let layers = with_weights.iter().zip(chosen);
        layers.filter(|(_, start)| is_of(**start)).map(|(layer, _)| *layer).collect()
    };
    let (frozen, taken) = (layers(LayerStart::is_frozen), layers(LayerStart::is_of_donor));
    if frozen.is_empty() && taken.is_empty() {
        return None;
    }
    let seed = trial.config.seed.wrapping_add(DONOR_SEED);
    let donor = (!taken.is_empty()).then_some(Donor { seed, layers: taken });
    Some(NetworkTrial { frozen, donor, ..trial.clone() })
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

fn network_trial(trial: NetworkTrial) -> Trial {
    Trial::Network(Box::new(trial))
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
