//! Construction of graphs, node by node.

use super::nodes::{Graph, GraphLayer, Node, learned};
use super::op::Op;
use super::parameter::{InitialValue, Parameter, ParameterKind};
use crate::{FeatureShape, LayerKind, ShapeError};

/// A graph under construction.
pub(super) struct Builder {
    graph: Graph,
}

impl Builder {
    /// Starts with the image, of this height and width.
    pub fn new([height, width]: [usize; 2]) -> Self {
        let image = Node {
            op: Op::Input,
            name: String::new(),
            inputs: Vec::new(),
            output: FeatureShape::Maps(1, height, width),
            parameters: 0..0,
        };
        let graph = Graph { nodes: vec![image], parameters: Vec::new(), layers: Vec::new() };
        let mut builder = Self { graph };
        builder.end_layer(LayerKind::Image, 0);
        builder
    }

    /// Returns the shape of a node's output.
    pub fn shape(&self, node: usize) -> FeatureShape {
        self.graph.nodes[node].output
    }

    /// Returns the operation of a node.
    pub fn op(&self, node: usize) -> Op {
        self.graph.nodes[node].op
    }

    /// Returns the number of learned values so far.
    pub fn learned(&self) -> usize {
        learned(&self.graph.parameters)
    }

    /// Adds an operation without random parameters to the output of `inputs`, and returns its node.
    pub fn add(&mut self, op: Op, inputs: &[usize]) -> Result<usize, ShapeError> {
        self.add_named(op, inputs, String::new(), 0)
    }

    /// Adds batch norm under PyTorch's name, and returns its node.
    pub fn norm(&mut self, input: usize, name: String) -> Result<usize, ShapeError> {
        self.add_named(Op::BatchNorm, &[input], name, 0)
    }

    /// Adds an operation under PyTorch's name, and returns its node. Its random parameters are drawn
    /// from the random stream with the index `stream`.
    pub fn add_named(
        &mut self,
        op: Op,
        inputs: &[usize],
        name: String,
        stream: u64,
    ) -> Result<usize, ShapeError> {
        let shapes: Vec<_> = inputs.iter().map(|input| self.shape(*input)).collect();
        let output = op.output(&shapes)?;
        let first = self.graph.parameters.len();
        for parameter in shapes.first().map_or_else(Vec::new, |shape| op.parameters(*shape)) {
            let start = self.graph.checkpoint_len();
            let initial = match (op, parameter.kind) {
                (Op::BatchNorm, ParameterKind::Weight | ParameterKind::RunningVariance) => {
                    InitialValue::Constant(1)
                }
                (Op::BatchNorm, _) => InitialValue::Constant(0),
                _ => InitialValue::Uniform { fan_in: parameter.fan_in, stream },
            };
            self.graph.parameters.push(Parameter {
                name: format!("{name}.{}", parameter.kind.name()),
                kind: parameter.kind,
                is_transposed: matches!(op, Op::Dense { .. }) && parameter.shape.len() == 2,
                values: start..start + parameter.shape.iter().product::<usize>(),
                shape: parameter.shape,
                initial,
            });
        }
        self.graph.nodes.push(Node {
            op,
            name,
            inputs: inputs.to_vec(),
            output,
            parameters: first..self.graph.parameters.len(),
        });
        Ok(self.graph.nodes.len() - 1)
    }

    /// Makes a layer of the nodes that were added since the last one.
    pub fn end_layer(&mut self, kind: LayerKind, output: usize) {
        let Graph { nodes, parameters, layers } = &mut self.graph;
        let start = layers.last().map_or(0, |layer| layer.nodes.end);
        let first_parameter = layers.last().map_or(0, |layer| layer.parameters.end);
        let range = start..nodes.len();
        let is_upsampling = |place: usize| match nodes[place].op {
            Op::TransposedConv { .. } => true,
            Op::Conv { .. } => nodes[place]
                .inputs
                .iter()
                .any(|input| matches!(nodes[*input].op, Op::NearestUpsample)),
            _ => false,
        };
        let is_linear =
            |place: usize| matches!(nodes[place].op, Op::Conv { .. } | Op::Dense { .. });
        layers.push(GraphLayer {
            kind,
            output,
            activation: range
                .clone()
                .rev()
                .find(|place| matches!(nodes[*place].op, Op::Activation(_))),
            linear_op: range.clone().find(|place| is_linear(*place) && !is_upsampling(*place)),
            pool: range.clone().find(|place| {
                matches!(nodes[*place].op, Op::MaxPool { .. } | Op::AveragePool { .. })
            }),
            upsampling: range.clone().find(|place| is_upsampling(*place)),
            nodes: range,
            parameters: first_parameter..parameters.len(),
        });
    }

    /// Returns the graph.
    pub fn finish(self) -> Graph {
        self.graph
    }
}
