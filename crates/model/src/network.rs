//! Classifiers.

use serde::{Deserialize, Serialize};

use crate::{Activation, ConvLayer, DenseLayer, Layer, Padding, ResidualLayer, UNet};

/// Architecture of a classifier, which determines its default layers, and the kinds of layers that it
/// may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// Dense layers only.
    Mlp,
    /// Layers with feature maps, then dense layers.
    #[default]
    Cnn,
    /// As [`Architecture::Cnn`], by default with more convolutions, batch norm and global average
    /// pooling.
    DeepCnn,
    /// As [`Architecture::Cnn`], by default with residual blocks (He et al. 2016).
    ResNet,
}

impl Architecture {
    /// All variants, in the order of menus.
    pub const ALL: [Architecture; 4] =
        [Architecture::Mlp, Architecture::Cnn, Architecture::DeepCnn, Architecture::ResNet];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Architecture::Mlp => "mlp",
            Architecture::Cnn => "cnn",
            Architecture::DeepCnn => "deepcnn",
            Architecture::ResNet => "resnet",
        }
    }

    /// Returns the name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Mlp => "MLP",
            Architecture::Cnn => "CNN",
            Architecture::DeepCnn => "Deep CNN",
            Architecture::ResNet => "ResNet",
        }
    }
}

/// A classifier: hidden layers, then a dense output layer with one logit per class.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Network {
    /// The architecture.
    pub architecture: Architecture,
    /// Hidden layers, first to last.
    pub layers: Vec<Layer>,
}

impl Network {
    /// Maximum number of parameters. This many weights take 64 MB, or three times that with Adam.
    pub const MAX_PARAMETERS: usize = 16_000_000;
    /// Maximum number of hidden layers.
    pub const MAX_LAYERS: usize = 12;

    /// Returns the default network of an architecture: an MLP with one hidden layer of 8 tanh units
    /// (32,830 parameters); a CNN with 5×5 convolutions of 10 and 20 channels, 2×2 max-pooling and
    /// dense layers of 320 and 50 units (1,103,556 parameters); a deep CNN with seven 3×3
    /// convolutions in four stages (52,806 parameters, 1.8 times the arithmetic of the CNN);
    /// a small ResNet with five residual blocks in three stages (170,566 parameters, 4.1 times).
    pub fn default_for(architecture: Architecture) -> Self {
        let conv =
            |channels| Layer::Conv(ConvLayer { channels, kernel: 5, ..ConvLayer::default() });
        let dense = |units, activation| {
            Layer::Dense(DenseLayer { units, activation, ..DenseLayer::default() })
        };
        let normalized_conv = |channels, pool| {
            let layer = ConvLayer { channels, pool, ..ConvLayer::default() };
            Layer::Conv(ConvLayer { padding: Padding::Same, batch_norm: true, ..layer })
        };
        let residual = |channels, stride| {
            Layer::Residual(ResidualLayer { channels, stride, ..ResidualLayer::default() })
        };
        let layers = match architecture {
            Architecture::Mlp => vec![dense(8, Activation::Tanh)],
            Architecture::Cnn => {
                vec![conv(10), conv(20), dense(320, Activation::Relu), dense(50, Activation::Relu)]
            }
            Architecture::DeepCnn => vec![
                normalized_conv(8, 2),
                normalized_conv(16, 1),
                normalized_conv(16, 2),
                normalized_conv(32, 1),
                normalized_conv(32, 2),
                normalized_conv(48, 1),
                normalized_conv(48, 1),
                Layer::GlobalAveragePool,
            ],
            Architecture::ResNet => vec![
                normalized_conv(16, 2),
                residual(16, 1),
                residual(32, 2),
                residual(32, 1),
                residual(64, 2),
                residual(64, 1),
                Layer::GlobalAveragePool,
            ],
        };
        Self { architecture, layers }
    }
    /// Returns the classifier that begins with the encoder of a U-Net, followed by global average
    /// pooling: trained, it gives the encoder its first weights. It may exceed the ranges of
    /// classifiers, which are narrower than those of U-Nets.
    pub fn encoder_of(unet: &UNet) -> Self {
        let mut layers = Vec::new();
        for level in 0..=unet.depth {
            let channels = unet.channels(level);
            let pool = if level < unet.depth { 2 } else { 1 };
            let batch_norm = unet.batch_norm;
            if unet.residual {
                let layer =
                    ResidualLayer { channels, pool, batch_norm, ..ResidualLayer::default() };
                layers.push(Layer::Residual(layer));
            } else {
                let same = ConvLayer { padding: Padding::Same, ..ConvLayer::default() };
                for pool in [1, pool] {
                    let layer = ConvLayer { channels, pool, batch_norm, ..same.clone() };
                    layers.push(Layer::Conv(layer));
                }
            }
        }
        layers.push(Layer::GlobalAveragePool);
        let architecture = if unet.residual { Architecture::ResNet } else { Architecture::DeepCnn };
        Self { architecture, layers }
    }
}
