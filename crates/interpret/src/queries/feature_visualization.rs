//! Feature visualization: an image that maximizes a unit's activation.

use protocol::interpret::{FeatureVisualization, FeatureVisualizationQuery};

use crate::activation_maximization::{ActivationMaximization, Regularization};
use crate::job::{JobContext, Step, StepResult};

/// Starts the job, which sends the current image after every few steps.
pub fn start(
    FeatureVisualizationQuery { unit }: FeatureVisualizationQuery,
) -> impl FnMut(&mut JobContext<'_>) -> StepResult<FeatureVisualization> {
    let mut ascent = None;
    move |context| {
        let (model, weights) = (&context.model, &context.weights.values);
        let ascent = match &mut ascent {
            Some(ascent) => ascent,
            none => none.insert(ActivationMaximization::new(model, unit, Regularization::SMOOTH)?),
        };
        ascent.advance(model, weights);
        let image = ascent.visualization(model, weights);
        Ok(if ascent.is_done() { Step::Done(image) } else { Step::Partial(image) })
    }
}
