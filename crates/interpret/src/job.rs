//! One question on its way to its answer.

use std::mem::discriminant;
use std::rc::Rc;

use model::OpKind;
use protocol::interpret::{Answer, Embedding, LabeledImage, QueryHeader, UnitRef};

use crate::ascent::{Ascent, Regularisation};
use crate::book::Weights;
use crate::close::close_up;
use crate::explain::Explaining;
use crate::layers::layers;
use crate::mistakes::Review;
use crate::network::{Model, ModelError};
use crate::pca::plane;
use crate::shelf::{Pictures, Shelf, Unfit};
use crate::study::Study;
use crate::tsne::{ITERATIONS, PERPLEXITY, Tsne};
use crate::units::Census;

/// Test images that are told as nearest.
const NEIGHBOURS: usize = 8;
/// Iterations of t-SNE at a time.
const PORTION: usize = 20;

/// A layer's map by t-SNE on its way.
pub enum Embed {
    /// Nothing is known yet.
    New,
    /// What the layer says of the test examples.
    Looking(Box<Study>),
    /// The map.
    Moving(Tsne),
}

/// What a question is about.
pub struct Scene {
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
    Dream(UnitRef, Option<Ascent>),
    /// The arithmetic of an operation.
    Close(LabeledImage, UnitRef, OpKind),
    /// Why a class.
    Explain(Box<Explaining>),
    /// The largest losses.
    Mistakes(Review),
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
    /// A census that is being made for it.
    census: Option<Census>,
}

impl Job {
    /// One that has not begun.
    pub fn new(work: Work) -> Self {
        Self { work, network: None, census: None }
    }

    /// Does one piece of it, and tells what it found. True when nothing is left; a sentence where
    /// there is no answer.
    pub fn advance(
        &mut self,
        scene: &Scene,
        shelf: &mut Shelf,
        told: &mut Vec<Answer>,
    ) -> Result<bool, String> {
        let Scene { question, model, weights: Weights { step, values } } = scene;
        let said = |error: ModelError| error.to_string();
        let unfit = |error: Unfit| error.to_string();
        match &mut self.work {
            Work::Layers(exhibit) => {
                let view = layers(model, values, *step, &exhibit.pixels, &exhibit.targets);
                told.push(Answer::Activations(*question, view.map_err(said)?));
                Ok(true)
            }
            Work::Close(exhibit, unit_ref, part) => {
                let view =
                    close_up(model, values, &exhibit.pixels, *unit_ref, *part).map_err(said)?;
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
                let Pictures { exhibits, .. } = shelf.fitting(model).map_err(unfit)?;
                let found = review.advance(model, values, *step, &exhibits);
                let done = found.is_some();
                told.extend(found.map(|found| Answer::Mistakes(*question, found)));
                Ok(done)
            }
            Work::Dream(unit_ref, ascent) => {
                if ascent.is_none() {
                    *ascent =
                        Some(Ascent::new(model, *unit_ref, Regularisation::SMOOTH).map_err(said)?);
                }
                let Some(ascent) = ascent else { return Ok(true) };
                ascent.advance(model, values);
                told.push(Answer::FeatureVisualization(*question, ascent.dream(model, values)));
                Ok(ascent.is_done())
            }
            Work::Unit(unit_ref) => {
                let unit_ref = *unit_ref;
                model.unit(unit_ref.layer, unit_ref.unit).map_err(said)?;
                let Some(census) = self.census_of(unit_ref.layer, scene, shelf)? else {
                    return Ok(false);
                };
                let view = census.unit(model, values, unit_ref.unit).map_err(said)?;
                told.push(Answer::Unit(*question, view));
                Ok(true)
            }
            Work::Neighbours(image) => {
                let image = *image;
                let layer = model.layout.len().saturating_sub(2);
                let Some(census) = self.census_of(layer, scene, shelf)? else { return Ok(false) };
                let found = census
                    .neighbours(image, NEIGHBOURS)
                    .ok_or_else(|| "There is no such test image. Choose another one.".to_owned())?;
                told.push(Answer::Neighbors(*question, found));
                Ok(true)
            }
            Work::Embed(layer, Embed::Moving(tsne)) => {
                tsne.run(PORTION);
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
                let Pictures { exhibits, examples } = shelf.fitting(model).map_err(unfit)?;
                let layer = *layer;
                model.layer(layer).map_err(said)?;
                match embed {
                    Embed::Looking(study) => {
                        if study.gather(model, values, &examples, &exhibits) {
                            let gram = study.test_products(layer);
                            let start = plane(&gram).points;
                            *embed = Embed::Moving(Tsne::new(&gram, &start, PERPLEXITY));
                        }
                    }
                    _ => {
                        let study = Study::of_tests(model, &examples, layer);
                        *embed = Embed::Looking(Box::new(study));
                    }
                }
                Ok(false)
            }
        }
    }

    /// The census of a layer, once it is complete.
    fn census_of(
        &mut self,
        layer: usize,
        Scene { question, model, weights }: &Scene,
        shelf: &mut Shelf,
    ) -> Result<Option<Rc<Census>>, String> {
        let Pictures { exhibits, examples } =
            shelf.fitting(model).map_err(|unfit| unfit.to_string())?;
        let key = (question.network.run, weights.step, layer);
        if let Some((of, census)) = &shelf.census
            && *of == key
        {
            return Ok(Some(census.clone()));
        }
        let census = match &mut self.census {
            Some(census) => census,
            none => {
                let tests = exhibits.test.len() / model.pixels();
                let census = Census::new(model, layer, tests, &examples.judged());
                none.insert(census.map_err(|error| error.to_string())?)
            }
        };
        if census.advance(model, &weights.values, &exhibits.test) {
            let census = self.census.take().map(Rc::new);
            shelf.census = census.clone().map(|census| (key, census));
            return Ok(census);
        }
        Ok(None)
    }
}
