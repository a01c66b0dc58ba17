//! How unusual an image is for the network: its distance from the training images in the last hidden
//! layer, compared with those of the held-out images.

use std::rc::Rc;

use metrics::{NEIGHBORS, NoveltyScorer};
use protocol::interpret::{Novelty, NoveltyQuery};

use crate::inputs::InputImages;
use crate::job::{JobContext, QueryError, Step, StepResult};
use crate::network::{Model, to_unit_range};

/// Most training images that are compared. They are spread evenly.
const MOST_TRAINING: usize = 600;

/// Most held-out images that give the usual distances.
const MOST_HELD_OUT: usize = 300;

/// Images per forward pass.
const BATCH: usize = 16;

pub fn start(query: NoveltyQuery) -> impl FnMut(&mut JobContext<'_>) -> StepResult<Novelty> {
    let mut gathering = None::<Gathering>;
    move |context| {
        let (model, weights) = (context.model.clone(), context.weights.clone());
        let key = (context.network.run, weights.step);
        let image = model.image(&query.pixels)?;
        let InputImages { dataset, .. } = context.inputs.for_model(&model)?;
        let cached = context.inputs.novelty.as_ref().filter(|(of, _)| *of == key);
        let scorer = match cached {
            Some((_, scorer)) => scorer.clone(),
            None => {
                let images = [&dataset.train[..], &dataset.test];
                let gathered = gathering.get_or_insert_with(|| Gathering::new(&model, images));
                if !gathered.advance(&model, &weights.values, images) {
                    return Ok(Step::Pending);
                }
                let [training, held_out] = std::mem::take(&mut gathered.features);
                let scorer = NoveltyScorer::new(&training, &held_out, width(&model), NEIGHBORS);
                let scorer = Rc::new(scorer.map_err(|_| QueryError::NoFeatures)?);
                context.inputs.novelty = Some((key, scorer.clone()));
                scorer
            }
        };
        let features = features(&model, &weights.values, image);
        let distance = scorer.distance(&features).map_err(|_| QueryError::NoFeatures)?;
        Ok(Step::Done(Novelty { distance, percentile: scorer.percentile(distance) }))
    }
}

/// Features of the training and of the held-out images, as far as they have been computed.
struct Gathering {
    /// Images that are left, the next one last.
    left: [Vec<usize>; 2],
    features: [Vec<f32>; 2],
}

impl Gathering {
    fn new(model: &Model, images: [&[u8]; 2]) -> Self {
        let limits = [MOST_TRAINING, MOST_HELD_OUT];
        let chosen = |which: usize| {
            let count = images[which].len() / model.pixels();
            let taken = count.min(limits[which]);
            (0..taken).rev().map(|place| place * count / taken).collect()
        };
        Self { left: [chosen(0), chosen(1)], features: Default::default() }
    }

    /// Processes the next batch. Returns whether nothing is left.
    fn advance(&mut self, model: &Model, weights: &[f32], images: [&[u8]; 2]) -> bool {
        let which = usize::from(self.left[0].is_empty());
        let left = &mut self.left[which];
        let batch = left.split_off(left.len().saturating_sub(model.batch_size(BATCH)));
        let pixels = model.pixels();
        let inputs: Vec<f32> = batch
            .iter()
            .rev()
            .flat_map(|index| to_unit_range(&images[which][index * pixels..][..pixels]))
            .collect();
        if !batch.is_empty() {
            self.features[which].extend(features(model, weights, inputs));
        }
        self.left.iter().all(Vec::is_empty)
    }
}

/// Returns the number of features of an image: the units of the last hidden layer, or the feature
/// maps, whose activations are averaged.
fn width(model: &Model) -> usize {
    model.shape(model.graph().layers()[model.last_hidden_layer()].output)[0]
}

/// Returns the features of each image, `[images, units]`. Feature maps are averaged, since their
/// pixels depend on where in the image something is.
fn features(model: &Model, weights: &[f32], images: Vec<f32>) -> Vec<f32> {
    let node = model.graph().layers()[model.last_hidden_layer()].output;
    let [_, height, width] = model.shape(node);
    let area = height * width;
    let values = model.forward(weights, images, node).nodes.swap_remove(node);
    match area {
        1 => values,
        _ => values.chunks_exact(area).map(|map| map.iter().sum::<f32>() / area as f32).collect(),
    }
}
