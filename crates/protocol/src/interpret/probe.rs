//! Linear probes and two-dimensional embeddings of layers.

use serde::{Deserialize, Serialize};

/// Accuracy of a linear probe on one layer, and the layer's PCA embedding of the test images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerProbe {
    /// Index of the layer in [`model::layer_table`]; 0 is the image.
    pub layer: usize,
    /// Linear probe accuracy on the test set, 0 to 1.
    pub accuracy: f64,
    /// Coordinates of the points along the first two principal components.
    pub map: Vec<[f32; 2]>,
    /// Fraction of the variance explained by each of these components.
    pub variance: [f32; 2],
    /// Fraction of dead units. A unit is dead if its activation is constant (within a millionth)
    /// over all pixels of the test images on which probes are scored.
    pub dead: f32,
}

/// Two-dimensional t-SNE embedding of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// Index of the layer in [`model::layer_table`].
    pub layer: usize,
    /// Number of completed iterations.
    pub step: usize,
    /// Total number of iterations.
    pub steps: usize,
    /// Coordinates of the points.
    pub map: Vec<[f32; 2]>,
}
