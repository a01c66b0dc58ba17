//! Activations and gradients of all layers for one image.

use model::graph::Op;
use protocol::QuantizedMaps;
use protocol::interpret::{ActivationsQuery, LayerActivations, NetworkActivations};

use crate::attribution::argmax_class;
use crate::job::{JobContext, QueryError};
use crate::network::Model;
use crate::quantize::{quantize, quantize_signed, root_mean_square};
use crate::unit_weights::{unit_weights, weight_shape};

/// Maximum number of filters shown.
const MAX_FILTERS: usize = 128;

/// Computes a forward and a backward pass of the network. If the image has no labels, the predicted
/// classes are used instead.
pub fn answer(
    ActivationsQuery { image }: &ActivationsQuery,
    context: &JobContext<'_>,
) -> Result<NetworkActivations, QueryError> {
    let (model, weights) = (&context.model, context.weights.values.as_slice());
    let graph = model.graph();
    let values = model.forward(weights, model.image(&image.pixels)?, model.head());
    let logits = &values.nodes[model.head()];
    let loss = model.cross_entropy(1);
    let targets = targets_or_predicted(model, logits, &image.targets);
    let ones = vec![1.0; model.classes()];
    let sums = loss.sums(logits, &targets, &ones);
    let seed = loss.backward(logits, &targets, &ones, &sums, 1.0);
    let gradients = model.backward(weights, &values, (model.head(), seed), true);
    let layers = graph.layers().iter().enumerate().map(|(place, layer)| {
        let (shape, output) = (graph.shape(layer.output), &values.nodes[layer.output]);
        let gradient = &gradients.nodes[layer.output];
        let unit = |values: &[f32]| root_mean_square(values) * (values.len() as f32).sqrt();
        let size = shape[1] * shape[2];
        let of_weights = &gradients.weights[graph.values_of(layer)];
        LayerActivations {
            maps: quantize(shape, output),
            signal: root_mean_square(output),
            gradient: root_mean_square(gradient),
            weight_gradient: (!of_weights.is_empty()).then(|| root_mean_square(of_weights)),
            unit_gradients: gradient.chunks_exact(size).map(unit).collect(),
            filters: filters(model, weights, place),
        }
    });
    Ok(NetworkActivations {
        step: context.weights.step,
        loss: loss.value(&sums),
        layers: layers.collect(),
    })
}

/// Returns the given classes as targets of the loss, or the most probable classes if none are
/// given.
fn targets_or_predicted(model: &Model, logits: &[f32], targets: &[u8]) -> Vec<f32> {
    let pixels = logits.len() / model.classes();
    if targets.len() == pixels {
        return targets.iter().map(|class| f32::from(*class)).collect();
    }
    (0..pixels).map(|pixel| argmax_class(logits, pixels, pixel) as f32).collect()
}

/// Returns the weights of each unit as images if the layer's input is the image.
fn filters(model: &Model, weights: &[f32], layer: usize) -> Option<QuantizedMaps> {
    let product = model.graph().layers()[layer].linear_op?;
    let nodes = model.graph().nodes();
    let mut from = nodes[product].inputs[0];
    if nodes[from].op == Op::Flatten {
        from = nodes[from].inputs[0];
    }
    if nodes[from].op != Op::Input {
        return None;
    }
    let units = model.shape(product)[0].min(MAX_FILTERS);
    let all: Vec<f32> =
        (0..units).flat_map(|unit| unit_weights(model, weights, product, unit)).collect();
    let [_, height, width] = weight_shape(model, product);
    Some(quantize_signed([units, height, width], &all))
}
