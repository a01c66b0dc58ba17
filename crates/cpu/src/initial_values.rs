//! Weight initialization with PyTorch's default for dense and convolution layers: Kaiming uniform
//! with a = √5 (He et al. 2015), which is uniform in ±1/√fan-in, for weights and biases alike. As
//! in PyTorch, the fan-in of a transposed convolution is computed from its output channels.
//!
//! Weights are drawn on the CPU with our own generator, so that a seed gives the same initial
//! weights on every device. Each layer has its own random stream, so changing one layer does not
//! change the initial weights of the others.

use data::rng::{Purpose, Rng};
use model::graph::{Graph, InitialValue};

/// Draws the initial values of all parameters, in the order of [`Graph::parameters`] and in
/// PyTorch's layout.
pub fn initial_values(graph: &Graph, seed: u32) -> Vec<Vec<f32>> {
    // Index and generator of the stream from which the parameter before was drawn.
    let mut current: Option<(u64, Rng)> = None;
    let each = graph.parameters().iter().map(|parameter| {
        let count = parameter.values.len();
        match parameter.initial {
            InitialValue::Constant(value) => vec![f32::from(value); count],
            InitialValue::Uniform { fan_in, stream } => {
                let (_, rng) = match &mut current {
                    Some(current) if current.0 == stream => current,
                    other => other.insert((stream, Rng::stream(seed, Purpose::Weights, stream))),
                };
                let bound = 1.0 / (fan_in as f64).sqrt();
                (0..count).map(|_| rng.uniform_in(-bound, bound) as f32).collect()
            }
        }
    });
    each.collect()
}

/// Draws the initial values of all parameters in the order and layout of a checkpoint.
pub fn initial_checkpoint(graph: &Graph, seed: u32) -> Vec<f32> {
    let each = graph.parameters().iter().zip(initial_values(graph, seed));
    let stored = each.map(|(parameter, values)| match parameter.shape.as_slice() {
        [outputs, inputs] if parameter.is_transposed => {
            let place = |at: usize| at % outputs * inputs + at / outputs;
            (0..values.len()).map(|at| values[place(at)]).collect()
        }
        _ => values,
    });
    stored.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Architecture, DataShape, Network, UNet, Upsampling};

    fn classifier(network: &Network) -> Graph {
        Graph::classifier(network, DataShape { classes: 6, size: [64, 64] }).unwrap()
    }

    /// Draws the weights and biases of each layer with random values.
    fn weights(graph: &Graph, seed: u32) -> Vec<[Vec<f32>; 2]> {
        let values = initial_values(graph, seed);
        let parameters = graph.parameters().iter().zip(values);
        let random: Vec<_> = parameters
            .filter(|(parameter, _)| matches!(parameter.initial, InitialValue::Uniform { .. }))
            .map(|(_, values)| values)
            .collect();
        random.chunks_exact(2).map(|pair| [pair[0].clone(), pair[1].clone()]).collect()
    }

    fn unet(unet: &UNet) -> Graph {
        Graph::unet(unet, DataShape { classes: 3, size: [64, 64] }).unwrap()
    }

    #[test]
    fn the_labs_cnn_starts_within_its_bounds_and_fills_them() {
        let graph = classifier(&Network::default_for(Architecture::Cnn));
        let all = weights(&graph, 1);
        let learned: usize = all.iter().flatten().map(Vec::len).sum();
        assert_eq!(learned, graph.learned());
        for ([weight, bias], fan_in) in all.iter().zip([25, 250, 3380, 320, 50]) {
            let bound = 1.0 / (fan_in as f32).sqrt();
            let largest = weight.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
            assert!(largest <= bound && largest > 0.95 * bound, "{largest} of {bound}");
            assert!(bias.iter().all(|b| b.abs() <= bound));
            // Uniform in ±b has variance b²/3. The smallest tensor has 250 values, for which 12 %
            // is 2 sigma.
            let variance = weight.iter().map(|w| w * w).sum::<f32>() / weight.len() as f32;
            let ratio = variance / (bound * bound / 3.0);
            assert!((ratio - 1.0).abs() < 0.2, "variance is {ratio} of the expected");
        }
    }

    #[test]
    fn a_layer_keeps_its_start_when_a_later_one_changes() {
        let mut network = Network::default_for(Architecture::Cnn);
        let before = weights(&classifier(&network), 3);
        assert_eq!(before, weights(&classifier(&network), 3));
        assert_ne!(before, weights(&classifier(&network), 4));
        network.layers.pop();
        let after = weights(&classifier(&network), 3);
        assert_eq!(before[..3], after[..3]);
        assert_eq!(after[3][0].len(), 320 * 6);
    }

    #[test]
    fn a_unet_starts_within_pytorchs_bounds_and_fills_them() {
        for upsampling in Upsampling::ALL {
            let graph = unet(&UNet { upsampling, batch_norm: false, ..UNet::default() });
            let all = weights(&graph, 1);
            let learned: usize = all.iter().flatten().map(Vec::len).sum();
            assert_eq!(learned, graph.learned());
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
            for ([weight, bias], fan_in) in all.iter().zip(fans) {
                let bound = 1.0 / (fan_in as f32).sqrt();
                let largest = weight.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
                assert!(largest <= bound && largest > 0.8 * bound, "{largest} of {bound}");
                assert!(bias.iter().all(|b| b.abs() <= bound));
            }
        }
    }

    #[test]
    fn a_cut_skip_leaves_the_other_layers_start_alone() {
        let whole = UNet::default();
        let mut cut = whole.clone();
        cut.skips[0] = false;
        let (before, after) = (weights(&unet(&whole), 5), weights(&unet(&cut), 5));
        let graph = unet(&whole);
        let names = graph.nodes().iter().map(|node| node.name.as_str());
        let names = names.filter(|name| !name.is_empty() && !name.contains(".bn"));
        for ((name, before), after) in names.zip(&before).zip(&after) {
            assert_eq!(before != after, name == "dec1.conv1", "{name}");
        }
        // No two layers have the same weights.
        for (index, one) in before.iter().enumerate() {
            assert!(before[..index].iter().all(|other| other[1][0] != one[1][0]));
        }
    }
}
