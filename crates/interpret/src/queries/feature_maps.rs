//! Feature maps of all layers for one image, as shown in the diagram of the U-Net.

use model::score::softmax;
use protocol::QuantizedMaps;
use protocol::interpret::FeatureMapsQuery;

use crate::job::{JobContext, QueryError};
use crate::quantize::quantize;

/// Returns the output of each layer except the image. For the last layer, returns the probability
/// of each class.
pub fn answer(
    FeatureMapsQuery { pixels }: &FeatureMapsQuery,
    context: &JobContext<'_>,
) -> Result<Vec<QuantizedMaps>, QueryError> {
    let (model, weights) = (&context.model, context.weights.values.as_slice());
    let mut values = model.forward(weights, model.image(pixels)?, model.head());
    let logits = &mut values.nodes[model.head()];
    *logits = probabilities(logits, model.classes());
    let maps = model.graph().layers()[1..]
        .iter()
        .map(|layer| quantize(model.shape(layer.output), &values.nodes[layer.output]));
    Ok(maps.collect())
}

/// Applies softmax over the classes to logits `[classes, pixels]`.
fn probabilities(logits: &[f32], classes: usize) -> Vec<f32> {
    let pixels = logits.len() / classes.max(1);
    let mut probabilities = vec![0.0; logits.len()];
    for pixel in 0..pixels {
        let of_pixel: Vec<f32> = logits[pixel..].iter().step_by(pixels).copied().collect();
        for (class, p) in softmax(&of_pixel).into_iter().enumerate() {
            probabilities[class * pixels + pixel] = p;
        }
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_over_the_classes_of_a_pixel() {
        let (high, low) = (1.0_f32.exp(), 1.0);
        let found = probabilities(&[1.0, 0.0, 0.0, 0.0], 2);
        let expected = [high / (high + low), 0.5, low / (high + low), 0.5];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }
}
