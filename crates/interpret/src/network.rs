//! Networks as graphs of operations, with the nodes of each layer shown on the page.

use std::ops::Range;

use kernels::{Activation, Loss, PixelTerm};
use model::{DataShape, LayerInfo, layer_table};
use model::{Layer, Network, Task, UNet, Upsampling};
use thiserror::Error;

use crate::graph::Graph;

/// Maximum number of multiplications in one piece of work, after which new queries are handled. It
/// takes some hundred milliseconds in a browser on a slow core.
const MULTIPLICATIONS_PER_SLICE: usize = 90_000_000;

/// Nodes of one layer in the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerNodes {
    /// Node with the layer's output.
    pub output: usize,
    /// Node of the layer's last activation, before pooling.
    pub activation_node: usize,
    /// Node of the layer's convolution or dense product, if it has one; in a U-Net block, of the
    /// first convolution.
    pub linear_op: Option<usize>,
    /// Node of the pooling after the layer, if there is one.
    pub pool: Option<usize>,
    /// Node of the upsampling before the layer, if there is one.
    pub upsampling: Option<usize>,
    /// Range of the layer's weights among all weights.
    pub weights: Range<usize>,
}

/// Network as a graph of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Operations of the network.
    pub graph: Graph,
    /// Layers as shown on the page, starting with the image.
    pub layers: Vec<LayerInfo>,
    /// Nodes of each of these layers.
    pub layer_nodes: Vec<LayerNodes>,
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
        let of_task = model::graph::Graph::of(task, DataShape { classes, size });
        let layers = layer_table(&of_task.map_err(|_| ModelError::InvalidNetwork)?);
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

    /// Computes the logits of a batch of images, `[batch, classes, height, width]`.
    pub fn logits(&self, weights: &[f32], images: Vec<f32>) -> Vec<f32> {
        self.graph.forward(weights, images, self.head()).nodes.swap_remove(self.head())
    }

    /// Returns the batch size for forward passes, 1 to `most`, chosen so that a newer query waits
    /// no longer than some hundred milliseconds.
    pub fn batch_size(&self, most: usize) -> usize {
        (MULTIPLICATIONS_PER_SLICE / self.graph.cost(self.head()).max(1)).clamp(1, most.max(1))
    }

    /// Returns the batch size for forward and backward passes together, which cost about three
    /// times as much as forward passes.
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

    /// Returns the mean cross-entropy loss for a batch of this size.
    pub fn cross_entropy(&self, batch: usize) -> Loss {
        let [classes, height, width] = self.graph.shape(self.head());
        let pixel_term = Some(PixelTerm::CrossEntropy);
        Loss { batch, classes, pixels: height * width, pixel_term, dice: false }
    }

    /// Checks that `found` is the number of the network's weights.
    pub fn check_weights(&self, found: usize) -> Result<(), ModelError> {
        let expected = self.graph.parameters();
        if found == expected { Ok(()) } else { Err(ModelError::Weights { expected, found }) }
    }

    /// Returns the nodes of a layer.
    pub fn nodes_of_layer(&self, layer: usize) -> Result<&LayerNodes, ModelError> {
        self.layer_nodes.get(layer).ok_or(ModelError::Layer(layer))
    }

    /// Returns the nodes of a layer, after checking that the layer has the unit.
    pub fn unit(&self, layer: usize, unit: usize) -> Result<&LayerNodes, ModelError> {
        let found = self.nodes_of_layer(layer)?;
        let [units, ..] = self.graph.shape(found.output);
        if unit < units { Ok(found) } else { Err(ModelError::Unit { unit, units }) }
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

/// Scales gray values 0 to 255 to the range 0 to 1.
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

    /// Adds a U-Net block: two convolutions, each followed by batch norm (if used) and ReLU.
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
