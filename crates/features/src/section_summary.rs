//! Summaries of data, network and training in one line each, which are shown while a section is
//! folded.

use model::graph::{Graph, GraphError};
use model::{Architecture, DataShape, DataSource, Layer, Network, RunConfig, Task, UNet};
use store::first_weights::{WeightsOrigin, WeightsPart};
use ui::format;

use crate::data::data_panel::DataView;

/// Separator between the parts of a summary.
const SEPARATOR: &str = " · ";

/// Returns name and size of the data set: “MedNIST · 1,200 + 180 + 120 images”, for
/// training, validation and test. Without the description
/// of the data set that the configuration names, there is no size.
pub fn data_summary(config: &RunConfig, data: Option<&DataView>) -> String {
    let name = config.data.name();
    let noun = match config.data {
        DataSource::Hippocampus | DataSource::Ventricles(_) => "slices",
        _ => "images",
    };
    match data.filter(|data| data.name == config.data.slug()) {
        Some(data) => {
            let counts = [data.train, data.validation, data.test];
            let counts = counts.into_iter().filter(|count| *count > 0).map(format::count);
            format!("{name}{SEPARATOR}{} {noun}", counts.collect::<Vec<_>>().join(" + "))
        }
        None => name.to_owned(),
    }
}

/// Returns kind, layers and number of parameters of the network: “CNN · 2 convolutions, 2 dense ·
/// 1,103,556 parameters”, “U-Net · depth 2, width 8 · 30,603 parameters”. For a network that cannot
/// be built it says so in place of the number. If not all first weights are random, their origin
/// follows: “encoder from a classifier”.
pub fn network_summary(
    config: &RunConfig,
    shape: DataShape,
    origin: Option<&WeightsOrigin>,
) -> String {
    let (kind, layers) = match &config.task {
        Task::Classify(network) => (network.architecture.name(), layers_text(network)),
        Task::Segment(segmentation) => ("U-Net", unet_text(&segmentation.unet)),
    };
    let parameters = match Graph::of(&config.task, shape) {
        Ok(graph) => parameters_text(graph.learned()),
        Err(GraphError::Network(error)) => format!("layer {} does not fit", error.layer + 1),
        Err(GraphError::UNet(_)) => "cannot be built".to_owned(),
    };
    let mut parts = vec![kind, &layers, &parameters];
    parts.extend(origin.map(|origin| match origin.part {
        WeightsPart::Network => "weights of a file",
        WeightsPart::Encoder => "encoder from a classifier",
    }));
    parts.join(SEPARATOR)
}

/// Returns the hyperparameters: “Adam · 0.001 · batch 16 · 10 epochs”, followed by “augmented” if the
/// images are, and by the loss in the segmentation lab.
pub fn training_summary(config: &RunConfig) -> String {
    let mut parts = vec![
        config.optimizer.name().to_owned(),
        format::short(config.learning_rate),
        format!("batch {}", config.batch),
        format::plural(config.epochs, "epoch", "epochs"),
    ];
    if !config.augmentation.is_none() {
        parts.push("augmented".to_owned());
    }
    parts.extend(config.segmentation().map(|part| part.loss.name().to_owned()));
    parts.join(SEPARATOR)
}

fn layers_text(network: &Network) -> String {
    let count =
        |is_kind: fn(&Layer) -> bool| network.layers.iter().filter(|layer| is_kind(layer)).count();
    let convolutions = count(|layer| matches!(layer, Layer::Conv(_)));
    let residuals = count(|layer| matches!(layer, Layer::Residual(_)));
    let dense = count(|layer| matches!(layer, Layer::Dense(_)));
    let mut parts = Vec::new();
    if network.architecture != Architecture::Mlp {
        parts.push(format::plural(convolutions, "convolution", "convolutions"));
    }
    if residuals > 0 {
        parts.push(format::plural(residuals, "residual block", "residual blocks"));
    }
    if dense > 0 {
        parts.push(format!("{dense} dense"));
    }
    if network.layers.is_empty() { "no hidden layer".to_owned() } else { parts.join(", ") }
}

fn unet_text(unet: &UNet) -> String {
    let mut text = format!("depth {}, width {}", unet.depth, unet.width);
    let cut = (0..unet.depth.min(unet.skips.len())).filter(|level| !unet.has_skip(*level)).count();
    if cut > 0 {
        text.push_str(&format!(", {} cut", format::plural(cut, "skip", "skips")));
    }
    text
}

fn parameters_text(parameters: usize) -> String {
    format::plural(parameters, "parameter", "parameters")
}

#[cfg(test)]
mod tests {
    use model::{DenseLayer, Lab, Optimizer};

    use super::*;

    const SHAPE: DataShape = DataShape { classes: 6, size: [64, 64] };

    fn data(name: &str, [train, validation, test]: [usize; 3]) -> DataView {
        let text = String::new;
        DataView {
            name: name.to_owned(),
            description: text(),
            classes: Vec::new(),
            all_classes: Vec::new(),
            train,
            validation,
            test,
            notes: Vec::new(),
            rule: text(),
            source: text(),
            source_url: text(),
            license: text(),
            license_url: text(),
            attribution: text(),
        }
    }

    #[test]
    fn data_are_told_with_their_size_once_it_is_known() {
        let config = RunConfig::default();
        assert_eq!(data_summary(&config, None), "MedNIST");
        let mednist = data("mednist", [1200, 0, 300]);
        assert_eq!(data_summary(&config, Some(&mednist)), "MedNIST · 1,200 + 300 images");
        let phantoms = RunConfig { data: DataSource::PHANTOM, ..config };
        assert_eq!(data_summary(&phantoms, Some(&mednist)), "Phantoms");
        let config = RunConfig::default_for(Lab::Segment);
        let slices = data("hippocampus", [640, 80, 80]);
        assert_eq!(data_summary(&config, Some(&slices)), "Hippocampus · 640 + 80 + 80 slices");
    }

    #[test]
    fn a_classifier_is_told_by_its_layers() {
        let summary = |change: fn(&mut Network)| {
            let mut network = Network::default_for(Architecture::Cnn);
            change(&mut network);
            network_summary(
                &RunConfig { task: Task::Classify(network), ..RunConfig::default() },
                SHAPE,
                None,
            )
        };
        let text = summary(|_| ());
        assert_eq!(text, "CNN · 2 convolutions, 2 dense · 1,103,556 parameters");
        assert!(
            summary(|network| network.layers.truncate(1)).starts_with("CNN · 1 convolution · ")
        );
        assert!(summary(|network| network.layers.clear()).starts_with("CNN · no hidden layer · "));
        let text = summary(|network| *network = Network::default_for(Architecture::Mlp));
        assert_eq!(text, "MLP · 1 dense · 32,830 parameters");
        let text = summary(|network| {
            network.layers.insert(1, Layer::Dense(DenseLayer { units: 0, ..Default::default() }));
        });
        assert_eq!(text, "CNN · 2 convolutions, 3 dense · layer 2 does not fit");
    }

    #[test]
    fn a_unet_is_told_by_its_settings() {
        let mut config = RunConfig::default_for(Lab::Segment);
        let shape = DataShape { classes: 3, size: [64, 64] };
        let parameters = Graph::unet(&UNet::default(), shape).unwrap().learned();
        let text = format!("U-Net · depth 2, width 8 · {} parameters", format::count(parameters));
        assert_eq!(network_summary(&config, shape, None), text);
        let from = |part| WeightsOrigin { name: "a.safetensors".into(), part };
        let summary = |part| network_summary(&config, shape, Some(&from(part)));
        assert_eq!(summary(WeightsPart::Encoder), format!("{text} · encoder from a classifier"));
        assert_eq!(summary(WeightsPart::Network), format!("{text} · weights of a file"));
        let Task::Segment(part) = &mut config.task else { panic!("no U-Net") };
        // A skip connection below the depth is not there to be cut.
        part.unet.skips = [false, true, false, true];
        assert!(
            network_summary(&config, shape, None)
                .starts_with("U-Net · depth 2, width 8, 1 skip cut · ")
        );
        let odd = DataShape { classes: 3, size: [64, 62] };
        assert!(network_summary(&config, odd, None).ends_with(" · cannot be built"));
    }

    #[test]
    fn training_is_told_by_its_numbers() {
        assert_eq!(training_summary(&RunConfig::default()), "Adam · 0.001 · batch 16 · 10 epochs");
        let sgd = RunConfig {
            optimizer: Optimizer::SGD,
            learning_rate: 1e-5,
            epochs: 1,
            ..RunConfig::default()
        };
        assert_eq!(training_summary(&sgd), "SGD · 1e-5 · batch 16 · 1 epoch");
        assert_eq!(
            training_summary(&RunConfig::default_for(Lab::Segment)),
            "Adam · 0.003 · batch 8 · 12 epochs · cross-entropy + Dice"
        );
    }
}
