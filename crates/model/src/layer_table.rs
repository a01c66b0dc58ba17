//! Table of a network's layers, from image to output, for the networks of both labs.

use serde::{Deserialize, Serialize};

use crate::{Activation, FeatureShape, Layer, Task, UNetBlock, Upsampling};

/// An operation whose arithmetic the page can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OpKind {
    /// The convolution of a layer; in a block of a U-Net, its first convolution.
    Convolution,
    /// Max-pooling.
    Pool,
    /// The transposed convolution (or nearest-neighbor upsampling) in front of a decoder block.
    Upsampling,
}

/// Kind of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LayerKind {
    /// The input image.
    Image,
    /// A hidden convolution layer, counted from 1.
    Conv(usize),
    /// A hidden dense layer, counted from 1 among all layers.
    Dense(usize),
    /// The output layer, with one logit per class.
    Output,
    /// A block of a U-Net.
    Block(UNetBlock),
}

impl LayerKind {
    /// Returns the name shown to people: “Image”, “Convolution 1”, “Dense 3”, “Output”, “Encoder 1”.
    pub fn name(self) -> String {
        match self {
            LayerKind::Image => "Image".into(),
            LayerKind::Conv(number) => format!("Convolution {number}"),
            LayerKind::Dense(number) => format!("Dense {number}"),
            LayerKind::Output => "Output".into(),
            LayerKind::Block(block) => block.to_string(),
        }
    }
}

/// Properties of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerInfo {
    /// Kind of the layer.
    pub kind: LayerKind,
    /// Shape of the layer's output for one image: units, height, width.
    pub output: [usize; 3],
    /// Activation function; `None` for the image and the output layer.
    pub activation: Option<Activation>,
    /// Operations whose arithmetic the page can show.
    pub traceable_ops: [Option<OpKind>; 3],
    /// Side of the max-pooling window applied to the layer's output; 1 without pooling.
    pub pool: usize,
}

/// Returns the layers from image to output, starting with the image, or `None` if the network
/// cannot be built.
pub fn layer_table(task: &Task, classes: usize, size: [usize; 2]) -> Option<Vec<LayerInfo>> {
    let image = LayerInfo {
        kind: LayerKind::Image,
        output: [1, size[0], size[1]],
        activation: None,
        traceable_ops: [None; 3],
        pool: 1,
    };
    let mut layers = vec![image];
    match task {
        Task::Classify(network) => {
            let summary = network.summary(classes).ok()?;
            for (index, layer) in summary.layers.iter().enumerate() {
                let output = match layer.output {
                    FeatureShape::Maps(channels, height, width) => [channels, height, width],
                    FeatureShape::Vector(units) => [units, 1, 1],
                };
                let (kind, activation, traceable_ops, side) = match network.layers.get(index) {
                    Some(Layer::Conv(conv)) => {
                        let pool = (conv.pool > 1).then_some(OpKind::Pool);
                        let traceable_ops = [Some(OpKind::Convolution), pool, None];
                        (
                            LayerKind::Conv(index + 1),
                            Some(conv.activation),
                            traceable_ops,
                            conv.pool,
                        )
                    }
                    Some(Layer::Dense(dense)) => {
                        (LayerKind::Dense(index + 1), Some(dense.activation), [None; 3], 1)
                    }
                    None => (LayerKind::Output, None, [None; 3], 1),
                };
                layers.push(LayerInfo { kind, output, activation, traceable_ops, pool: side });
            }
        }
        Task::Segment(part) => {
            let summary = part.unet.summary(classes, size).ok()?;
            for block in summary.blocks {
                let relu = Some(Activation::Relu);
                let (activation, traceable_ops) = match block.block {
                    UNetBlock::Encoder(_) => {
                        (relu, [Some(OpKind::Convolution), Some(OpKind::Pool), None])
                    }
                    UNetBlock::Bottom => (relu, [Some(OpKind::Convolution), None, None]),
                    UNetBlock::Decoder(_) => {
                        let up = (part.unet.upsampling == Upsampling::Transposed)
                            .then_some(OpKind::Upsampling);
                        (relu, [Some(OpKind::Convolution), None, up])
                    }
                    UNetBlock::Head => (None, [Some(OpKind::Convolution), None, None]),
                };
                let (kind, output) = (LayerKind::Block(block.block), block.output);
                layers.push(LayerInfo { kind, output, activation, traceable_ops, pool: 1 });
            }
        }
    }
    Some(layers)
}
