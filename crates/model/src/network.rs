//! Classifiers: output shapes, parameter counts and checks.

use serde::{Deserialize, Serialize};

use crate::{
    Activation, ConvLayer, ConvPosition, DenseLayer, FeatureShape, IMAGE_SIDE, Layer, LayerField,
    NetworkError, ShapeError,
};

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

/// Output shape and parameter count of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerSummary {
    /// Output shape for one image.
    pub output: FeatureShape,
    /// Number of trainable parameters: weights, biases, scale and shift of batch norm.
    pub parameters: usize,
}

/// Output shapes and parameter counts of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSummary {
    /// The hidden layers, then the output layer.
    pub layers: Vec<LayerSummary>,
    /// Total number of trainable parameters.
    pub parameters: usize,
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

    /// Computes the output shape and parameter count of each layer for images of 1 × 64 × 64.
    ///
    /// # Errors
    ///
    /// Returns the first layer that does not fit, with the reason.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer_syntax::layers_from_text;

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
