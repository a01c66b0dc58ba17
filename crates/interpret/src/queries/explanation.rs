//! Attributions of one image by all methods, and the randomization test of the output layer.

use data::rng::Rng;
use model::graph::InitialValue;
use model::score::{argmax, softmax};
use protocol::interpret::{Attribution, AttributionMethod, Explanation, ExplanationQuery};
use protocol::{ErrorCode, Problem};

use crate::attribution::{
    IntegratedGradients, Occlusion, Target, argmax_class, grad_cam, hires_cam, input_gradient,
    rank_correlation,
};
use crate::job::{JobContext, StepResult};
use crate::network::{Model, ModelError};

pub fn start(
    query: ExplanationQuery,
) -> impl FnMut(&mut JobContext<'_>) -> StepResult<Explanation> {
    let mut job = ExplanationJob { query, trained: None, pass: None };
    move |context| Ok(job.step(&context.model, &context.weights.values)?.into())
}

/// Maps of all methods, in the order of [`AttributionMethod::ALL`]; `None` for a method that cannot
/// be applied.
type Maps = [Option<Vec<f32>>; 5];

/// Computation of the attributions of one image.
struct ExplanationJob {
    query: ExplanationQuery,
    /// Class and attributions of the trained network, if they are to be compared with those of a
    /// randomized network.
    trained: Option<(usize, Maps)>,
    pass: Option<Pass>,
}

/// State during the computation of the slow methods for one network.
struct Pass {
    weights: Vec<f32>,
    image: Vec<f32>,
    probabilities: Vec<f32>,
    class: usize,
    target: Target,
    cams: [Option<Vec<f32>>; 2],
    gradient: Vec<f32>,
    integrated: (IntegratedGradients, bool),
    occlusion: (Occlusion, bool),
}

impl ExplanationJob {
    /// Does one piece of work. Returns the explanation when it is complete.
    fn step(&mut self, model: &Model, weights: &[f32]) -> Result<Option<Explanation>, ModelError> {
        let Some(pass) = &mut self.pass else {
            self.pass = Some(self.start_pass(model, weights)?);
            return Ok(None);
        };
        let Pass { weights, image, target, integrated, occlusion, .. } = pass;
        if !integrated.1 {
            integrated.1 = integrated.0.advance(model, weights, image, target);
            return Ok(None);
        }
        if !occlusion.1 {
            occlusion.1 = occlusion.0.advance(model, weights, image, target);
            return Ok(None);
        }
        let Some(pass) = self.pass.take() else { return Ok(None) };
        let [cam, hires_cam] = pass.cams;
        let completeness = pass.integrated.0.completeness(&pass.image);
        let maps = [
            cam,
            hires_cam,
            Some(pass.gradient),
            Some(pass.integrated.0.values(&pass.image)),
            Some(pass.occlusion.0.values()),
        ];
        if self.query.target.randomized && self.trained.is_none() {
            self.trained = Some((pass.class, maps));
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
            class: pass.class,
            probabilities: pass.probabilities,
            attributions: attributions.collect(),
            completeness,
            randomized: self.query.target.randomized,
            agreement,
        }))
    }

    fn start_pass(&self, model: &Model, weights: &[f32]) -> Result<Pass, ModelError> {
        let image = model.image(&self.query.image.pixels)?;
        let is_randomized = self.trained.is_some();
        let weights =
            if is_randomized { with_random_head(model, weights) } else { weights.to_vec() };
        let values = model.forward(&weights, image.clone(), model.head());
        let logits = &values.nodes[model.head()];
        let probabilities = probabilities(model, logits);
        let most_probable = || {
            // In a segmentation, the background is not explained by default.
            let from = usize::from(model.segments);
            from + argmax(&probabilities[from..]).unwrap_or(0)
        };
        let class = match (&self.trained, self.query.target.class) {
            // Both networks explain the same class.
            (Some((class, _)), _) => *class,
            (None, Some(class)) if class < model.classes() => class,
            (None, Some(class)) => {
                return Err(ModelError::Unit { unit: class, units: model.classes() });
            }
            (None, None) => most_probable(),
        };
        let target = Target::class(model, logits, class);
        let score = target.scores(logits)[0];
        let layer = model.cam_layer();
        let gradients = target.gradients(model, &weights, &values);
        let cams = [grad_cam, hires_cam].map(|cam| Some(cam(model, &values, &gradients, layer?)));
        let gradient = input_gradient(&values, &gradients);
        Ok(Pass {
            probabilities,
            class,
            cams,
            gradient,
            integrated: (IntegratedGradients::new(model), false),
            occlusion: (Occlusion::new(model, score), false),
            weights,
            image,
            target,
        })
    }
}

const NO_FEATURE_MAPS: &str = "Grad-CAM needs feature maps, and this network has none: its layers are dense. \
                       Choose a CNN for it.";

/// Returns the probability of each class or, in a segmentation, the fraction of pixels predicted as
/// it.
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

/// Returns the weights of the network with those of the output layer drawn again, as at
/// initialization.
fn with_random_head(model: &Model, weights: &[f32]) -> Vec<f32> {
    let mut weights = weights.to_vec();
    let mut rng = Rng::new(7);
    for parameter in model.graph().parameters_of(model.head()) {
        let InitialValue::Uniform { fan_in, .. } = parameter.initial else { continue };
        let bound = 1.0 / (fan_in as f64).sqrt();
        for weight in &mut weights[parameter.values.clone()] {
            *weight = rng.uniform_in(-bound, bound) as f32;
        }
    }
    weights
}
