//! Weights of a single unit.

use model::graph::Op;

use crate::network::Model;

/// Returns the shape of the weights of one unit: an image for each input channel. The two convolutions
/// of a depthwise separable one count as the single convolution that computes the same.
pub fn weight_shape(model: &Model, product: usize) -> [usize; 3] {
    let graph = model.graph();
    let node = &graph.nodes()[product];
    let from = node.inputs[0];
    match (node.op, graph.nodes()[from].op) {
        (Op::Conv { .. }, Op::DepthwiseConv { kernel, .. }) => {
            [graph.shape(from)[0], kernel, kernel]
        }
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
    if let Some([kernels, _]) = depthwise_parameters(model, weights, product) {
        let factors = all.chunks_exact(all.len() / units).nth(unit).unwrap_or_default();
        let kernels = kernels.chunks_exact(kernels.len() / factors.len().max(1));
        return factors
            .iter()
            .zip(kernels)
            .flat_map(|(f, of)| of.iter().map(move |w| f * w))
            .collect();
    }
    if weight.is_transposed {
        all.iter().skip(unit).step_by(units).copied().collect()
    } else {
        all.chunks_exact(all.len() / units).nth(unit).unwrap_or_default().to_vec()
    }
}

/// Returns the bias of one unit. Like the weights, it is that of the single convolution that a
/// depthwise separable one amounts to.
pub fn unit_bias(model: &Model, weights: &[f32], product: usize, unit: usize) -> f32 {
    let [weight, bias] = model.graph().parameters_of(product) else { return 0.0 };
    let own = weights[bias.values.clone()][unit];
    let Some([_, biases]) = depthwise_parameters(model, weights, product) else { return own };
    let factors = weights[weight.values.clone()].chunks_exact(biases.len()).nth(unit);
    own + factors.unwrap_or_default().iter().zip(biases).map(|(f, bias)| f * bias).sum::<f32>()
}

/// Returns kernels and biases of the depthwise convolution before a product, if there is one.
fn depthwise_parameters<'w>(
    model: &Model,
    weights: &'w [f32],
    product: usize,
) -> Option<[&'w [f32]; 2]> {
    let graph = model.graph();
    let before = graph.nodes()[product].inputs[0];
    let Op::DepthwiseConv { .. } = graph.nodes()[before].op else { return None };
    let [kernels, biases] = graph.parameters_of(before) else { return None };
    Some([kernels, biases].map(|parameter| &weights[parameter.values.clone()]))
}
