//! Which layers of a network are trained, while the others keep the weights that were drawn.

use serde::{Deserialize, Serialize};

use crate::graph::Graph;

/// A choice of layers that are trained. Only layers with weights count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TrainedLayers {
    /// The output layer alone, as on random features (Rahimi & Recht 2008; for convolutions Jarrett
    /// et al. 2009).
    Output,
    /// The half of the layers at the image; without the middle one if their number is odd.
    FirstHalf,
    /// The half of the layers at the output.
    SecondHalf,
    /// All layers.
    All,
}

/// Where the weights of one layer of a study come from, and whether they are trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LayerStart {
    /// Drawn from the seed, and trained.
    #[default]
    Trained,
    /// Drawn from the seed, and kept.
    Random,
    /// Taken from another network that was trained, and kept.
    Donor,
    /// Taken from another network that was trained, and trained further.
    DonorTrained,
}

impl LayerStart {
    /// All choices.
    pub const ALL: [Self; 4] = [Self::Trained, Self::Random, Self::Donor, Self::DonorTrained];

    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            LayerStart::Trained => "trained",
            LayerStart::Random => "random, kept",
            LayerStart::Donor => "of another network, kept",
            LayerStart::DonorTrained => "of another network, trained further",
        }
    }

    /// Returns whether the layer keeps the weights it starts from.
    pub fn is_frozen(self) -> bool {
        matches!(self, LayerStart::Random | LayerStart::Donor)
    }

    /// Returns whether its weights are those of another network.
    pub fn is_of_donor(self) -> bool {
        matches!(self, LayerStart::Donor | LayerStart::DonorTrained)
    }
}

impl TrainedLayers {
    /// All choices, from the fewest layers to all.
    pub const ALL: [Self; 4] = [Self::Output, Self::FirstHalf, Self::SecondHalf, Self::All];

    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            TrainedLayers::Output => "output layer only",
            TrainedLayers::FirstHalf => "first half",
            TrainedLayers::SecondHalf => "second half",
            TrainedLayers::All => "all layers",
        }
    }

    /// Returns the layers with weights that are not trained, as indices in [`Graph::layers`].
    pub fn frozen(self, graph: &Graph) -> Vec<usize> {
        let with_weights = layers_with_weights(graph);
        let count = with_weights.len();
        let trained = match self {
            TrainedLayers::Output => count.saturating_sub(1)..count,
            TrainedLayers::FirstHalf => 0..count / 2,
            TrainedLayers::SecondHalf => count / 2..count,
            TrainedLayers::All => 0..count,
        };
        let layers = with_weights.into_iter().enumerate();
        layers.filter(|(place, _)| !trained.contains(place)).map(|(_, layer)| layer).collect()
    }
}

/// Returns the layers with weights, as indices in [`Graph::layers`]. The last one is the output.
pub fn layers_with_weights(graph: &Graph) -> Vec<usize> {
    let layers = graph.layers().iter().enumerate();
    layers.filter(|(_, layer)| graph.learned_of(layer) > 0).map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, DataShape, Network};

    #[test]
    fn the_labs_cnn_divides_into_convolutions_and_dense_layers() {
        let network = Network::default_for(Architecture::Cnn);
        let shape = DataShape { classes: 6, size: [64, 64] };
        let graph = Graph::classifier(&network, shape).unwrap();
        let frozen = TrainedLayers::ALL.map(|trained| trained.frozen(&graph));
        assert_eq!(frozen, [vec![1, 2, 3, 4], vec![3, 4, 5], vec![1, 2], vec![]]);
    }

    #[test]
    fn layers_without_weights_are_neither_trained_nor_frozen() {
        let layers = ["conv4k3.relu", "gap"].map(|layer| layer.parse().unwrap()).to_vec();
        let network = Network { architecture: Architecture::Cnn, layers };
        let graph = Graph::classifier(&network, DataShape { classes: 2, size: [8, 8] }).unwrap();
        assert_eq!(layers_with_weights(&graph), [1, 3]);
        assert_eq!(TrainedLayers::Output.frozen(&graph), [1]);
        assert_eq!(TrainedLayers::FirstHalf.frozen(&graph), [3]);
    }
}
