//! What every layer makes of one image, forwards and backwards.

use kernels::{Loss, PixelTerm};
use protocol::interpret::{LayerActivations, NetworkActivations};

use crate::attribution::argmax_class;
use crate::graph::Op;
use crate::network::{Model, ModelError};
use crate::quantize::{quantize, quantize_signed, root_mean_square};

/// Filters that are shown: a layer of a thousand neurons has more than a page can hold.
const FILTERS: usize = 128;

/// Looks at an image of gray values; `targets` are its class, or the class of each pixel, or what
/// the network says where they are empty.
pub fn layers(
    model: &Model,
    weights: &[f32],
    step: usize,
    pixels: &[u8],
    targets: &[u8],
) -> Result<NetworkActivations, ModelError> {
    let graph = &model.graph;
    let values = graph.forward(weights, model.image(pixels)?, model.head());
    let logits = &values.nodes[model.head()];
    let loss = loss(model, 1);
    let targets = targets_or_best(model, logits, targets);
    let ones = vec![1.0; model.classes()];
    let sums = loss.sums(logits, &targets, &ones);
    let seed = loss.backward(logits, &targets, &ones, &sums, 1.0);
    let gradients = graph.backward(weights, &values, (model.head(), seed), true);
    let layers = model.layer_nodes.iter().enumerate().map(|(place, layer)| {
        let (shape, output) = (graph.shape(layer.output), &values.nodes[layer.output]);
        let gradient = &gradients.nodes[layer.output];
        let unit = |values: &[f32]| root_mean_square(values) * (values.len() as f32).sqrt();
        let size = shape[1] * shape[2];
        let learned = &gradients.weights[layer.weights.clone()];
        LayerActivations {
            maps: quantize(shape, output),
            signal: root_mean_square(output),
            gradient: root_mean_square(gradient),
            weight_gradient: (!learned.is_empty()).then(|| root_mean_square(learned)),
            unit_gradients: gradient.chunks_exact(size).map(unit).collect(),
            filters: filters(model, weights, place),
        }
    });
    Ok(NetworkActivations { step, loss: loss.value(&sums), layers: layers.collect() })
}

/// The mean cross-entropy of some images.
pub fn loss(model: &Model, batch: usize) -> Loss {
    let [classes, height, width] = model.graph.shape(model.head());
    let pixel_term = Some(PixelTerm::CrossEntropy);
    Loss { batch, classes, pixels: height * width, pixel_term, dice: false }
}

/// Classes as the loss wants them.
fn targets_or_best(model: &Model, logits: &[f32], targets: &[u8]) -> Vec<f32> {
    let pixels = logits.len() / model.classes();
    if targets.len() == pixels {
        return targets.iter().map(|class| f32::from(*class)).collect();
    }
    (0..pixels).map(|pixel| argmax_class(logits, pixels, pixel) as f32).collect()
}

/// Weights of each unit as images, where the layer sees the image itself.
fn filters(model: &Model, weights: &[f32], layer: usize) -> Option<protocol::QuantizedMaps> {
    let product = model.layer_nodes[layer].linear_op?;
    let node = model.graph.nodes()[product];
    if node.from[0] != 0 {
        return None;
    }
    let units = node.shape[0].min(FILTERS);
    let all: Vec<f32> =
        (0..units).flat_map(|unit| unit_weights(model, weights, product, unit)).collect();
    let [_, height, width] = weight_shape(model, product);
    Some(quantize_signed([units, height, width], &all))
}

/// Shape of one unit's weights: an image for each channel that arrives.
pub fn weight_shape(model: &Model, product: usize) -> [usize; 3] {
    let node = model.graph.nodes()[product];
    let [inputs, height, width] = model.graph.shape(node.from[0]);
    match node.op {
        Op::Conv { kernel, .. } => [inputs, kernel, kernel],
        // A dense layer behind others is one row of weights.
        Op::Dense { .. } if height * width == 1 => [1, 1, inputs],
        _ => [inputs, height, width],
    }
}

/// Weights of one unit, of [`weight_shape`].
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
