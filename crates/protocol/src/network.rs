//! Layer stacks: what the visitor builds, its shapes, its parameter count and its text form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::IMAGE_SIDE;

/// The family of a network. It decides which layers a stack may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// Dense layers only.
    Mlp,
    /// Convolution layers, then dense layers.
    #[default]
    Cnn,
}

impl Architecture {
    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            Architecture::Mlp => "mlp",
            Architecture::Cnn => "cnn",
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Mlp => "MLP",
            Architecture::Cnn => "CNN",
        }
    }
}

/// The non-linearity after a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Activation {
    /// max(0, x)
    #[default]
    Relu,
    /// Hyperbolic tangent.
    Tanh,
    /// Gaussian error linear unit, exact (erf) form.
    Gelu,
    /// 1 / (1 + exp(-x))
    Sigmoid,
}

impl Activation {
    /// All of them, in the order of menus.
    pub const ALL: [Activation; 4] =
        [Activation::Relu, Activation::Tanh, Activation::Gelu, Activation::Sigmoid];

    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            Activation::Relu => "relu",
            Activation::Tanh => "tanh",
            Activation::Gelu => "gelu",
            Activation::Sigmoid => "sigmoid",
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Relu => "ReLU",
            Activation::Tanh => "tanh",
            Activation::Gelu => "GELU",
            Activation::Sigmoid => "sigmoid",
        }
    }

    /// The activation of that key.
    pub fn from_slug(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.slug() == key)
    }
}

/// A square convolution, stride 1, no padding, followed in this order by batch norm,
/// activation, max-pooling and dropout, each where asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConvLayer {
    /// Output channels.
    pub channels: usize,
    /// Side of the kernel in pixels.
    pub kernel: usize,
    /// Batch norm before the activation.
    pub batch_norm: bool,
    /// The non-linearity.
    pub activation: Activation,
    /// Side and stride of the max-pooling window; 1 is no pooling.
    pub pool: usize,
    /// Probability that a value is dropped while training, in percent.
    pub dropout_percent: u8,
}

impl Default for ConvLayer {
    fn default() -> Self {
        Self {
            channels: 10,
            kernel: 3,
            batch_norm: false,
            activation: Activation::Relu,
            pool: 2,
            dropout_percent: 0,
        }
    }
}

/// A fully connected layer, followed by batch norm, activation and dropout where asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DenseLayer {
    /// Output units.
    pub units: usize,
    /// Batch norm before the activation.
    pub batch_norm: bool,
    /// The non-linearity.
    pub activation: Activation,
    /// Probability that a value is dropped while training, in percent.
    pub dropout_percent: u8,
}

impl Default for DenseLayer {
    fn default() -> Self {
        Self { units: 32, batch_norm: false, activation: Activation::Relu, dropout_percent: 0 }
    }
}

/// One hidden layer. The last layer, dense to one logit a class, is not listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// A convolution block.
    Conv(ConvLayer),
    /// A fully connected block.
    Dense(DenseLayer),
}

/// A network of the classification lab: hidden layers, then a dense layer to the classes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Network {
    /// The family.
    pub architecture: Architecture,
    /// Hidden layers from image to decision.
    pub layers: Vec<Layer>,
}

/// What flows between layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FeatureShape {
    /// Channels, height, width.
    Maps(usize, usize, usize),
    /// A flat vector.
    Vector(usize),
}

impl FeatureShape {
    /// Number of values.
    pub fn len(self) -> usize {
        match self {
            FeatureShape::Maps(c, h, w) => c * h * w,
            FeatureShape::Vector(n) => n,
        }
    }

    /// Whether there are no values at all (never true of a valid network).
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for FeatureShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FeatureShape::Maps(c, h, w) => write!(f, "{c} × {h} × {w}"),
            FeatureShape::Vector(n) => write!(f, "{n}"),
        }
    }
}

/// One layer of a valid network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerSummary {
    /// What the layer puts out for one image.
    pub output: FeatureShape,
    /// Learned values: weights, biases, batch norm's scale and shift.
    pub parameters: usize,
}

/// Shapes and sizes of a valid network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSummary {
    /// The hidden layers, then the output layer.
    pub layers: Vec<LayerSummary>,
    /// All learned values.
    pub parameters: usize,
}

/// Why a stack cannot be built, at the layer that breaks it.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("Layer {}: {reason}", .layer + 1)]
pub struct NetworkError {
    /// Index into [`Network::layers`].
    pub layer: usize,
    /// The reason.
    pub reason: ShapeError,
}

/// The reasons for which a layer does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ShapeError {
    /// The kernel is larger than what arrives.
    #[error(
        "a {kernel}×{kernel} kernel does not fit into a {side}×{side} map. Use a smaller kernel, or remove pooling above."
    )]
    KernelTooLarge {
        /// Side of the kernel.
        kernel: usize,
        /// Side of the map that arrives.
        side: usize,
    },
    /// Pooling leaves nothing.
    #[error(
        "pooling {pool}×{pool} would shrink a {side}×{side} map below one pixel. Remove the pooling, or a layer above."
    )]
    PoolTooLarge {
        /// Side of the window.
        pool: usize,
        /// Side of the map that arrives.
        side: usize,
    },
    /// A convolution after a dense layer, or in an MLP.
    #[error(
        "a convolution needs feature maps, but {0} has none. Move it before the dense layers of a CNN."
    )]
    ConvNeedsMaps(ConvPosition),
    /// A width outside the range.
    #[error("{field} must be between {min} and {max}, not {value}.")]
    OutOfRange {
        /// Which number.
        field: LayerField,
        /// The smallest allowed.
        min: usize,
        /// The largest allowed.
        max: usize,
        /// What was asked for.
        value: usize,
    },
    /// More parameters than a browser tab should hold.
    #[error(
        "the network would have {parameters} parameters up to here; the limit is {max}. Use fewer units, or add pooling."
    )]
    TooManyParameters {
        /// How many there would be.
        parameters: usize,
        /// How many there may be.
        max: usize,
    },
    /// Too many layers.
    #[error("a stack may have up to {0} layers.")]
    TooManyLayers(usize),
}

/// Where a convolution was put that cannot stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConvPosition {
    /// In an MLP.
    Mlp,
    /// Behind a dense layer.
    AfterDense,
}

impl fmt::Display for ConvPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ConvPosition::Mlp => "an MLP",
            ConvPosition::AfterDense => "the output of a dense layer",
        })
    }
}

/// A number of a layer that has a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayerField {
    /// Output channels of a convolution.
    Channels,
    /// Side of a kernel.
    Kernel,
    /// Side of a pooling window.
    Pool,
    /// Units of a dense layer.
    Units,
    /// Dropout in percent.
    Dropout,
}

impl LayerField {
    /// Smallest and largest value.
    pub fn range(self) -> (usize, usize) {
        match self {
            LayerField::Channels => (1, 128),
            LayerField::Kernel => (1, 11),
            LayerField::Pool => (1, 4),
            LayerField::Units => (1, 1024),
            LayerField::Dropout => (0, 90),
        }
    }

    fn check(self, value: usize) -> Result<(), ShapeError> {
        let (min, max) = self.range();
        if (min..=max).contains(&value) {
            Ok(())
        } else {
            Err(ShapeError::OutOfRange { field: self, min, max, value })
        }
    }
}

impl fmt::Display for LayerField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LayerField::Channels => "the number of channels",
            LayerField::Kernel => "the kernel's side",
            LayerField::Pool => "the pooling window's side",
            LayerField::Units => "the number of units",
            LayerField::Dropout => "dropout in percent",
        })
    }
}

impl Network {
    /// Most parameters a network may have: 64 MB of weights, three times that with Adam.
    pub const MAX_PARAMETERS: usize = 16_000_000;
    /// Most hidden layers.
    pub const MAX_LAYERS: usize = 12;

    /// The lab's network of that family: an MLP with one hidden layer of 8 tanh units
    /// (32,830 parameters), or a CNN with 5×5 convolutions of 10 and 20 channels, max-pool 2 and
    /// dense 320-50 (1,103,556 parameters).
    pub fn default_for(architecture: Architecture) -> Self {
        let conv =
            |channels| Layer::Conv(ConvLayer { channels, kernel: 5, ..ConvLayer::default() });
        let dense = |units, activation| {
            Layer::Dense(DenseLayer { units, activation, ..DenseLayer::default() })
        };
        let layers = match architecture {
            Architecture::Mlp => vec![dense(8, Activation::Tanh)],
            Architecture::Cnn => {
                vec![conv(10), conv(20), dense(320, Activation::Relu), dense(50, Activation::Relu)]
            }
        };
        Self { architecture, layers }
    }

    /// Shapes and parameter counts for images of 1 × 64 × 64 and that many classes, or the
    /// reason why the stack cannot be built.
    pub fn summary(&self, classes: usize) -> Result<NetworkSummary, NetworkError> {
        let mut shape = FeatureShape::Maps(1, IMAGE_SIDE, IMAGE_SIDE);
        let mut layers = Vec::with_capacity(self.layers.len() + 1);
        let mut total = 0;
        for (index, layer) in self.layers.iter().enumerate() {
            let at = |reason| NetworkError { layer: index, reason };
            if index >= Self::MAX_LAYERS {
                return Err(at(ShapeError::TooManyLayers(Self::MAX_LAYERS)));
            }
            let summary = match layer {
                Layer::Conv(conv) => conv.summary(self.architecture, shape),
                Layer::Dense(dense) => dense.summary(shape),
            }
            .map_err(at)?;
            shape = summary.output;
            total += summary.parameters;
            if total > Self::MAX_PARAMETERS {
                return Err(at(ShapeError::TooManyParameters {
                    parameters: total,
                    max: Self::MAX_PARAMETERS,
                }));
            }
            layers.push(summary);
        }
        let output = LayerSummary {
            output: FeatureShape::Vector(classes),
            parameters: shape.len() * classes + classes,
        };
        total += output.parameters;
        layers.push(output);
        Ok(NetworkSummary { layers, parameters: total })
    }
}

impl ConvLayer {
    fn summary(
        &self,
        architecture: Architecture,
        input: FeatureShape,
    ) -> Result<LayerSummary, ShapeError> {
        let FeatureShape::Maps(channels, side, _) = input else {
            return Err(ShapeError::ConvNeedsMaps(ConvPosition::AfterDense));
        };
        if architecture == Architecture::Mlp {
            return Err(ShapeError::ConvNeedsMaps(ConvPosition::Mlp));
        }
        LayerField::Channels.check(self.channels)?;
        LayerField::Kernel.check(self.kernel)?;
        LayerField::Pool.check(self.pool)?;
        LayerField::Dropout.check(self.dropout_percent.into())?;
        if self.kernel > side {
            return Err(ShapeError::KernelTooLarge { kernel: self.kernel, side });
        }
        let convolved = side - self.kernel + 1;
        let pooled = convolved / self.pool;
        if pooled == 0 {
            return Err(ShapeError::PoolTooLarge { pool: self.pool, side: convolved });
        }
        let norm = if self.batch_norm { 2 * self.channels } else { 0 };
        Ok(LayerSummary {
            output: FeatureShape::Maps(self.channels, pooled, pooled),
            parameters: self.channels * (channels * self.kernel * self.kernel + 1) + norm,
        })
    }
}

impl DenseLayer {
    fn summary(&self, input: FeatureShape) -> Result<LayerSummary, ShapeError> {
        LayerField::Units.check(self.units)?;
        LayerField::Dropout.check(self.dropout_percent.into())?;
        let norm = if self.batch_norm { 2 * self.units } else { 0 };
        Ok(LayerSummary {
            output: FeatureShape::Vector(self.units),
            parameters: (input.len() + 1) * self.units + norm,
        })
    }
}

/// `conv10k5.relu.pool2`, `dense320.relu.drop25`: kind and size, then the rest in any order.
impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (batch_norm, activation, pool, dropout) = match self {
            Layer::Conv(c) => {
                write!(f, "conv{}k{}", c.channels, c.kernel)?;
                (c.batch_norm, c.activation, c.pool, c.dropout_percent)
            }
            Layer::Dense(d) => {
                write!(f, "dense{}", d.units)?;
                (d.batch_norm, d.activation, 1, d.dropout_percent)
            }
        };
        if batch_norm {
            f.write_str(".bn")?;
        }
        write!(f, ".{}", activation.slug())?;
        if pool > 1 {
            write!(f, ".pool{pool}")?;
        }
        if dropout > 0 {
            write!(f, ".drop{dropout}")?;
        }
        Ok(())
    }
}

/// A part of a layer stack that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("“{0}” is not a layer part. Write layers as in conv10k5.relu.pool2_dense50.tanh.drop25.")]
pub struct LayerSyntaxError(pub String);

impl FromStr for Layer {
    type Err = LayerSyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |part: &str| LayerSyntaxError(part.to_owned());
        fn number<T: FromStr>(digits: &str) -> Option<T> {
            // `parse` alone would take "+5".
            if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
        }
        let mut parts = text.split('.');
        let head = parts.next().unwrap_or_default();
        let mut layer = if let Some(size) = head.strip_prefix("conv") {
            let (channels, kernel) = size.split_once('k').unwrap_or((size, "3"));
            Layer::Conv(ConvLayer {
                channels: number(channels).ok_or_else(|| bad(head))?,
                kernel: number(kernel).ok_or_else(|| bad(head))?,
                pool: 1,
                ..ConvLayer::default()
            })
        } else if let Some(units) = head.strip_prefix("dense") {
            Layer::Dense(DenseLayer {
                units: number(units).ok_or_else(|| bad(head))?,
                ..DenseLayer::default()
            })
        } else {
            return Err(bad(head));
        };
        for part in parts {
            let (batch_norm, activation, dropout) = match &mut layer {
                Layer::Conv(c) => (&mut c.batch_norm, &mut c.activation, &mut c.dropout_percent),
                Layer::Dense(d) => (&mut d.batch_norm, &mut d.activation, &mut d.dropout_percent),
            };
            if part == "bn" {
                *batch_norm = true;
            } else if let Some(found) = Activation::from_slug(part) {
                *activation = found;
            } else if let Some(percent) = part.strip_prefix("drop").and_then(number) {
                *dropout = percent;
            } else if let (Some(side), Layer::Conv(conv)) =
                (part.strip_prefix("pool").and_then(number), &mut layer)
            {
                conv.pool = side;
            } else {
                return Err(bad(part));
            }
        }
        Ok(layer)
    }
}

/// The text form of a stack: layers joined by `_`, empty for none.
pub(crate) fn layers_to_text(layers: &[Layer]) -> String {
    layers.iter().map(Layer::to_string).collect::<Vec<_>>().join("_")
}

/// Reads what [`layers_to_text`] writes.
pub(crate) fn layers_from_text(text: &str) -> Result<Vec<Layer>, LayerSyntaxError> {
    if text == "none" || text.is_empty() {
        return Ok(Vec::new());
    }
    text.split('_').map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cnn(text: &str) -> Network {
        Network { architecture: Architecture::Cnn, layers: layers_from_text(text).unwrap() }
    }

    #[test]
    fn the_labs_networks_have_their_published_sizes() {
        assert_eq!(Network::default_for(Architecture::Mlp).summary(6).unwrap().parameters, 32_830);
        let cnn = Network::default_for(Architecture::Cnn).summary(6).unwrap();
        assert_eq!(cnn.parameters, 1_103_556);
        let shapes: Vec<_> = cnn.layers.iter().map(|l| l.output.to_string()).collect();
        assert_eq!(shapes, ["10 × 30 × 30", "20 × 13 × 13", "320", "50", "6"]);
    }

    #[test]
    fn a_stack_survives_its_text_form() {
        for text in [
            "conv10k5.relu.pool2_conv20k5.relu.pool2_dense320.relu_dense50.relu",
            "conv8k3.bn.gelu_dense16.sigmoid.drop25",
            "conv4k1.tanh.pool3.drop5",
        ] {
            assert_eq!(layers_to_text(&layers_from_text(text).unwrap()), text);
        }
        assert_eq!(layers_from_text(&layers_to_text(&[])).unwrap(), []);
        assert_eq!(
            layers_to_text(&Network::default_for(Architecture::Cnn).layers),
            "conv10k5.relu.pool2_conv20k5.relu.pool2_dense320.relu_dense50.relu"
        );
    }

    #[test]
    fn words_that_are_no_layers_are_named() {
        for (text, part) in [
            ("cnov10", "cnov10"),
            ("conv10kk", "conv10kk"),
            ("dense-3", "dense-3"),
            ("dense+3", "dense+3"),
            ("dense", "dense"),
            ("dense8.rleu", "rleu"),
            ("dense8.pool2", "pool2"),
            ("dense8_", ""),
            ("conv99999999999999999999k3", "conv99999999999999999999k3"),
        ] {
            assert_eq!(layers_from_text(text), Err(LayerSyntaxError(part.into())), "{text}");
        }
    }

    #[test]
    fn the_layer_that_breaks_a_stack_is_named() {
        let shrinking = cnn("conv4k5.pool4_conv4k5.pool4_conv4k3");
        assert_eq!(
            shrinking.summary(6),
            Err(NetworkError {
                layer: 2,
                reason: ShapeError::KernelTooLarge { kernel: 3, side: 2 }
            })
        );
        let pooled_away = cnn("conv4k5.pool4_conv4k5.pool4_conv4k1.pool3");
        assert_eq!(
            pooled_away.summary(6),
            Err(NetworkError { layer: 2, reason: ShapeError::PoolTooLarge { pool: 3, side: 2 } })
        );
        let late = cnn("dense4_conv4k3");
        assert_eq!(
            late.summary(6).unwrap_err().reason,
            ShapeError::ConvNeedsMaps(ConvPosition::AfterDense)
        );
        let in_mlp = Network { architecture: Architecture::Mlp, ..cnn("conv4k3") };
        assert_eq!(
            in_mlp.summary(6).unwrap_err().reason,
            ShapeError::ConvNeedsMaps(ConvPosition::Mlp)
        );
        assert!(matches!(
            cnn("conv4k3_dense0").summary(6),
            Err(NetworkError { layer: 1, reason: ShapeError::OutOfRange { value: 0, .. } })
        ));
        assert!(matches!(
            cnn("conv128k3_dense1024").summary(6).unwrap_err().reason,
            ShapeError::TooManyParameters { .. }
        ));
    }

    #[test]
    fn batch_norm_counts_scale_and_shift() {
        let plain = cnn("conv8k3.relu").summary(6).unwrap().parameters;
        let normed = cnn("conv8k3.bn.relu").summary(6).unwrap().parameters;
        assert_eq!(normed - plain, 16);
    }
}
