//! Output shapes, parameter counts and errors of a list of layers.

use model::graph::{Graph, GraphLayer};
use model::{DataShape, FeatureShape, IMAGE_SIDE, Network, NetworkError};
use ui::format;

/// Formats a number of parameters, for example “2,510 parameters”.
pub(crate) fn parameters_text(parameters: usize) -> String {
    format::plural(parameters, "parameter", "parameters")
}

/// Formats a number of multiplications: “950,400”, “5.4 million”.
pub(crate) fn millions_text(number: u64) -> String {
    match number {
        0..1_000_000 => format::count(number as usize),
        _ => format!("{:.1} million", number as f64 / 1e6),
    }
}

/// Output shape, parameter count and error of one layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerFacts {
    /// Output shape; `None` at and after a layer that does not fit.
    pub output: Option<FeatureShape>,
    /// Number of learned parameters.
    pub parameters: Option<usize>,
    /// Error message, if this is the layer that does not fit.
    pub error: Option<String>,
}

/// Facts about a list of layers. For an invalid network they cover the layers before the one that
/// does not fit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StackFacts {
    /// Facts about each layer.
    pub layers: Vec<LayerFacts>,
    /// Number of parameters of the output layer.
    pub output: Option<usize>,
    /// Total number of parameters.
    pub parameters: Option<usize>,
    /// Number of multiplications with an addition in the forward pass of one image.
    pub multiply_adds: Option<u64>,
}

impl StackFacts {
    /// Computes the facts about a network.
    pub fn new(network: &Network, classes: usize) -> Self {
        let shape = DataShape { classes, size: [IMAGE_SIDE; 2] };
        match Graph::classifier(network, shape) {
            Ok(graph) => {
                let (output, parameters) = (graph.layers().last(), graph.learned());
                Self {
                    output: output.map(|layer| graph.learned_of(layer)),
                    parameters: Some(parameters),
                    multiply_adds: Some(graph.multiply_adds(graph.head())),
                    layers: facts(&graph),
                }
            }
            Err(NetworkError { layer, reason }) => {
                let before = Network {
                    architecture: network.architecture,
                    layers: network.layers[..layer].to_vec(),
                };
                let before = Graph::classifier(&before, shape);
                let mut layers = before.map(|graph| facts(&graph)).unwrap_or_default();
                layers.resize(network.layers.len(), LayerFacts::default());
                layers[layer].error = Some(capitalized(&reason.to_string()));
                Self { layers, output: None, parameters: None, multiply_adds: None }
            }
        }
    }
}

/// Returns the facts about the hidden layers of a classifier.
fn facts(graph: &Graph) -> Vec<LayerFacts> {
    let fits = |layer: &GraphLayer| LayerFacts {
        output: Some(graph.nodes()[layer.output].output),
        parameters: Some(graph.learned_of(layer)),
        error: None,
    };
    // Without image and output.
    let hidden = 1..graph.layers().len() - 1;
    graph.layers()[hidden].iter().map(fits).collect()
}

fn capitalized(sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use model::Architecture;

    use super::*;

    fn cnn(layers: &[&str]) -> Network {
        let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
        Network { architecture: Architecture::Cnn, layers }
    }

    #[test]
    fn the_labs_network_is_known_layer_by_layer() {
        let facts = StackFacts::new(&Network::default_for(Architecture::Cnn), 6);
        let shapes: Vec<String> =
            facts.layers.iter().map(|layer| layer.output.unwrap().to_string()).collect();
        assert_eq!(shapes, ["10 × 30 × 30", "20 × 13 × 13", "320", "50"]);
        assert_eq!((facts.output, facts.parameters), (Some(306), Some(1_103_556)));
        // Each output of a convolution has 25 products for each input channel.
        let products = 10 * 60 * 60 * 25 + 20 * 26 * 26 * 250 + 3380 * 320 + 320 * 50 + 50 * 6;
        assert_eq!(facts.multiply_adds, Some(products));
        assert_eq!(facts.multiply_adds.map(millions_text).unwrap(), "5.4 million");
        assert_eq!(millions_text(950_400), "950,400");
        assert_eq!(facts.layers[0].parameters.map(parameters_text).unwrap(), "260 parameters");
    }

    #[test]
    fn a_stack_that_cannot_be_built_says_why_where_it_breaks() {
        let facts =
            StackFacts::new(&cnn(&["conv8k5.pool4", "conv8k11.pool4", "conv8k5", "dense5"]), 6);
        assert!(facts.layers[0].output.is_some() && facts.layers[1].output.is_some());
        let reason = facts.layers[2].error.clone().unwrap();
        assert!(reason.starts_with("A 5×5 kernel does not fit into a 1×1 map."), "{reason}");
        assert_eq!(facts.layers[3], LayerFacts::default());
        assert_eq!((facts.output, facts.parameters), (None, None));
    }
}
