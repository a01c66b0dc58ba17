//! Image classifier: convolution blocks, then dense layers.
//!
//! In a valid network all convolutions come first. A classifier is therefore a list of convolution
//! blocks, a list of dense blocks and an output layer, and tensor ranks are known at compile time.
//!
//! Training and evaluation differ in two ways only: during training, batch norm uses the statistics
//! of the batch (and updates the running ones), and dropout drops values. The caller chooses the
//! mode by the method it calls; there is no mode flag.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use data::rng::Rng;
use model::{Activation, Layer, Network};

use crate::model::init::LayerWeights;
use crate::model::layers::{Conv, Dense, Norm, pool};
use crate::ops;

/// Classifier: convolution blocks, dense blocks, output layer.
#[derive(Module, Debug)]
pub struct Classifier {
    /// Blocks on feature maps.
    pub convs: Vec<ConvBlock>,
    /// Blocks on flat vectors.
    pub dense: Vec<DenseBlock>,
    /// The output layer, one logit per class.
    pub head: Dense,
}

/// Convolution, followed by optional batch norm, activation, max-pooling and optional dropout.
#[derive(Module, Debug)]
pub struct ConvBlock {
    /// The convolution.
    pub conv: Conv,
    /// Batch norm, if enabled.
    pub norm: Option<Norm>,
    #[module(skip)]
    activation: Activation,
    pool: usize,
    dropout: f64,
}

/// Dense layer, followed by optional batch norm, activation and optional dropout.
#[derive(Module, Debug)]
pub struct DenseBlock {
    /// The dense layer.
    pub dense: Dense,
    /// Batch norm, if enabled.
    pub norm: Option<Norm>,
    #[module(skip)]
    activation: Activation,
    dropout: f64,
}

impl Classifier {
    /// Builds a network for training from initial weights: one entry per layer, output layer last
    /// (see [`crate::model::init::weights`]). The network must be one that a graph can be built of.
    pub fn new(network: &Network, weights: &[LayerWeights], device: &Device) -> Self {
        let device = device.clone().autodiff();
        let mut convs = Vec::new();
        let mut dense = Vec::new();
        let (head, hidden) = weights.split_last().expect("a network has an output layer");
        assert_eq!(hidden.len(), network.layers.len(), "one set of weights per layer");
        for (layer, weights) in network.layers.iter().zip(hidden) {
            match layer {
                Layer::Conv(c) => convs.push(ConvBlock {
                    conv: Conv::new(weights, c.kernel, 0, &device),
                    norm: c.batch_norm.then(|| Norm::new(c.channels, &device)),
                    activation: c.activation,
                    pool: c.pool,
                    dropout: f64::from(c.dropout_percent) / 100.0,
                }),
                Layer::Dense(d) => dense.push(DenseBlock {
                    dense: Dense::new(weights, &device),
                    norm: d.batch_norm.then(|| Norm::new(d.units, &device)),
                    activation: d.activation,
                    dropout: f64::from(d.dropout_percent) / 100.0,
                }),
            }
        }
        Self { convs, dense, head: Dense::new(head, &device) }
    }

    /// Computes logits in evaluation mode: no dropout, and batch norm with running statistics. Call
    /// it on `self.valid()` to avoid building an autodiff graph.
    ///
    /// # Shapes
    ///
    /// - images `[batch, 1, 64, 64]`, gray levels 0 to 1
    /// - output `[batch, classes]`
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        // images: [batch, 1, 64, 64]
        let mut maps = images;
        for block in &self.convs {
            maps = block.forward(maps); // [batch, channels, side, side]
        }
        let mut x: Tensor<2> = maps.flatten(1, 3); // [batch, features]
        for block in &self.dense {
            x = block.forward(x); // [batch, units]
        }
        self.head.forward(x) // [batch, classes]
    }

    /// Computes logits in training mode. Updates running statistics and draws dropout masks from
    /// `dropout`, layer by layer.
    ///
    /// # Shapes
    ///
    /// - images `[batch, 1, 64, 64]`, gray levels 0 to 1
    /// - output `[batch, classes]`
    pub fn forward_train(&mut self, images: Tensor<4>, dropout: &mut Rng) -> Tensor<2> {
        // images: [batch, 1, 64, 64]
        let mut maps = images;
        for block in &mut self.convs {
            maps = block.forward_train(maps, dropout); // [batch, channels, side, side]
        }
        let mut x: Tensor<2> = maps.flatten(1, 3); // [batch, features]
        for block in &mut self.dense {
            x = block.forward_train(x, dropout); // [batch, units]
        }
        self.head.forward(x) // [batch, classes]
    }
}

impl ConvBlock {
    fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        let x = self.conv.forward(maps);
        self.activate_and_pool(match &self.norm {
            Some(norm) => norm.forward(x, false),
            None => x,
        })
    }

    fn forward_train(&mut self, maps: Tensor<4>, rng: &mut Rng) -> Tensor<4> {
        let x = self.conv.forward(maps);
        let x = match &mut self.norm {
            Some(norm) => norm.forward_train(x, false),
            None => x,
        };
        apply_dropout(self.activate_and_pool(x), self.dropout, rng)
    }

    fn activate_and_pool(&self, x: Tensor<4>) -> Tensor<4> {
        // ReLU, tanh and sigmoid are monotonically increasing, so pooling first gives the same
        // values and gradients with a quarter of the work or less. GELU is not.
        match self.activation {
            Activation::Relu => pool(x, self.pool, true),
            Activation::Gelu => pool(activate(self.activation, x), self.pool, false),
            other => activate(other, pool(x, self.pool, false)),
        }
    }
}

impl DenseBlock {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        match (&self.norm, self.activation) {
            (Some(norm), Activation::Relu) => norm.forward(self.dense.forward(x), true),
            (Some(norm), other) => activate(other, norm.forward(self.dense.forward(x), false)),
            (None, Activation::Relu) => self.dense.forward_relu(x),
            (None, other) => activate(other, self.dense.forward(x)),
        }
    }

    fn forward_train(&mut self, x: Tensor<2>, rng: &mut Rng) -> Tensor<2> {
        let x = match (&mut self.norm, self.activation) {
            (Some(norm), Activation::Relu) => norm.forward_train(self.dense.forward(x), true),
            (Some(norm), other) => {
                activate(other, norm.forward_train(self.dense.forward(x), false))
            }
            (None, Activation::Relu) => self.dense.forward_relu(x),
            (None, other) => activate(other, self.dense.forward(x)),
        };
        apply_dropout(x, self.dropout, rng)
    }
}

fn activate<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    let function = match activation {
        Activation::Relu => kernels::Activation::Relu,
        Activation::Tanh => kernels::Activation::Tanh,
        Activation::Gelu => kernels::Activation::Gelu,
        Activation::Sigmoid => kernels::Activation::Sigmoid,
    };
    ops::activate(x, function)
}

/// Applies dropout: sets values to 0 with the given probability and scales the others so that the
/// expected sum is unchanged (Srivastava et al. 2014). Masks are drawn on the CPU with our own
/// generator, so that every device drops the same values. This takes about 1 ns per value, and one
/// upload per layer on a GPU.
fn apply_dropout<const D: usize>(x: Tensor<D>, probability: f64, rng: &mut Rng) -> Tensor<D> {
    if probability <= 0.0 {
        return x;
    }
    let count = x.dims().iter().product();
    ops::dropout(x, dropout_mask(count, probability, rng))
}

/// Draws `len` factors: 0 with the given probability, otherwise 1 / (1 - probability).
fn dropout_mask(len: usize, probability: f64, rng: &mut Rng) -> Vec<f32> {
    let keep = (1.0 / (1.0 - probability)) as f32;
    // Uses each 64-bit random number for four 16-bit draws. Their resolution of 1/65536 is finer
    // than the whole percents of the configuration.
    let threshold = (probability * 65_536.0).round() as u64;
    let mut mask = Vec::with_capacity(len + 3);
    while mask.len() < len {
        let bits = rng.next_u64();
        mask.extend(
            [0, 16, 32, 48]
                .map(|shift| if (bits >> shift) & 0xffff < threshold { 0.0 } else { keep }),
        );
    }
    mask.truncate(len);
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropout_keeps_the_expected_sum_and_the_share() {
        for probability in [0.1, 0.25, 0.5, 0.9] {
            let mask = dropout_mask(100_001, probability, &mut Rng::new(7));
            assert_eq!(mask.len(), 100_001);
            let dropped = mask.iter().filter(|m| **m == 0.0).count() as f64 / 100_001.0;
            let mean = mask.iter().map(|m| f64::from(*m)).sum::<f64>() / 100_001.0;
            // The standard deviation of the dropped fraction is below 0.0016, that of the mean
            // below 0.01.
            assert!((dropped - probability).abs() < 0.008, "{probability}: dropped {dropped}");
            assert!((mean - 1.0).abs() < 0.05, "{probability}: mean {mean}");
        }
    }
}
