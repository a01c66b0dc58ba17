//! Graphs of classifiers.

use super::builder::Builder;
use super::conv_block::ConvBlock;
use super::nodes::Graph;
use super::op::Op;
use crate::{
    Architecture, ConvLayer, ConvPosition, DenseLayer, FeatureShape, Layer, LayerField, LayerKind,
    Network, NetworkError, Pooling, ResidualLayer, ShapeError,
};

/// Builds the graph of a classifier for images of `[height, width]`. Modules are named `conv1`,
/// `fc1`, `bn1` and so on, each kind counted from 1. Those of a separable convolution are
/// `conv1.depthwise` and `conv1.pointwise`, those of a residual block `res1.conv1`, `res1.bn1` and so on,
/// see [`ConvBlock`]. Random streams are those of [`stream`]. With `limits`,
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
    let architecture = network.architecture;
    let counts = ModuleCounts::default();
    let mut build = ClassifierBuilder { graph, architecture, limits, counts };
    let mut from = 0;
    for (index, layer) in network.layers.iter().enumerate() {
        let at = |reason| NetworkError { layer: index, reason };
        if limits && index >= Network::MAX_LAYERS {
            return Err(at(ShapeError::TooManyLayers(Network::MAX_LAYERS)));
        }
        from = match layer {
            Layer::Conv(conv) => build.conv(conv, from, index),
            Layer::Residual(residual) => build.residual(residual, from, index),
            Layer::Dense(dense) => build.dense(dense, from, index),
            Layer::GlobalAveragePool => build.global_average_pool(from, index),
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

/// Returns the index of the random stream of a layer's module. The first module of a layer, part 0,
/// has the index of the layer in the list, so that changing one layer does not change the initial
/// weights of the others. The further ones follow from 2³² on, which no index of a layer reaches.
fn stream(index: usize, part: u64) -> u64 {
    part << 32 | index as u64
}

/// A graph under construction.
struct ClassifierBuilder {
    graph: Builder,
    architecture: Architecture,
    limits: bool,
    counts: ModuleCounts,
}

/// Number of modules of each kind.
#[derive(Default)]
struct ModuleCounts {
    convs: usize,
    residuals: usize,
    dense: usize,
    norms: usize,
}

impl ClassifierBuilder {
    /// Adds a convolution with what follows it: batch norm, activation, pooling and dropout.
    fn conv(&mut self, layer: &ConvLayer, from: usize, index: usize) -> Result<usize, ShapeError> {
        self.maps_at(from).map_err(ShapeError::ConvNeedsMaps)?;
        self.check(LayerField::Channels, layer.channels)?;
        self.check(LayerField::Kernel, layer.kernel)?;
        self.check(LayerField::Stride, layer.stride)?;
        self.check(LayerField::Pool, layer.pool)?;
        self.check(LayerField::Dropout, layer.dropout_percent.into())?;
        self.counts.convs += 1;
        let ConvLayer { channels: outputs, kernel, .. } = *layer;
        // Without limits, a stride of 0 counts as 1.
        let stride = layer.stride.max(1);
        let padding = layer.padding.pixels(kernel).ok_or(ShapeError::EvenKernel(kernel))?;
        let name = format!("conv{}", self.counts.convs);
        let mut x = if layer.separable {
            let op = Op::DepthwiseConv { kernel, stride, padding };
            let depthwise = format!("{name}.depthwise");
            let x = self.graph.add_named(op, &[from], depthwise, stream(index, 0))?;
            let op = Op::Conv { outputs, kernel: 1, stride: 1, padding: 0 };
            self.graph.add_named(op, &[x], format!("{name}.pointwise"), stream(index, 1))?
        } else {
            let op = Op::Conv { outputs, kernel, stride, padding };
            self.graph.add_named(op, &[from], name, stream(index, 0))?
        };
        x = self.norm(x, layer.batch_norm)?;
        x = self.graph.add(Op::Activation(layer.activation), &[x])?;
        x = self.pool(layer.pooling, layer.pool, x)?;
        self.finish_layer(LayerKind::Conv(index + 1), x, layer.dropout_percent)
    }

    /// Adds a residual block with the pooling and dropout that follow it.
    fn residual(
        &mut self,
        layer: &ResidualLayer,
        from: usize,
        index: usize,
    ) -> Result<usize, ShapeError> {
        self.maps_at(from).map_err(ShapeError::ConvNeedsMaps)?;
        self.check(LayerField::Channels, layer.channels)?;
        self.check(LayerField::Kernel, layer.kernel)?;
        self.check(LayerField::Stride, layer.stride)?;
        self.check(LayerField::Pool, layer.pool)?;
        self.check(LayerField::Dropout, layer.dropout_percent.into())?;
        if layer.kernel.is_multiple_of(2) {
            return Err(ShapeError::EvenResidualKernel(layer.kernel));
        }
        self.counts.residuals += 1;
        let block = ConvBlock {
            name: format!("res{}", self.counts.residuals),
            outputs: layer.channels,
            kernel: layer.kernel,
            stride: layer.stride.max(1),
            batch_norm: layer.batch_norm,
            activation: layer.activation,
            residual: true,
            streams: [0, 1, 2].map(|part| stream(index, part)),
        };
        let mut x = block.add_to(&mut self.graph, from)?;
        x = self.pool(layer.pooling, layer.pool, x)?;
        self.finish_layer(LayerKind::Residual(index + 1), x, layer.dropout_percent)
    }

    /// Adds pooling over squares of `side` pixels, if there is more than one.
    fn pool(&mut self, kind: Pooling, side: usize, from: usize) -> Result<usize, ShapeError> {
        match (side, kind) {
            (0 | 1, _) => Ok(from),
            (_, Pooling::Max) => self.graph.add(Op::MaxPool { side }, &[from]),
            (_, Pooling::Average) => self.graph.add(Op::AveragePool { side }, &[from]),
        }
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
        self.counts.dense += 1;
        let name = format!("fc{}", self.counts.dense);
        self.graph.add_named(Op::Dense { outputs }, &[from], name, stream(index, 0))
    }

    fn global_average_pool(&mut self, from: usize, index: usize) -> Result<usize, ShapeError> {
        self.maps_at(from).map_err(ShapeError::PoolNeedsMaps)?;
        let pooled = self.graph.add(Op::GlobalAveragePool, &[from])?;
        self.graph.end_layer(LayerKind::GlobalAveragePool(index + 1), pooled);
        Ok(pooled)
    }

    /// Checks that a layer that needs feature maps has them as its input.
    fn maps_at(&self, from: usize) -> Result<(), ConvPosition> {
        match self.graph.shape(from) {
            FeatureShape::Vector(_) if self.graph.op(from) == Op::GlobalAveragePool => {
                Err(ConvPosition::AfterPooling)
            }
            FeatureShape::Vector(_) => Err(ConvPosition::AfterDense),
            FeatureShape::Maps(..) if self.architecture == Architecture::Mlp => {
                Err(ConvPosition::Mlp)
            }
            FeatureShape::Maps(..) => Ok(()),
        }
    }

    fn check(&self, field: LayerField, value: usize) -> Result<(), ShapeError> {
        if self.limits { field.check(value) } else { Ok(()) }
    }

    fn norm(&mut self, from: usize, enabled: bool) -> Result<usize, ShapeError> {
        if !enabled {
            return Ok(from);
        }
        self.counts.norms += 1;
        self.graph.norm(from, format!("bn{}", self.counts.norms))
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
