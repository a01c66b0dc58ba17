//! Networks as graphs of operations, with the nodes of each layer as the page shows it.

use std::ops::Range;

use kernels::{Activation, Loss, PixelTerm};
use model::{Layer, Network, Task, UNet, Upsampling};
use model::{LayerInfo, layer_table};
use thiserror::Error;

use crate::graph::Graph;

/// Multiplications of one piece of work, after which new queries are handled: some hundred
/// milliseconds in a browser on one slow core.
const MULTIPLICATIONS_PER_SLICE: usize = 90_000_000;

/// Nodes of a layer in the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerNodes {
    /// The node whose output is the layer's.
    pub output: usize,
    /// The node of its last activation, in front of pooling.
    pub activation_node: usize,
    /// Its convolution or dense product (of a U-Net's block the first convolution), if it has any.
    pub linear_op: Option<usize>,
    /// The pooling that follows it, if one does.
    pub pool: Option<usize>,
    /// The upsampling in front of it, if there is one.
    pub upsampling: Option<usize>,
    /// Range of its weights among all.
    pub weights: Range<usize>,
}

/// Network as a graph of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its operations.
    pub graph: Graph,
    /// Its layers as the page shows them, the image first.
    pub layers: Vec<LayerInfo>,
    /// The nodes of these layers.
    pub layer_nodes: Vec<LayerNodes>,
    /// Whether it predicts a class for each pixel.
    pub segments: bool,
}

/// Errors of building and using a network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// The layers do not fit together.
    #[error("The layers of this run make no network. Mend the network first.")]
    InvalidNetwork,
    /// Weights of another network.
    #[error(
        "The weights are those of another network: {found} values instead of {expected}. Choose an epoch of this run."
    )]
    Weights {
        /// Number of the network's weights.
        expected: usize,
        /// Number of weights given.
        found: usize,
    },
    /// A layer that does not exist.
    #[error("The network has no layer {0} any more. Choose another one.")]
    Layer(usize),
    /// A unit that does not exist.
    #[error("The layer has {units} units, so there is no unit {unit} any more. Choose another one.", unit = .unit + 1)]
    Unit {
        /// The unit, counted from 0.
        unit: usize,
        /// Number of units.
        units: usize,
    },
    /// An image of another size.
    #[error("The image has {found} pixels instead of {expected}. Choose another one.")]
    Image {
        /// Pixels of the network's input.
        expected: usize,
        /// Pixels of the image.
        found: usize,
    },
}

impl Model {
    /// Builds the network of a run.
    pub fn new(task: &Task, classes: usize, size: [usize; 2]) -> Result<Self, ModelError> {
        let layers = layer_table(task, classes, size).ok_or(ModelError::InvalidNetwork)?;
        let mut build = Builder { graph: Graph::new(size), layer_nodes: Vec::new() };
        build.layer_nodes.push(LayerNodes {
            output: 0,
            activation_node: 0,
            linear_op: None,
            pool: None,
            upsampling: None,
            weights: 0..0,
        });
        match task {
            Task::Classify(network) => build.classifier(network, classes),
            Task::Segment(part) => build.unet(&part.unet, classes),
        }
        let Builder { graph, layer_nodes } = build;
        Ok(Self { graph, layers, layer_nodes, segments: matches!(task, Task::Segment(_)) })
    }

    /// Returns the node of the logits.
    pub fn head(&self) -> usize {
        self.layer_nodes.last().map_or(0, |layer| layer.output)
    }

    /// Computes the logits of images, `[batch, classes, height, width]`.
    pub fn logits(&self, weights: &[f32], images: Vec<f32>) -> Vec<f32> {
        self.graph.forward(weights, images, self.head()).nodes.swap_remove(self.head())
    }

    /// Returns the batch size for forward passes, 1 to `most`, such that a newer query waits no longer
    /// than some hundred milliseconds.
    pub fn batch_size(&self, most: usize) -> usize {
        (MULTIPLICATIONS_PER_SLICE / self.graph.cost(self.head()).max(1)).clamp(1, most.max(1))
    }

    /// Returns the batch size for forward and backward passes, which cost about three times as much.
    pub fn batch_size_with_backward(&self, most: usize) -> usize {
        self.batch_size(3 * most).div_ceil(3)
    }

    /// Returns the number of classes.
    pub fn classes(&self) -> usize {
        self.graph.shape(self.head())[0]
    }

    /// Returns the number of pixels of an image.
    pub fn pixels(&self) -> usize {
        self.graph.len(0)
    }

    /// Returns the mean cross-entropy as loss of a batch.
    pub fn cross_entropy(&self, batch: usize) -> Loss {
        let [classes, height, width] = self.graph.shape(self.head());
        let pixel_term = Some(PixelTerm::CrossEntropy);
        Loss { batch, classes, pixels: height * width, pixel_term, dice: false }
    }

    /// Checks the number of weights.
    pub fn check_weights(&self, found: usize) -> Result<(), ModelError> {
        let expected = self.graph.parameters();
        if found == expected { Ok(()) } else { Err(ModelError::Weights { expected, found }) }
    }

    /// Returns the nodes of a layer.
    pub fn nodes_of_layer(&self, layer: usize) -> Result<&LayerNodes, ModelError> {
        self.layer_nodes.get(layer).ok_or(ModelError::Layer(layer))
    }

    /// Returns the nodes of a layer, if it has that unit.
    pub fn unit(&self, layer: usize, unit: usize) -> Result<&LayerNodes, ModelError> {
        let found = self.nodes_of_layer(layer)?;
        let [units, ..] = self.graph.shape(found.output);
        if unit < units { Ok(found) } else { Err(ModelError::Unit { unit, units }) }
    }

    /// Scales the gray values of an image to the network's input, 0 to 1.
    pub fn image(&self, pixels: &[u8]) -> Result<Vec<f32>, ModelError> {
        let (expected, found) = (self.pixels(), pixels.len());
        if found != expected {
            return Err(ModelError::Image { expected, found });
        }
        Ok(to_unit_range(pixels))
    }

    /// Returns the layer for Grad-CAM: the last one with feature maps; of a U-Net the block at the
    /// lowest resolution.
    pub fn cam_layer(&self) -> Option<usize> {
        if self.segments {
            let sides = self.layer_nodes.iter().map(|layer| self.graph.shape(layer.output)[1]);
            return sides.enumerate().min_by_key(|(_, side)| *side).map(|(place, _)| place);
        }
        (1..self.layer_nodes.len()).rev().find(|layer| {
            let [_, height, width] = self.graph.shape(self.layer_nodes[*layer].activation_node);
            height * width > 1
        })
    }
}

/// Scales gray values to 0 to 1.
pub fn to_unit_range(pixels: &[u8]) -> Vec<f32> {
    pixels.iter().map(|pixel| f32::from(*pixel) / 255.0).collect()
}

struct Builder {
    graph: Graph,
    layer_nodes: Vec<LayerNodes>,
}

impl Builder {
    fn classifier(&mut self, network: &Network, classes: usize) {
        let mut from = 0;
        for layer in &network.layers {
            let start = self.graph.parameters();
            let (product, norm, activation, side) = match layer {
                Layer::Conv(conv) => {
                    let product = self.graph.conv(from, conv.channels, conv.kernel, 0);
                    (product, conv.batch_norm, conv.activation, conv.pool)
                }
                Layer::Dense(dense) => {
                    let product = self.graph.dense(from, dense.units);
                    (product, dense.batch_norm, dense.activation, 1)
                }
            };
            let x = if norm { self.graph.norm(product) } else { product };
            let activation_node = self.graph.activate(x, kernel_activation(activation));
            let pool = (side > 1).then(|| self.graph.pool(activation_node, side));
            from = pool.unwrap_or(activation_node);
            self.layer(from, activation_node, Some(product), start);
            self.last().pool = pool;
        }
        let start = self.graph.parameters();
        let head = self.graph.dense(from, classes);
        self.layer(head, head, Some(head), start);
    }

    fn unet(&mut self, unet: &UNet, classes: usize) {
        let mut from = 0;
        let mut skips = Vec::new();
        for level in 0..unet.depth {
            let start = self.graph.parameters();
            let skip = self.block(unet, from, level, start);
            skips.push(skip);
            from = self.graph.pool(skip, 2);
            self.last().pool = Some(from);
        }
        let start = self.graph.parameters();
        from = self.block(unet, from, unet.depth, start);
        for level in (0..unet.depth).rev() {
            let start = self.graph.parameters();
            let channels = unet.channels(level);
            let up = match unet.upsampling {
                Upsampling::Transposed => self.graph.transposed_conv(from, channels),
                Upsampling::Nearest => {
                    let repeated = self.graph.nearest_upsample(from);
                    self.graph.conv(repeated, channels, 3, 1)
                }
            };
            let joined =
                if unet.has_skip(level) { self.graph.concat(skips[level], up) } else { up };
            from = self.block(unet, joined, level, start);
            self.last().upsampling = Some(up);
        }
        let start = self.graph.parameters();
        let head = self.graph.conv(from, classes, 1, 0);
        self.layer(head, head, Some(head), start);
    }

    /// Two convolutions with what follows each.
    fn block(&mut self, unet: &UNet, from: usize, level: usize, start: usize) -> usize {
        let mut x = from;
        let mut product = None;
        for _ in 0..2 {
            x = self.graph.conv(x, unet.channels(level), 3, 1);
            product.get_or_insert(x);
            if unet.batch_norm {
                x = self.graph.norm(x);
            }
            x = self.graph.activate(x, Activation::Relu);
        }
        self.layer(x, x, product, start);
        x
    }

    fn layer(
        &mut self,
        output: usize,
        activation_node: usize,
        linear_op: Option<usize>,
        start: usize,
    ) {
        let weights = start..self.graph.parameters();
        let (pool, upsampling) = (None, None);
        self.layer_nodes.push(LayerNodes {
            output,
            activation_node,
            linear_op,
            pool,
            upsampling,
            weights,
        });
    }

    fn last(&mut self) -> &mut LayerNodes {
        self.layer_nodes.last_mut().expect("a layer was just added")
    }
}

fn kernel_activation(activation: model::Activation) -> Activation {
    match activation {
        model::Activation::Relu => Activation::Relu,
        model::Activation::Tanh => Activation::Tanh,
        model::Activation::Gelu => Activation::Gelu,
        model::Activation::Sigmoid => Activation::Sigmoid,
    }
}
