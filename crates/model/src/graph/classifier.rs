//! Graphs of classifiers.

use super::builder::Builder;
use super::nodes::Graph;
use super::op::Op;
use crate::{
    Architecture, ConvLayer, ConvPosition, DenseLayer, FeatureShape, Layer, LayerField, LayerKind,
    Network, NetworkError, ShapeError,
};

/// Builds the graph of a classifier for images of `[height, width]`. Modules are named `conv1`,
/// `fc1`, `bn1` and so on, each kind counted from 1. The random stream of a layer is its index in the
/// list, so that changing one layer does not change the initial weights of the others. With `limits`,
/// the ranges of fields and the maximum numbers of layers and parameters are checked.
///
/// # Errors
///
/// Returns the first layer that does not fit, with the reason.
pub(super) fn classifier(
    network: &Network,
    classes: usize,
    size: [usize; 2],
    limits: bool,
) -> Result<Graph, NetworkError> {
    let graph = Builder::new(size);
    let mut build = ClassifierBuilder { graph, limits, convs: 0, dense: 0, norms: 0 };
    let mut from = 0;
    for (index, layer) in network.layers.iter().enumerate() {
        let at = |reason| NetworkError { layer: index, reason };
        if limits && index >= Network::MAX_LAYERS {
            return Err(at(ShapeError::TooManyLayers(Network::MAX_LAYERS)));
        }
        from = match layer {
            Layer::Conv(conv) => build.conv(network.architecture, conv, from, index),
            Layer::Dense(dense) => build.dense(dense, from, index),
        }
        .map_err(at)?;
        let (parameters, max) = (build.graph.learned(), Network::MAX_PARAMETERS);
        if limits && parameters > max {
            return Err(at(ShapeError::TooManyParameters { parameters, max }));
        }
    }
    let index = network.layers.len();
    let head = build
        .product(classes, from, index)
        .map_err(|reason| NetworkError { layer: index.saturating_sub(1), reason })?;
    build.graph.end_layer(LayerKind::Output, head);
    Ok(build.graph.finish())
}

/// A graph under construction, with the number of modules of each kind so far.
struct ClassifierBuilder {
    graph: Builder,
    limits: bool,
    convs: usize,
    dense: usize,
    norms: usize,
}

impl ClassifierBuilder {
    /// Adds a convolution with what follows it: batch norm, activation, max-pooling and dropout.
    fn conv(
        &mut self,
        architecture: Architecture,
        layer: &ConvLayer,
        from: usize,
        index: usize,
    ) -> Result<usize, ShapeError> {
        if let FeatureShape::Vector(_) = self.graph.shape(from) {
            return Err(ShapeError::ConvNeedsMaps(ConvPosition::AfterDense));
        }
        if architecture == Architecture::Mlp {
            return Err(ShapeError::ConvNeedsMaps(ConvPosition::Mlp));
        }
        self.check(LayerField::Channels, layer.channels)?;
        self.check(LayerField::Kernel, layer.kernel)?;
        self.check(LayerField::Pool, layer.pool)?;
        self.check(LayerField::Dropout, layer.dropout_percent.into())?;
        self.convs += 1;
        let op = Op::Conv { outputs: layer.channels, kernel: layer.kernel, padding: 0 };
        let name = format!("conv{}", self.convs);
        let mut x = self.graph.add_named(op, &[from], name, index as u64)?;
        x = self.norm(x, layer.batch_norm)?;
        x = self.graph.add(Op::Activation(layer.activation), &[x])?;
        if layer.pool > 1 {
            x = self.graph.add(Op::MaxPool { side: layer.pool }, &[x])?;
        }
        self.finish_layer(LayerKind::Conv(index + 1), x, layer.dropout_percent)
    }

    /// Adds a dense layer with what follows it: batch norm, activation and dropout.
    fn dense(
        &mut self,
        layer: &DenseLayer,
        from: usize,
        index: usize,
    ) -> Result<usize, ShapeError> {
        self.check(LayerField::Units, layer.units)?;
        self.check(LayerField::Dropout, layer.dropout_percent.into())?;
        let mut x = self.product(layer.units, from, index)?;
        x = self.norm(x, layer.batch_norm)?;
        x = self.graph.add(Op::Activation(layer.activation), &[x])?;
        self.finish_layer(LayerKind::Dense(index + 1), x, layer.dropout_percent)
    }

    /// Adds the product of a dense layer, after flattening maps.
    fn product(&mut self, outputs: usize, from: usize, index: usize) -> Result<usize, ShapeError> {
        let from = match self.graph.shape(from) {
            FeatureShape::Maps(..) => self.graph.add(Op::Flatten, &[from])?,
            FeatureShape::Vector(_) => from,
        };
        self.dense += 1;
        let name = format!("fc{}", self.dense);
        self.graph.add_named(Op::Dense { outputs }, &[from], name, index as u64)
    }

    fn check(&self, field: LayerField, value: usize) -> Result<(), ShapeError> {
        if self.limits { field.check(value) } else { Ok(()) }
    }

    fn norm(&mut self, from: usize, enabled: bool) -> Result<usize, ShapeError> {
        if !enabled {
            return Ok(from);
        }
        self.norms += 1;
        self.graph.norm(from, format!("bn{}", self.norms))
    }

    /// Adds dropout and ends the layer. The layer's output is the node before the dropout.
    fn finish_layer(
        &mut self,
        kind: LayerKind,
        output: usize,
        percent: u8,
    ) -> Result<usize, ShapeError> {
        let last = match percent {
            0 => output,
            _ => self.graph.add(Op::Dropout { percent }, &[output])?,
        };
        self.graph.end_layer(kind, output);
        Ok(last)
    }
}
