//! Hidden layers of a classifier.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Activation function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Activation {
    /// max(0, x).
    #[default]
    Relu,
    /// x if it is positive, else 0.01·x (Maas, Hannun & Ng 2013).
    LeakyRelu,
    /// Hyperbolic tangent.
    Tanh,
    /// Gaussian error linear unit, exact (erf) form.
    Gelu,
    /// Logistic function, 1 / (1 + exp(-x)).
    Sigmoid,
}

impl Activation {
    /// All variants, in the order of menus.
    pub const ALL: [Activation; 5] = [
        Activation::Relu,
        Activation::LeakyRelu,
        Activation::Tanh,
        Activation::Gelu,
        Activation::Sigmoid,
    ];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Activation::Relu => "relu",
            Activation::LeakyRelu => "leaky",
            Activation::Tanh => "tanh",
            Activation::Gelu => "gelu",
            Activation::Sigmoid => "sigmoid",
        }
    }

    /// Returns the name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Relu => "ReLU",
            Activation::LeakyRelu => "leaky ReLU",
            Activation::Tanh => "tanh",
            Activation::Gelu => "GELU",
            Activation::Sigmoid => "sigmoid",
        }
    }

    /// Returns the variant with this slug.
    pub fn from_slug(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.slug() == key)
    }

    /// Returns whether the function never decreases, so that it may be applied after max-pooling
    /// instead of before.
    pub fn is_monotone(self) -> bool {
        match self {
            Activation::Relu | Activation::LeakyRelu | Activation::Tanh | Activation::Sigmoid => {
                true
            }
            Activation::Gelu => false,
        }
    }
}

/// Zero padding of a convolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Padding {
    /// None: the kernel stays inside its input.
    #[default]
    Valid,
    /// As many zeros on each side as make the output as large as the input, if the stride is 1.
    Same,
}

impl Padding {
    /// All variants, in the order of menus.
    pub const ALL: [Padding; 2] = [Padding::Valid, Padding::Same];

    /// Returns the name shown to people, which is also the word used in links.
    pub const fn name(self) -> &'static str {
        match self {
            Padding::Valid => "valid",
            Padding::Same => "same",
        }
    }

    /// Returns the number of zeros on each side for a kernel with a side of `kernel` pixels, or `None`
    /// for the padding `same` with an even kernel, which would need one more zero on one side.
    pub fn pixels(self, kernel: usize) -> Option<usize> {
        match self {
            Padding::Valid => Some(0),
            Padding::Same => (!kernel.is_multiple_of(2)).then_some(kernel / 2),
        }
    }
}

/// Value that a pooling keeps of each square.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pooling {
    /// The largest.
    #[default]
    Max,
    /// The mean.
    Average,
}

impl Pooling {
    /// All variants, in the order of menus.
    pub const ALL: [Pooling; 2] = [Pooling::Max, Pooling::Average];

    /// Returns the word used in links, before the side of the squares.
    pub const fn slug(self) -> &'static str {
        match self {
            Pooling::Max => "pool",
            Pooling::Average => "avgpool",
        }
    }

    /// Returns the name shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            Pooling::Max => "max",
            Pooling::Average => "average",
        }
    }
}

/// A square convolution, followed in this order by batch norm, activation, pooling and dropout, each
/// optional.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConvLayer {
    /// Output channels.
    pub channels: usize,
    /// Side of the kernel in pixels.
    pub kernel: usize,
    /// Distance between neighboring places of the kernel in pixels.
    pub stride: usize,
    /// Zero padding.
    pub padding: Padding,
    /// Whether it is a depthwise separable convolution (Chollet 2017): a depthwise convolution, which
    /// has the kernel, stride and padding, followed by a 1×1 convolution.
    pub separable: bool,
    /// Batch norm before the activation.
    pub batch_norm: bool,
    /// Activation function.
    pub activation: Activation,
    /// Value that pooling keeps of each window.
    pub pooling: Pooling,
    /// Side and stride of the pooling window; 1 means no pooling.
    pub pool: usize,
    /// Probability that a value is dropped during training, in percent.
    pub dropout_percent: u8,
}

impl Default for ConvLayer {
    fn default() -> Self {
        Self {
            channels: 10,
            kernel: 3,
            stride: 1,
            padding: Padding::Valid,
            separable: false,
            batch_norm: false,
            activation: Activation::Relu,
            pooling: Pooling::Max,
            pool: 2,
            dropout_percent: 0,
        }
    }
}

/// A residual block (He et al. 2016): two convolutions that keep the size of the maps, to whose output
/// the block's input is added before the last activation. Pooling and dropout follow, each optional.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResidualLayer {
    /// Output channels of both convolutions.
    pub channels: usize,
    /// Side of their kernels in pixels, an odd number.
    pub kernel: usize,
    /// Stride of the first convolution.
    pub stride: usize,
    /// Batch norm after each convolution.
    pub batch_norm: bool,
    /// Activation function after the first convolution and after the sum.
    pub activation: Activation,
    /// Value that pooling keeps of each window.
    pub pooling: Pooling,
    /// Side and stride of the pooling window; 1 means no pooling.
    pub pool: usize,
    /// Probability that a value is dropped during training, in percent.
    pub dropout_percent: u8,
}

impl Default for ResidualLayer {
    fn default() -> Self {
        Self {
            channels: 16,
            kernel: 3,
            stride: 1,
            batch_norm: true,
            activation: Activation::Relu,
            pooling: Pooling::Max,
            pool: 1,
            dropout_percent: 0,
        }
    }
}

/// A fully connected layer, followed by batch norm (optional), activation and dropout (optional).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DenseLayer {
    /// Output units.
    pub units: usize,
    /// Batch norm before the activation.
    pub batch_norm: bool,
    /// Activation function.
    pub activation: Activation,
    /// Probability that a value is dropped during training, in percent.
    pub dropout_percent: u8,
}

impl Default for DenseLayer {
    fn default() -> Self {
        Self { units: 32, batch_norm: false, activation: Activation::Relu, dropout_percent: 0 }
    }
}

/// A hidden layer. The output layer is not listed: it is always dense, with one logit per class.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Layer {
    /// A convolution block.
    Conv(ConvLayer),
    /// A residual block.
    Residual(ResidualLayer),
    /// A fully connected block.
    Dense(DenseLayer),
    /// Global average pooling: the mean of each map (Lin, Chen & Yan 2014).
    GlobalAveragePool,
}

/// Shape of a layer's output for one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FeatureShape {
    /// Channels, height, width.
    Maps(usize, usize, usize),
    /// A flat vector.
    Vector(usize),
}

impl FeatureShape {
    /// Returns units, height and width; height and width of a vector are 1.
    pub fn dimensions(self) -> [usize; 3] {
        match self {
            FeatureShape::Maps(c, h, w) => [c, h, w],
            FeatureShape::Vector(n) => [n, 1, 1],
        }
    }

    /// Returns the number of values.
    pub fn len(self) -> usize {
        match self {
            FeatureShape::Maps(c, h, w) => c * h * w,
            FeatureShape::Vector(n) => n,
        }
    }

    /// Returns true if there are no values, which never happens in a valid network.
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
