//! Weights of a single unit.

use crate::graph::Op;
use crate::network::Model;

/// Returns the shape of the weights of one unit: an image for each input channel.
pub fn weight_shape(model: &Model, product: usize) -> [usize; 3] {
    let node = model.graph.nodes()[product];
    let [inputs, height, width] = model.graph.shape(node.from[0]);
    match node.op {
        Op::Conv { kernel, .. } => [inputs, kernel, kernel],
        // The weights of a dense layer after another dense layer form one row.
        Op::Dense { .. } if height * width == 1 => [1, 1, inputs],
        _ => [inputs, height, width],
    }
}

/// Returns the weights of one unit, in the shape given by [`weight_shape`].
pub fn unit_weights(model: &Model, weights: &[f32], product: usize, unit: usize) -> Vec<f32> {
    let node = model.graph.nodes()[product];
    let Some(first) = model.graph.first_weight(product) else { return Vec::new() };
    let (count, outputs) = model.graph.weight_counts(product);
    let all = &weights[first..first + count];
    match node.op {
        Op::Dense { .. } => all.iter().skip(unit).step_by(outputs).copied().collect(),
        _ => all[unit * count / outputs..][..count / outputs].to_vec(),
    }
}
