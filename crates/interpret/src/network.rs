//! Networks of runs: their layers, their logits, and what can be asked of them.

use kernels::{Loss, PixelTerm};
use model::graph::{Cost, Graph, GraphLayer};
use model::{DataShape, LayerInfo, PixelRect, Task, layer_table};
use thiserror::Error;

use crate::execute::{Executor, Gradients, Values};

/// Maximum number of multiplications in one piece of work, after which new queries are handled. It
/// takes some hundred milliseconds in a browser on a slow core.
const MULTIPLICATIONS_PER_SLICE: u64 = 90_000_000;

/// Network of a run, ready to be computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Computation of the network.
    executor: Executor,
    /// Layers as shown on the page, starting with the image.
    pub layers: Vec<LayerInfo>,
    /// Whether the network predicts a class for each pixel.
    pub segments: bool,
}

/// Errors in building or using a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// The layers do not fit together.
    #[error("The layers of this run make no network. Mend the network first.")]
    InvalidNetwork,
    /// The number of weights is wrong for this network.
    #[error(
        "The weights are those of another network: {found} values instead of {expected}. Choose an epoch of this run."
    )]
    Weights {
        /// Number of weights of the network.
        expected: usize,
        /// Number of weights given.
        found: usize,
    },
    /// The layer does not exist.
    #[error("The network has no layer {0} any more. Choose another one.")]
    Layer(usize),
    /// The unit does not exist.
    #[error("The layer has {units} units, so there is no unit {unit} any more. Choose another one.", unit = .unit + 1)]
    Unit {
        /// Index of the unit.
        unit: usize,
        /// Number of units in the layer.
        units: usize,
    },
    /// The image has the wrong size.
    #[error("The image has {found} pixels instead of {expected}. Choose another one.")]
    Image {
        /// Number of pixels of the network's input.
        expected: usize,
        /// Number of pixels of the image.
        found: usize,
    },
}

impl Model {
    /// Builds the network of a run.
    pub fn new(task: &Task, classes: usize, size: [usize; 2]) -> Result<Self, ModelError> {
        let shape = DataShape { classes, size };
        let graph = Graph::of(task, shape).map_err(|_| ModelError::InvalidNetwork)?;
        Ok(Self {
            layers: layer_table(&graph),
            executor: Executor::new(graph),
            segments: matches!(task, Task::Segment(_)),
        })
    }

    /// Returns the graph.
    pub fn graph(&self) -> &Graph {
        self.executor.graph()
    }

    /// Returns the node of the logits.
    pub fn head(&self) -> usize {
        self.graph().head()
    }

    /// Computes the outputs of all nodes up to and including `last`, see [`Executor::forward`].
    pub fn forward(&self, weights: &[f32], images: Vec<f32>, last: usize) -> Values {
        self.executor.forward(weights, images, last)
    }

    /// Computes the gradients of a scalar with respect to the outputs of all nodes up to and
    /// including `seed.0` and, if they are requested, all weights; see [`Executor::backward`].
    pub fn backward(
        &self,
        weights: &[f32],
        values: &Values,
        seed: (usize, Vec<f32>),
        with_weights: bool,
    ) -> Gradients {
        self.executor.backward(weights, values, seed, with_weights)
    }

    /// Computes the logits of a batch of images, `[batch, classes, height, width]`.
    pub fn logits(&self, weights: &[f32], images: Vec<f32>) -> Vec<f32> {
        self.executor.logits(weights, images)
    }

    /// Returns the batch size for forward passes, 1 to `most`, chosen so that a newer query waits
    /// no longer than some hundred milliseconds.
    pub fn batch_size(&self, most: usize) -> usize {
        let Cost { multiply_adds, activations, .. } = self.graph().cost();
        let images = MULTIPLICATIONS_PER_SLICE / (multiply_adds + activations).max(1);
        usize::try_from(images).unwrap_or(most).clamp(1, most.max(1))
    }

    /// Returns the batch size for forward and backward passes together, which cost about three
    /// times as much as forward passes.
    pub fn batch_size_with_backward(&self, most: usize) -> usize {
        self.batch_size(3 * most).div_ceil(3)
    }

    /// Returns the number of classes.
    pub fn classes(&self) -> usize {
        self.shape(self.head())[0]
    }

    /// Returns the number of pixels of an image.
    pub fn pixels(&self) -> usize {
        self.graph().len(0)
    }

    /// Returns the mean cross-entropy loss for a batch of this size.
    pub fn cross_entropy(&self, batch: usize) -> Loss {
        let [classes, height, width] = self.shape(self.head());
        let pixel_term = Some(PixelTerm::CrossEntropy);
        Loss { batch, classes, pixels: height * width, pixel_term, dice: false }
    }

    /// Checks that `found` is the number of the network's weights.
    pub fn check_weights(&self, found: usize) -> Result<(), ModelError> {
        let expected = self.graph().checkpoint_len();
        if found == expected { Ok(()) } else { Err(ModelError::Weights { expected, found }) }
    }

    /// Returns the index of the last hidden layer, that of the image where there is none.
    pub fn last_hidden_layer(&self) -> usize {
        self.layers.len().saturating_sub(2)
    }

    /// Returns the nodes of a layer.
    pub fn nodes_of_layer(&self, layer: usize) -> Result<&GraphLayer, ModelError> {
        self.graph().layers().get(layer).ok_or(ModelError::Layer(layer))
    }

    /// Returns the nodes of a layer, after checking that the layer has the unit.
    pub fn unit(&self, layer: usize, unit: usize) -> Result<&GraphLayer, ModelError> {
        let found = self.nodes_of_layer(layer)?;
        let [units, ..] = self.shape(found.output);
        if unit < units { Ok(found) } else { Err(ModelError::Unit { unit, units }) }
    }

    /// Returns the shape of a node's output for one image: units, height, width.
    pub fn shape(&self, node: usize) -> [usize; 3] {
        self.graph().shape(node)
    }

    /// Returns the receptive field of a rectangle of a node's output, as the bounding rectangle in
    /// the image.
    pub fn receptive_field(&self, node: usize, area: PixelRect) -> PixelRect {
        let [_, height, width] = self.shape(0);
        let whole = PixelRect { rows: 0..height, columns: 0..width };
        self.graph().receptive_field(node, area).swap_remove(0).unwrap_or(whole)
    }

    /// Scales the gray values of an image to the network's input range 0 to 1.
    pub fn image(&self, pixels: &[u8]) -> Result<Vec<f32>, ModelError> {
        let (expected, found) = (self.pixels(), pixels.len());
        if found != expected {
            return Err(ModelError::Image { expected, found });
        }
        Ok(to_unit_range(pixels))
    }

    /// Returns the layer for Grad-CAM: the last layer with feature maps or, in a U-Net, the block
    /// at the lowest resolution.
    pub fn cam_layer(&self) -> Option<usize> {
        let layers = self.graph().layers();
        if self.segments {
            let sides = layers.iter().map(|layer| self.shape(layer.output)[1]);
            return sides.enumerate().min_by_key(|(_, side)| *side).map(|(place, _)| place);
        }
        (1..layers.len()).rev().find(|layer| {
            let [_, height, width] = self.shape(layers[*layer].activation_node());
            height * width > 1
        })
    }
}

/// Scales gray values 0 to 255 to the range 0 to 1.
pub fn to_unit_range(pixels: &[u8]) -> Vec<f32> {
    pixels.iter().map(|pixel| f32::from(*pixel) / 255.0).collect()
}
