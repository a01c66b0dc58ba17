//! Weight initialization with PyTorch's default for dense and convolution layers: Kaiming uniform
//! with a = √5 (He et al. 2015), which is uniform in ±1/√fan-in, for weights and biases alike. As
//! in PyTorch, the fan-in of a transposed convolution is computed from its output channels.
//!
//! Weights are drawn on the CPU with our own generator, so that a seed gives the same initial
//! weights on every device. Each layer has its own random stream, so changing one layer does not
//! change the initial weights of the others.

use data::rng::{Purpose, Rng};
use model::{FeatureShape, IMAGE_SIDE, Layer, Network, NetworkError, UNet, UNetBlock, Upsampling};

/// Weights of one layer, in PyTorch's layout.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerWeights {
    /// `[out, in]` or `[out, in, kernel, kernel]`, in row-major order.
    pub weight: Vec<f32>,
    /// `[out]`
    pub bias: Vec<f32>,
}

/// Draws the initial weights of a network: hidden layers first, then the output layer.
pub fn weights(
    network: &Network,
    classes: usize,
    seed: u32,
) -> Result<Vec<LayerWeights>, NetworkError> {
    let summary = network.summary(classes)?;
    let mut input = FeatureShape::Maps(1, IMAGE_SIDE, IMAGE_SIDE);
    let mut all = Vec::with_capacity(summary.layers.len());
    for (index, layer) in summary.layers.iter().enumerate() {
        let (out, fan_in) = match (network.layers.get(index), input) {
            (Some(Layer::Conv(conv)), FeatureShape::Maps(channels, _, _)) => {
                (conv.channels, channels * conv.kernel * conv.kernel)
            }
            _ => (layer.output.len(), input.len()),
        };
        all.push(draw_layer(seed, index as u64, out * fan_in, out, fan_in));
        input = layer.output;
    }
    Ok(all)
}

/// Draws the weights and biases of the layer with the given stream index.
fn draw_layer(seed: u32, index: u64, weights: usize, biases: usize, fan_in: usize) -> LayerWeights {
    let bound = 1.0 / (fan_in as f64).sqrt();
    let mut rng = Rng::stream(seed, Purpose::Weights, index);
    let mut draw = |len| (0..len).map(|_| rng.uniform_in(-bound, bound) as f32).collect();
    LayerWeights { weight: draw(weights), bias: draw(biases) }
}

/// One layer of a U-Net with weights and biases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UNetLayer {
    /// Block that contains the layer.
    pub block: UNetBlock,
    /// Index within the block: 0 and 1 for the convolutions, 2 for the upsampling before them.
    pub part: usize,
    /// Number of input channels.
    pub inputs: usize,
    /// Number of output channels.
    pub outputs: usize,
    /// Side of the kernel, in pixels.
    pub kernel: usize,
    /// Whether the layer is a transposed convolution.
    pub transposed: bool,
}

/// Lists the layers of a U-Net in the order of computation: encoder, bottom, decoder (upsampling
/// first), head. The U-Net must have passed [`UNet::summary`].
pub fn unet_layers(unet: &UNet, classes: usize) -> Vec<UNetLayer> {
    let conv = |block, part, inputs, outputs| UNetLayer {
        block,
        part,
        inputs,
        outputs,
        kernel: 3,
        transposed: false,
    };
    let double = |block, inputs, outputs| {
        [conv(block, 0, inputs, outputs), conv(block, 1, outputs, outputs)]
    };
    let mut layers = Vec::new();
    let mut inputs = 1;
    for level in 0..unet.depth {
        layers.extend(double(UNetBlock::Encoder(level), inputs, unet.channels(level)));
        inputs = unet.channels(level);
    }
    layers.extend(double(UNetBlock::Bottom, inputs, unet.channels(unet.depth)));
    for level in (0..unet.depth).rev() {
        let (block, outputs) = (UNetBlock::Decoder(level), unet.channels(level));
        let up = conv(block, 2, unet.channels(level + 1), outputs);
        layers.push(match unet.upsampling {
            Upsampling::Transposed => UNetLayer { kernel: 2, transposed: true, ..up },
            Upsampling::Nearest => up,
        });
        let joined = if unet.has_skip(level) { 2 * outputs } else { outputs };
        layers.extend(double(block, joined, outputs));
    }
    layers.push(UNetLayer { kernel: 1, ..conv(UNetBlock::Head, 0, unet.width, classes) });
    layers
}

/// Draws the initial weights of a U-Net, in the order of [`unet_layers`]. The weights of a layer
/// depend on its own position and size only, so cutting a skip connection does not change those of
/// other layers.
pub fn unet_weights(unet: &UNet, classes: usize, seed: u32) -> Vec<LayerWeights> {
    unet_layers(unet, classes)
        .into_iter()
        .map(|layer| {
            let area = layer.kernel * layer.kernel;
            let fan_in_channels = if layer.transposed { layer.outputs } else { layer.inputs };
            let (kind, level) = match layer.block {
                UNetBlock::Encoder(level) => (0, level),
                UNetBlock::Bottom => (1, 0),
                UNetBlock::Decoder(level) => (2, level),
                UNetBlock::Head => (3, 0),
            };
            let index = (kind * 16 + level) * 4 + layer.part;
            let weights = layer.inputs * layer.outputs * area;
            draw_layer(seed, index as u64, weights, layer.outputs, fan_in_channels * area)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Architecture;

    #[test]
    fn the_labs_cnn_starts_within_its_bounds_and_fills_them() {
        let network = Network::default_for(Architecture::Cnn);
        let all = weights(&network, 6, 1).unwrap();
        let learned: usize = all.iter().map(|l| l.weight.len() + l.bias.len()).sum();
        assert_eq!(learned, network.summary(6).unwrap().parameters);
        for (layer, fan_in) in all.iter().zip([25, 250, 3380, 320, 50]) {
            let bound = 1.0 / (fan_in as f32).sqrt();
            let largest = layer.weight.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
            assert!(largest <= bound && largest > 0.95 * bound, "{largest} of {bound}");
            assert!(layer.bias.iter().all(|b| b.abs() <= bound));
            // Uniform in ±b has variance b²/3. The smallest tensor has 250 values, for which 12 %
            // is 2 sigma.
            let variance =
                layer.weight.iter().map(|w| w * w).sum::<f32>() / layer.weight.len() as f32;
            let ratio = variance / (bound * bound / 3.0);
            assert!((ratio - 1.0).abs() < 0.2, "variance is {ratio} of the expected");
        }
    }

    #[test]
    fn a_layer_keeps_its_start_when_a_later_one_changes() {
        let mut network = Network::default_for(Architecture::Cnn);
        let before = weights(&network, 6, 3).unwrap();
        assert_eq!(before, weights(&network, 6, 3).unwrap());
        assert_ne!(before, weights(&network, 6, 4).unwrap());
        network.layers.pop();
        let after = weights(&network, 6, 3).unwrap();
        assert_eq!(before[..3], after[..3]);
        assert_eq!(after[3].weight.len(), 320 * 6);
    }

    #[test]
    fn a_unet_starts_within_pytorchs_bounds_and_fills_them() {
        for upsampling in Upsampling::ALL {
            let unet = UNet { upsampling, batch_norm: false, ..UNet::default() };
            let all = unet_weights(&unet, 3, 1);
            let learned: usize = all.iter().map(|l| l.weight.len() + l.bias.len()).sum();
            assert_eq!(learned, unet.summary(3, [64, 64]).unwrap().parameters);
            // The upsampling layers have 32 input and 16 output channels, then 16 and 8.
            let up = match upsampling {
                Upsampling::Transposed => [16 * 4, 8 * 4],
                Upsampling::Nearest => [32 * 9, 16 * 9],
            };
            let down = [9, 8 * 9, 8 * 9, 16 * 9, 16 * 9, 32 * 9];
            let level_1 = [up[0], 32 * 9, 16 * 9];
            let level_0 = [up[1], 16 * 9, 8 * 9];
            let fans = [&down[..], &level_1, &level_0, &[8]].concat();
            assert_eq!(fans.len(), all.len());
            for (layer, fan_in) in all.iter().zip(fans) {
                let bound = 1.0 / (fan_in as f32).sqrt();
                let largest = layer.weight.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
                assert!(largest <= bound && largest > 0.8 * bound, "{largest} of {bound}");
                assert!(layer.bias.iter().all(|b| b.abs() <= bound));
            }
        }
    }

    #[test]
    fn a_cut_skip_leaves_the_other_layers_start_alone() {
        let whole = UNet::default();
        let mut cut = whole.clone();
        cut.skips[0] = false;
        let (before, after) = (unet_weights(&whole, 3, 5), unet_weights(&cut, 3, 5));
        let layers = unet_layers(&whole, 3);
        for ((layer, before), after) in layers.iter().zip(&before).zip(&after) {
            let changed = layer.block == UNetBlock::Decoder(0) && layer.part == 0;
            assert_eq!(before != after, changed, "{layer:?}");
        }
        // No two layers have the same weights.
        for (index, one) in before.iter().enumerate() {
            assert!(before[..index].iter().all(|other| other.bias[0] != one.bias[0]));
        }
    }
}
