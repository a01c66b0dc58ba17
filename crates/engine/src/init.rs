//! First weights, PyTorch's default for dense and convolution layers: Kaiming-uniform with
//! a = √5 (He et al. 2015), which is uniform in ±1/√fan-in, for weights and biases alike.
//!
//! They come from our own generator and are made on the CPU, so that the same seed starts every
//! device alike. Each layer has its own stream: changing one layer leaves the others' start alone.

use data::rng::{Purpose, Rng};
use protocol::{FeatureShape, IMAGE_SIDE, Layer, Network, NetworkError};

/// The weights of one layer, in PyTorch's layout.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerWeights {
    /// `[out, in]` or `[out, in, kernel, kernel]`, row by row.
    pub weight: Vec<f32>,
    /// `[out]`
    pub bias: Vec<f32>,
}

/// First weights of a network: its hidden layers, then the output layer.
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
        let bound = 1.0 / (fan_in as f64).sqrt();
        let mut rng = Rng::stream(seed, Purpose::Weights, index as u64);
        let mut draw =
            |len| (0..len).map(|_| rng.uniform_in(-bound, bound) as f32).collect::<Vec<_>>();
        all.push(LayerWeights { weight: draw(out * fan_in), bias: draw(out) });
        input = layer.output;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Model;

    #[test]
    fn the_labs_cnn_starts_within_its_bounds_and_fills_them() {
        let network = Network::lab(Model::Cnn);
        let all = weights(&network, 6, 1).unwrap();
        let learned: usize = all.iter().map(|l| l.weight.len() + l.bias.len()).sum();
        assert_eq!(learned, network.summary(6).unwrap().parameters);
        for (layer, fan_in) in all.iter().zip([25, 250, 3380, 320, 50]) {
            let bound = 1.0 / (fan_in as f32).sqrt();
            let largest = layer.weight.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
            assert!(largest <= bound && largest > 0.95 * bound, "{largest} of {bound}");
            assert!(layer.bias.iter().all(|b| b.abs() <= bound));
            // Uniform in ±b: variance b²/3. The smallest tensor has 250 values: 12 % is 2 sigma.
            let variance =
                layer.weight.iter().map(|w| w * w).sum::<f32>() / layer.weight.len() as f32;
            let ratio = variance / (bound * bound / 3.0);
            assert!((ratio - 1.0).abs() < 0.2, "variance is {ratio} of the expected");
        }
    }

    #[test]
    fn a_layer_keeps_its_start_when_a_later_one_changes() {
        let mut network = Network::lab(Model::Cnn);
        let before = weights(&network, 6, 3).unwrap();
        assert_eq!(before, weights(&network, 6, 3).unwrap());
        assert_ne!(before, weights(&network, 6, 4).unwrap());
        network.layers.pop();
        let after = weights(&network, 6, 3).unwrap();
        assert_eq!(before[..3], after[..3]);
        assert_eq!(after[3].weight.len(), 320 * 6);
    }
}
