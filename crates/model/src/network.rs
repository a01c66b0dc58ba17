//! Classifiers.

use serde::{Deserialize, Serialize};

use crate::{Activation, ConvLayer, DenseLayer, Layer};

/// Architecture of a classifier, which determines the kinds of layers it may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// Dense layers only.
    Mlp,
    /// Convolution layers, then dense layers.
    #[default]
    Cnn,
}

impl Architecture {
    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Architecture::Mlp => "mlp",
            Architecture::Cnn => "cnn",
        }
    }

    /// Returns the name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Mlp => "MLP",
            Architecture::Cnn => "CNN",
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
    /// (32,830 parameters), or a CNN with 5×5 convolutions of 10 and 20 channels, 2×2 max-pooling
    /// and dense layers of 320 and 50 units (1,103,556 parameters).
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
}
