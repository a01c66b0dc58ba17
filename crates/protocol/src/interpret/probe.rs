//! Linear probes and two-dimensional embeddings of layers.

use serde::{Deserialize, Serialize};

/// Accuracy of a linear probe on one layer, and the layer's PCA embedding of the test images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerProbe {
    /// The layer; 0 is the image.
    pub layer: usize,
    /// Test accuracy of the linear probe, 0 to 1.
    pub accuracy: f64,
    /// Coordinates of the points on the first two principal components.
    pub map: Vec<[f32; 2]>,
    /// Fraction of the variance that each component explains.
    pub variance: [f32; 2],
    /// Fraction of dead units: units with a constant activation (within a millionth) over all pixels of
    /// all test images that probes are scored on.
    pub dead: f32,
}

/// The t-SNE embedding of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// The layer.
    pub layer: usize,
    /// Iterations so far.
    pub step: usize,
    /// Iterations in all.
    pub steps: usize,
    /// Coordinates of the points.
    pub map: Vec<[f32; 2]>,
}
