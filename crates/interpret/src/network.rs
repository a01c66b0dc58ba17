//! From a run's configuration to a graph, and where in it the layers are that people see.

use std::ops::Range;

use kernels::Activation;
use model::{Layer, Network, Task, UNet, Upsampling};
use model::{LayerInfo, layer_table};
use thiserror::Error;

use crate::graph::Graph;

/// Multiplications between two looks at new questions: in a browser, on one slow core, some hundred
/// milliseconds.
const PORTION_COST: usize = 90_000_000;

/// Where a layer is in the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The node whose output is the layer's.
    pub output: usize,
    /// The node of its last activation, in front of pooling.
    pub active: usize,
    /// Its convolution or dense product (of a U-Net's block the first convolution), if it has any.
    pub product: Option<usize>,
    /// The pooling that follows it, if one does.
    pub pool: Option<usize>,
    /// The upsampling in front of it, if there is one.
    pub upsampling: Option<usize>,
    /// Its weights among all.
    pub weights: Range<usize>,
}

/// A network that can be looked into.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its operations.
    pub graph: Graph,
    /// Its layers as people know them, the image first.
    pub stages: Vec<LayerInfo>,
    /// The same layers in the graph.
    pub layout: Vec<Layout>,
    /// Whether it names a class a pixel.
    pub segments: bool,
}

/// Why there is no network to look into.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// The layers do not fit together.
    #[error("The layers of this run make no network. Mend the network first.")]
    Impossible,
    /// Weights of another network.
    #[error(
        "The weights are those of another network: {found} values instead of {expected}. Choose an epoch of this run."
    )]
    Weights {
        /// Values that the network has.
        expected: usize,
        /// Values that came.
        found: usize,
    },
    /// A layer that is not there.
    #[error("The network has no layer {0} any more. Choose another one.")]
    Layer(usize),
    /// A unit that is not there.
    #[error("The layer has {units} units, so there is no unit {unit} any more. Choose another one.", unit = .unit + 1)]
    Unit {
        /// Which was asked for, counted from 0.
        unit: usize,
        /// How many there are.
        units: usize,
    },
    /// An image of another size.
    #[error("The image has {found} pixels instead of {expected}. Choose another one.")]
    Image {
        /// Pixels of the images that the network sees.
        expected: usize,
        /// Pixels that came.
        found: usize,
    },
}

impl Model {
    /// The network of a run.
    pub fn new(task: &Task, classes: usize, size: [usize; 2]) -> Result<Self, ModelError> {
        let stages = layer_table(task, classes, size).ok_or(ModelError::Impossible)?;
        let mut build = Builder { graph: Graph::new(size), layout: Vec::new() };
        build.layout.push(Layout {
            output: 0,
            active: 0,
            product: None,
            pool: None,
            upsampling: None,
            weights: 0..0,
        });
        match task {
            Task::Classify(network) => build.classifier(network, classes),
            Task::Segment(part) => build.unet(&part.unet, classes),
        }
        let Builder { graph, layout } = build;
        Ok(Self { graph, stages, layout, segments: matches!(task, Task::Segment(_)) })
    }

    /// The node of the logits.
    pub fn head(&self) -> usize {
        self.layout.last().map_or(0, |layer| layer.output)
    }

    /// Logits of images, `[batch, classes, height, width]` as the head puts them out.
    pub fn logits(&self, weights: &[f32], images: Vec<f32>) -> Vec<f32> {
        self.graph.forward(weights, images, self.head()).nodes.swap_remove(self.head())
    }

    /// How many images to send forwards through the whole network at a time, at most `most` and at
    /// least one, so that a newer question waits a tenth of a second or two and no longer.
    pub fn portion(&self, most: usize) -> usize {
        (PORTION_COST / self.graph.cost(self.head()).max(1)).clamp(1, most.max(1))
    }

    /// The same for work that goes backwards as well, which costs about three times as much.
    pub fn portion_both_ways(&self, most: usize) -> usize {
        self.portion(3 * most).div_ceil(3)
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.graph.shape(self.head())[0]
    }

    /// Pixels of an image.
    pub fn pixels(&self) -> usize {
        self.graph.len(0)
    }

    /// Whether these are weights of this network.
    pub fn check_weights(&self, found: usize) -> Result<(), ModelError> {
        let expected = self.graph.parameters();
        if found == expected { Ok(()) } else { Err(ModelError::Weights { expected, found }) }
    }

    /// A layer.
    pub fn layer(&self, layer: usize) -> Result<&Layout, ModelError> {
        self.layout.get(layer).ok_or(ModelError::Layer(layer))
    }

    /// A layer that has that unit.
    pub fn unit(&self, layer: usize, unit: usize) -> Result<&Layout, ModelError> {
        let found = self.layer(layer)?;
        let [units, ..] = self.graph.shape(found.output);
        if unit < units { Ok(found) } else { Err(ModelError::Unit { unit, units }) }
    }

    /// An image of gray values, as the network sees it: 0 to 1.
    pub fn image(&self, pixels: &[u8]) -> Result<Vec<f32>, ModelError> {
        let (expected, found) = (self.pixels(), pixels.len());
        if found != expected {
            return Err(ModelError::Image { expected, found });
        }
        Ok(scaled(pixels))
    }

    /// The last layer of feature maps in front of the decision: where Grad-CAM looks. Of a U-Net the
    /// block at the lowest resolution.
    pub fn cam_layer(&self) -> Option<usize> {
        if self.segments {
            let sides = self.layout.iter().map(|layer| self.graph.shape(layer.output)[1]);
            return sides.enumerate().min_by_key(|(_, side)| *side).map(|(place, _)| place);
        }
        (1..self.layout.len()).rev().find(|layer| {
            let [_, height, width] = self.graph.shape(self.layout[*layer].active);
            height * width > 1
        })
    }
}

/// Gray values as networks see them, 0 to 1.
pub fn scaled(pixels: &[u8]) -> Vec<f32> {
    pixels.iter().map(|pixel| f32::from(*pixel) / 255.0).collect()
}

struct Builder {
    graph: Graph,
    layout: Vec<Layout>,
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
            let active = self.graph.activate(x, function(activation));
            let pool = (side > 1).then(|| self.graph.pool(active, side));
            from = pool.unwrap_or(active);
            self.layer(from, active, Some(product), start);
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
                Upsampling::Transposed => self.graph.transposed(from, channels),
                Upsampling::Nearest => {
                    let repeated = self.graph.nearest(from);
                    self.graph.conv(repeated, channels, 3, 1)
                }
            };
            let joined = if unet.has_skip(level) { self.graph.join(skips[level], up) } else { up };
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

    fn layer(&mut self, output: usize, active: usize, product: Option<usize>, start: usize) {
        let weights = start..self.graph.parameters();
        let (pool, upsampling) = (None, None);
        self.layout.push(Layout { output, active, product, pool, upsampling, weights });
    }

    fn last(&mut self) -> &mut Layout {
        self.layout.last_mut().expect("a layer was just added")
    }
}

fn function(activation: model::Activation) -> Activation {
    match activation {
        model::Activation::Relu => Activation::Relu,
        model::Activation::Tanh => Activation::Tanh,
        model::Activation::Gelu => Activation::Gelu,
        model::Activation::Sigmoid => Activation::Sigmoid,
    }
}
