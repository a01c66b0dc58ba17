//! Nodes of a graph, and the layers into which the page groups them.

use std::ops::Range;

use super::op::Op;
use super::parameter::Parameter;
use crate::{FeatureShape, LayerKind};

/// An operation with its inputs and its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Operation.
    pub op: Op,
    /// Name of PyTorch's module, such as “conv1”; empty for an operation without parameters.
    pub name: String,
    /// Indices of the nodes whose outputs are the inputs.
    pub inputs: Vec<usize>,
    /// Shape of the output for one image.
    pub output: FeatureShape,
    /// Indices of the parameters in [`Graph::parameters`].
    pub parameters: Range<usize>,
}

/// Consecutive nodes that the page shows as one layer: a layer of a classifier, a block of a U-Net,
/// or the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphLayer {
    /// Kind of the layer.
    pub kind: LayerKind,
    /// The nodes.
    pub nodes: Range<usize>,
    /// Node with the layer's output: after pooling in a classifier, before it in a U-Net. Dropout is
    /// not included.
    pub output: usize,
    /// Node of the layer's last activation function, if it has one.
    pub activation: Option<usize>,
    /// Node of the convolution or dense product whose weights are shown: the first one that is not
    /// part of an upsampling.
    pub linear_op: Option<usize>,
    /// Node of the max-pooling or average pooling, if there is one.
    pub pool: Option<usize>,
    /// Node of the transposed convolution, or of the convolution after nearest-neighbor upsampling.
    pub upsampling: Option<usize>,
    /// Indices of the parameters in [`Graph::parameters`].
    pub parameters: Range<usize>,
}

impl GraphLayer {
    /// Returns the node of the layer's last activation, before pooling: that of the activation
    /// function, or the output if there is none.
    pub fn activation_node(&self) -> usize {
        self.activation.unwrap_or(self.output)
    }
}

/// A network: operations in the order of computation, starting with the image. The last node is the
/// output, the logits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) layers: Vec<GraphLayer>,
}

impl Graph {
    /// Returns the nodes in the order of computation. The inputs of a node precede it.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns all parameters in the order in which a checkpoint holds their values.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Returns the layers as shown on the page, starting with the image. The last one is the output.
    pub fn layers(&self) -> &[GraphLayer] {
        &self.layers
    }

    /// Returns the index of the node with the logits.
    pub fn head(&self) -> usize {
        self.nodes.len() - 1
    }

    /// Returns the shape of a node's output for one image: units, height, width. Height and width
    /// of a vector are 1.
    pub fn shape(&self, node: usize) -> [usize; 3] {
        self.nodes[node].output.dimensions()
    }

    /// Returns the number of values of a node's output for one image.
    pub fn len(&self, node: usize) -> usize {
        self.nodes[node].output.len()
    }

    /// Returns the parameters of a node.
    pub fn parameters_of(&self, node: usize) -> &[Parameter] {
        &self.parameters[self.nodes[node].parameters.clone()]
    }

    /// Returns the number of learned values, which are weights, biases, and scale and shift of batch
    /// norm.
    pub fn learned(&self) -> usize {
        learned(&self.parameters)
    }

    /// Returns the number of learned values of a layer.
    pub fn learned_of(&self, layer: &GraphLayer) -> usize {
        learned(&self.parameters[layer.parameters.clone()])
    }

    /// Returns the number of values of a checkpoint: the learned ones, and the running statistics of
    /// batch norm.
    pub fn checkpoint_len(&self) -> usize {
        self.parameters.last().map_or(0, |last| last.values.end)
    }

    /// Returns the range of a layer's values in a checkpoint.
    pub fn values_of(&self, layer: &GraphLayer) -> Range<usize> {
        match &self.parameters[layer.parameters.clone()] {
            [] => 0..0,
            [first, rest @ ..] => first.values.start..rest.last().unwrap_or(first).values.end,
        }
    }
}

/// Returns the number of learned values of some parameters.
pub(super) fn learned(parameters: &[Parameter]) -> usize {
    let learned = parameters.iter().filter(|parameter| parameter.kind.is_learned());
    learned.map(|parameter| parameter.values.len()).sum()
}
