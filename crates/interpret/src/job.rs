//! One question on its way to its answer.

use std::mem::discriminant;
use std::rc::Rc;

use model::OpKind;
use protocol::interpret::{Answer, Embedding, LabeledImage, QueryHeader, UnitRef};

use crate::activation_maximization::{ActivationMaximization, Regularization};
use crate::activation_stats::ActivationStats;
use crate::activations::layers;
use crate::checkpoints::Weights;
use crate::explain::ExplainJob;
use crate::inputs::{InputImages, InputMismatch, Inputs};
use crate::layer_probe::ProbeJob;
use crate::mistakes::MistakesJob;
use crate::network::{Model, ModelError};
use crate::op_trace::trace_op;
use crate::pca::principal_plane;
use crate::tsne::{ITERATIONS, PERPLEXITY, Tsne};

/// Test images that are told as nearest.
const NEIGHBOURS: usize = 8;
/// Iterations of t-SNE at a time.
const BATCH: usize = 20;

/// A layer's map by t-SNE on its way.
pub enum Embed {
    /// Nothing is known yet.
    Pending,
    /// What the layer says of the test examples.
    Gathering(Box<ProbeJob>),
    /// The map.
    Iterating(Tsne),
}

/// What a question is about.
pub struct JobContext {
    /// The question.
    pub question: QueryHeader,
    /// The network.
    pub model: Rc<Model>,
    /// Its weights.
    pub weights: Weights,
}

/// What is wanted.
pub enum Work {
    /// What every layer makes of an image.
    Layers(LabeledImage),
    /// What a unit does.
    Unit(UnitRef),
    /// The image that excites a unit.
    Dream(UnitRef, Option<ActivationMaximization>),
    /// The arithmetic of an operation.
    Close(LabeledImage, UnitRef, OpKind),
    /// Why a class.
    Explain(Box<ExplainJob>),
    /// The largest losses.
    Mistakes(MistakesJob),
    /// The nearest test images.
    Neighbours(usize),
    /// A layer's map by t-SNE.
    Embed(usize, Embed),
}

impl Work {
    /// Whether it is done in one piece: nobody who moves the pointer shall wait for what takes seconds.
    pub fn is_quick(&self) -> bool {
        matches!(self, Work::Layers(_) | Work::Close(..))
    }

    /// Whether the other one's answer would take the place of this one's.
    pub fn is_like(&self, other: &Work) -> bool {
        discriminant(self) == discriminant(other)
    }
}

/// A question on its way.
pub struct Job {
    /// What is wanted.
    pub work: Work,
    /// The network that it is wanted of, once it has begun.
    pub network: Option<(Rc<Model>, Weights)>,
    /// A stats that is being made for it.
    stats: Option<ActivationStats>,
}

impl Job {
    /// One that has not begun.
    pub fn new(work: Work) -> Self {
        Self { work, network: None, stats: None }
    }

    /// Does one piece of it, and tells what it found. True when nothing is left; a sentence where
    /// there is no answer.
    pub fn advance(
        &mut self,
        scene: &JobContext,
        inputs: &mut Inputs,
        told: &mut Vec<Answer>,
    ) -> Result<bool, String> {
        let JobContext { question, model, weights: Weights { step, values } } = scene;
        let said = |error: ModelError| error.to_string();
        let unfit = |error: InputMismatch| error.to_string();
        match &mut self.work {
            Work::Layers(exhibit) => {
                let view = layers(model, values, *step, &exhibit.pixels, &exhibit.targets);
                told.push(Answer::Activations(*question, view.map_err(said)?));
                Ok(true)
            }
            Work::Close(exhibit, unit_ref, part) => {
                let view =
                    trace_op(model, values, &exhibit.pixels, *unit_ref, *part).map_err(said)?;
                told.push(Answer::OpTrace(*question, view));
                Ok(true)
            }
            Work::Explain(explaining) => {
                let found = explaining.advance(model, values).map_err(said)?;
                let done = found.is_some();
                told.extend(found.map(|found| Answer::Explanation(*question, found)));
                Ok(done)
            }
            Work::Mistakes(review) => {
                let InputImages { exhibits, .. } = inputs.for_model(model).map_err(unfit)?;
                let found = review.advance(model, values, *step, &exhibits);
                let done = found.is_some();
                told.extend(found.map(|found| Answer::Mistakes(*question, found)));
                Ok(done)
            }
            Work::Dream(unit_ref, ascent) => {
                if ascent.is_none() {
                    *ascent = Some(
                        ActivationMaximization::new(model, *unit_ref, Regularization::SMOOTH)
                            .map_err(said)?,
                    );
                }
                let Some(ascent) = ascent else { return Ok(true) };
                ascent.advance(model, values);
                told.push(Answer::FeatureVisualization(
                    *question,
                    ascent.visualization(model, values),
                ));
                Ok(ascent.is_done())
            }
            Work::Unit(unit_ref) => {
                let unit_ref = *unit_ref;
                model.unit(unit_ref.layer, unit_ref.unit).map_err(said)?;
                let Some(stats) = self.activation_stats(unit_ref.layer, scene, inputs)? else {
                    return Ok(false);
                };
                let view = stats.unit(model, values, unit_ref.unit).map_err(said)?;
                told.push(Answer::Unit(*question, view));
                Ok(true)
            }
            Work::Neighbours(image) => {
                let image = *image;
                let layer = model.layer_nodes.len().saturating_sub(2);
                let Some(stats) = self.activation_stats(layer, scene, inputs)? else {
                    return Ok(false);
                };
                let found = stats
                    .neighbours(image, NEIGHBOURS)
                    .ok_or_else(|| "There is no such test image. Choose another one.".to_owned())?;
                told.push(Answer::Neighbors(*question, found));
                Ok(true)
            }
            Work::Embed(layer, Embed::Iterating(tsne)) => {
                tsne.run(BATCH);
                told.push(Answer::Embedding(
                    *question,
                    Embedding {
                        layer: *layer,
                        step: tsne.iteration(),
                        steps: ITERATIONS,
                        map: tsne.points(),
                    },
                ));
                Ok(tsne.is_done())
            }
            Work::Embed(layer, embed) => {
                let InputImages { exhibits, examples } = inputs.for_model(model).map_err(unfit)?;
                let layer = *layer;
                model.nodes_of_layer(layer).map_err(said)?;
                match embed {
                    Embed::Gathering(study) => {
                        if study.gather(model, values, &examples, &exhibits) {
                            let gram = study.test_gram(layer);
                            let start = principal_plane(&gram).points;
                            *embed = Embed::Iterating(Tsne::new(&gram, &start, PERPLEXITY));
                        }
                    }
                    _ => {
                        let study = ProbeJob::of_test_examples(model, &examples, layer);
                        *embed = Embed::Gathering(Box::new(study));
                    }
                }
                Ok(false)
            }
        }
    }

    /// The stats of a layer, once it is complete.
    fn activation_stats(
        &mut self,
        layer: usize,
        JobContext { question, model, weights }: &JobContext,
        inputs: &mut Inputs,
    ) -> Result<Option<Rc<ActivationStats>>, String> {
        let InputImages { exhibits, examples } =
            inputs.for_model(model).map_err(|unfit| unfit.to_string())?;
        let key = (question.network.run, weights.step, layer);
        if let Some((of, stats)) = &inputs.activation_stats
            && *of == key
        {
            return Ok(Some(stats.clone()));
        }
        let stats = match &mut self.stats {
            Some(stats) => stats,
            none => {
                let tests = exhibits.test.len() / model.pixels();
                let stats = ActivationStats::new(model, layer, tests, &examples.probe_images());
                none.insert(stats.map_err(|error| error.to_string())?)
            }
        };
        if stats.advance(model, &weights.values, &exhibits.test) {
            let stats = self.stats.take().map(Rc::new);
            inputs.activation_stats = stats.clone().map(|stats| (key, stats));
            return Ok(stats);
        }
        Ok(None)
    }
}
