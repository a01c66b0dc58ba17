//! Table of a network's layers, from image to output, for the networks of both labs.

use serde::{Deserialize, Serialize};

use crate::graph::{Graph, GraphLayer, Op};
use crate::{Activation, LayerKind};

/// An operation whose arithmetic the page can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OpKind {
    /// The convolution of a layer; in a residual block or a block of a U-Net, its first convolution.
    Convolution,
    /// Max-pooling or average pooling.
    Pool,
    /// The transposed convolution (or nearest-neighbor upsampling) in front of a decoder block.
    Upsampling,
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
    /// Side of the pooling window applied to the layer's output; 1 without pooling.
    pub pool: usize,
    /// Number of learned values.
    pub parameters: usize,
}

/// Returns the layers from image to output, starting with the image.
pub fn layer_table(graph: &Graph) -> Vec<LayerInfo> {
    graph.layers().iter().map(|layer| layer_info(graph, layer)).collect()
}

fn layer_info(graph: &Graph, layer: &GraphLayer) -> LayerInfo {
    let op = |node: Option<usize>| node.map(|node| graph.nodes()[node].op);
    let convolution = matches!(op(layer.linear_op), Some(Op::Conv { .. }));
    let upsampling = matches!(op(layer.upsampling), Some(Op::TransposedConv { .. }));
    // In a U-Net, the output of an encoder block is what the skip connection takes, before pooling.
    let pool = match op(layer.pool) {
        Some(Op::MaxPool { side } | Op::AveragePool { side })
            if layer.pool <= Some(layer.output) =>
        {
            side
        }
        _ => 1,
    };
    LayerInfo {
        kind: layer.kind,
        output: graph.shape(layer.output),
        activation: match op(layer.activation) {
            Some(Op::Activation(activation)) => Some(activation),
            _ => None,
        },
        traceable_ops: [
            convolution.then_some(OpKind::Convolution),
            layer.pool.map(|_| OpKind::Pool),
            upsampling.then_some(OpKind::Upsampling),
        ],
        pool,
        parameters: graph.learned_of(layer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataShape, Segmentation, Task, UNet, UNetBlock, Upsampling};

    const CONVOLUTION: Option<OpKind> = Some(OpKind::Convolution);
    const POOL: Option<OpKind> = Some(OpKind::Pool);

    fn table(task: &Task) -> Vec<LayerInfo> {
        layer_table(&Graph::of(task, DataShape { classes: 6, size: [64, 64] }).unwrap())
    }

    #[test]
    fn a_classifier_is_listed_layer_by_layer() {
        let layers = ["conv4k5.bn.gelu.pool3.drop10", "conv2k3.tanh", "dense7.sigmoid"];
        let layers = layers.map(|layer| layer.parse().unwrap()).to_vec();
        let architecture = crate::Architecture::Cnn;
        let task = Task::Classify(crate::Network { architecture, layers });
        let info = |kind, output, activation, traceable_ops, pool, parameters| LayerInfo {
            kind,
            output,
            activation,
            traceable_ops,
            pool,
            parameters,
        };
        let none = [None; 3];
        let (gelu, tanh) = (Some(Activation::Gelu), Some(Activation::Tanh));
        let conv = [CONVOLUTION, None, None];
        assert_eq!(
            table(&task),
            [
                info(LayerKind::Image, [1, 64, 64], None, none, 1, 0),
                info(LayerKind::Conv(1), [4, 20, 20], gelu, [CONVOLUTION, POOL, None], 3, 112),
                info(LayerKind::Conv(2), [2, 18, 18], tanh, conv, 1, 74),
                info(LayerKind::Dense(3), [7, 1, 1], Some(Activation::Sigmoid), none, 1, 4543),
                info(LayerKind::Output, [6, 1, 1], None, none, 1, 48),
            ]
        );
    }

    #[test]
    fn a_unet_is_listed_block_by_block() {
        for upsampling in Upsampling::ALL {
            let unet = UNet { depth: 1, width: 4, upsampling, ..UNet::default() };
            let up = match upsampling {
                Upsampling::Transposed => (Some(OpKind::Upsampling), 8 * 4 * 4 + 4),
                // Its convolution is not shown.
                Upsampling::Nearest => (None, 8 * 4 * 9 + 4),
            };
            let table = table(&Task::Segment(Segmentation { unet, ..Segmentation::default() }));
            let kinds: Vec<_> = table.iter().map(|layer| layer.kind).collect();
            let blocks =
                [UNetBlock::Encoder(0), UNetBlock::Bottom, UNetBlock::Decoder(0), UNetBlock::Head];
            assert_eq!(kinds[1..], blocks.map(LayerKind::Block));
            let outputs: Vec<_> = table.iter().map(|layer| layer.output).collect();
            let full = [4, 64, 64];
            assert_eq!(outputs, [[1, 64, 64], full, [8, 32, 32], full, [6, 64, 64]]);
            let ops: Vec<_> = table.iter().map(|layer| layer.traceable_ops).collect();
            assert_eq!(
                ops[1..],
                [
                    [CONVOLUTION, POOL, None],
                    [CONVOLUTION, None, None],
                    [CONVOLUTION, None, up.0],
                    [CONVOLUTION, None, None],
                ]
            );
            let relu = Some(Activation::Relu);
            let activations: Vec<_> = table.iter().map(|layer| layer.activation).collect();
            assert_eq!(activations, [None, relu, relu, relu, None]);
            // Pooling comes after the output of a block.
            assert!(table.iter().all(|layer| layer.pool == 1));
            let of_block =
                |inputs: usize, outputs: usize| (inputs * 9 + outputs * 9 + 2 + 4) * outputs;
            let parameters: Vec<_> = table.iter().map(|layer| layer.parameters).collect();
            assert_eq!(parameters, [0, of_block(1, 4), of_block(4, 8), of_block(8, 4) + up.1, 30]);
        }
    }
}
