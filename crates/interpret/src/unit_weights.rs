//! Weights of a single unit.

use model::graph::Op;

use crate::network::Model;

/// Returns the shape of the weights of one unit: an image for each input channel.
pub fn weight_shape(model: &Model, product: usize) -> [usize; 3] {
    let graph = model.graph();
    let node = &graph.nodes()[product];
    let from = node.inputs[0];
    match (node.op, graph.nodes()[from].op) {
        (Op::Conv { kernel, .. }, _) => [graph.shape(from)[0], kernel, kernel],
        // The input of the product as it was before it was flattened.
        (_, Op::Flatten) => graph.shape(graph.nodes()[from].inputs[0]),
        // The weights of a dense layer after another dense layer form one row.
        _ => [1, 1, graph.len(from)],
    }
}

/// Returns the weights of one unit, in the shape given by [`weight_shape`].
pub fn unit_weights(model: &Model, weights: &[f32], product: usize, unit: usize) -> Vec<f32> {
    let Some(weight) = model.graph().parameters_of(product).first() else { return Vec::new() };
    let units = model.shape(product)[0];
    let all = &weights[weight.values.clone()];
    if weight.is_transposed {
        all.iter().skip(unit).step_by(units).copied().collect()
    } else {
        all.chunks_exact(all.len() / units).nth(unit).unwrap_or_default().to_vec()
    }
}
