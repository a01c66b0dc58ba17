//! First weights and loss of the measured networks.

use cpu::BatchLoss;
use data::rng::Rng;
use kernels::PixelTerm;
use model::graph::Graph;

/// Returns random first weights, scaled by each parameter's fan-in.
pub fn values(graph: &Graph, rng: &mut Rng) -> Vec<f32> {
    let mut values = vec![0.0; graph.checkpoint_len()];
    for parameter in graph.parameters() {
        let fan_in = parameter.shape.iter().skip(1).product::<usize>().max(1) as f64;
        for value in &mut values[parameter.values.clone()] {
            let random = rng.uniform_in(-1.0, 1.0) / fan_in.sqrt();
            *value = if parameter.kind.is_learned() { random as f32 } else { 1.0 };
        }
    }
    values
}

/// Returns the cross-entropy, with the Dice loss where each image has several pixels with a class.
pub fn loss(classes: usize, pixels: usize) -> BatchLoss {
    BatchLoss {
        pixel_term: Some(PixelTerm::CrossEntropy),
        dice: pixels > 1,
        class_weights: vec![1.0; classes],
    }
}
