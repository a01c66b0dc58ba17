//! All explanations of one image, in portions, and the check with a forgotten output layer.

use data::rng::Rng;
use model::score::{argmax, softmax};
use protocol::interpret::{
    Attribution, AttributionMethod, ExplainTarget, Explanation, LabeledImage,
};
use protocol::{ErrorCode, Problem};

use crate::attribution::{
    IntegratedGradients, Occlusion, Target, argmax_class, grad_cam, hires_cam, input_gradient,
    rank_correlation,
};
use crate::network::{Model, ModelError};

/// Maps of all methods, in the order of [`AttributionMethod::ALL`]; none where a method has no answer.
type Maps = [Option<Vec<f32>>; 5];

/// The explanations on their way.
pub struct ExplainJob {
    exhibit: LabeledImage,
    reason: ExplainTarget,
    /// By the trained weights, where they are only there to be compared with.
    trained: Option<(usize, Maps)>,
    stage: Option<Stage>,
}

/// What is needed while the slow methods go on.
struct Stage {
    weights: Vec<f32>,
    image: Vec<f32>,
    probabilities: Vec<f32>,
    class: usize,
    target: Target,
    cams: [Option<Vec<f32>>; 2],
    gradient: Vec<f32>,
    integral: (IntegratedGradients, bool),
    occlusion: (Occlusion, bool),
}

impl ExplainJob {
    /// Explanations that have not begun.
    pub fn new(exhibit: LabeledImage, reason: ExplainTarget) -> Self {
        Self { exhibit, reason, trained: None, stage: None }
    }

    /// Goes on for a portion; the result at its end.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
    ) -> Result<Option<Explanation>, ModelError> {
        let Some(stage) = &mut self.stage else {
            self.stage = Some(self.begin(model, weights)?);
            return Ok(None);
        };
        let Stage { weights, image, target, integral, occlusion, .. } = stage;
        if !integral.1 {
            integral.1 = integral.0.advance(model, weights, image, target);
            return Ok(None);
        }
        if !occlusion.1 {
            occlusion.1 = occlusion.0.advance(model, weights, image, target);
            return Ok(None);
        }
        let Some(stage) = self.stage.take() else { return Ok(None) };
        let [cam, hires_cam] = stage.cams;
        let completeness = stage.integral.0.completeness(&stage.image);
        let maps = [
            cam,
            hires_cam,
            Some(stage.gradient),
            Some(stage.integral.0.values(&stage.image)),
            Some(stage.occlusion.0.values()),
        ];
        if self.reason.randomized && self.trained.is_none() {
            self.trained = Some((stage.class, maps));
            return Ok(None);
        }
        let agreement = match &self.trained {
            Some((_, trained)) => trained
                .iter()
                .zip(&maps)
                .map(|(one, other)| rank_correlation(one.as_ref()?, other.as_ref()?))
                .collect(),
            None => Vec::new(),
        };
        let attributions =
            AttributionMethod::ALL.into_iter().zip(maps).map(|(method, values)| Attribution {
                method,
                values: values.ok_or_else(|| Problem::new(ErrorCode::NotReady, NO_FEATURE_MAPS)),
            });
        Ok(Some(Explanation {
            class: stage.class,
            probabilities: stage.probabilities,
            attributions: attributions.collect(),
            completeness,
            randomized: self.reason.randomized,
            agreement,
        }))
    }

    fn begin(&self, model: &Model, weights: &[f32]) -> Result<Stage, ModelError> {
        let image = model.image(&self.exhibit.pixels)?;
        let forgotten = self.trained.is_some();
        let weights = if forgotten { with_random_head(model, weights) } else { weights.to_vec() };
        let values = model.graph.forward(&weights, image.clone(), model.head());
        let logits = &values.nodes[model.head()];
        let probabilities = probabilities(model, logits);
        let likeliest = || {
            // In a segmentation the background is what nobody asks about.
            let from = usize::from(model.segments);
            from + argmax(&probabilities[from..]).unwrap_or(0)
        };
        let class = match (&self.trained, self.reason.class) {
            // Both networks explain the same class.
            (Some((class, _)), _) => *class,
            (None, Some(class)) if class < model.classes() => class,
            (None, Some(class)) => {
                return Err(ModelError::Unit { unit: class, units: model.classes() });
            }
            (None, None) => likeliest(),
        };
        let target = Target::class(model, logits, class);
        let whole = target.scores(logits)[0];
        let layer = model.cam_layer();
        let gradients = target.gradients(model, &weights, &values);
        let cams = [grad_cam, hires_cam].map(|cam| Some(cam(model, &values, &gradients, layer?)));
        let gradient = input_gradient(&values, &gradients);
        Ok(Stage {
            probabilities,
            class,
            cams,
            gradient,
            integral: (IntegratedGradients::new(model), false),
            occlusion: (Occlusion::new(model, whole), false),
            weights,
            image,
            target,
        })
    }
}

const NO_FEATURE_MAPS: &str = "Grad-CAM needs feature maps, and this network has none: its layers are dense. \
                       Choose a CNN for it.";

/// Probability of each class; in a segmentation the share of pixels given to it.
fn probabilities(model: &Model, logits: &[f32]) -> Vec<f32> {
    if !model.segments {
        return softmax(logits);
    }
    let pixels = logits.len() / model.classes();
    let mut shares = vec![0.0; model.classes()];
    for pixel in 0..pixels {
        shares[argmax_class(logits, pixels, pixel)] += 1.0 / pixels as f32;
    }
    shares
}

/// The weights with those of the output layer drawn anew, as they would be at the start.
fn with_random_head(model: &Model, weights: &[f32]) -> Vec<f32> {
    let mut weights = weights.to_vec();
    let Some(head) = model.layer_nodes.last() else { return weights };
    let biases = model.classes();
    let inputs = (head.weights.len() / biases).saturating_sub(1).max(1);
    let bound = 1.0 / (inputs as f64).sqrt();
    let mut rng = Rng::new(7);
    for weight in &mut weights[head.weights.clone()] {
        *weight = rng.uniform_in(-bound, bound) as f32;
    }
    weights
}
