//! Test images with the largest losses, and those with the largest and smallest confidence in each
//! class.

use model::score::{argmax, softmax};
use protocol::interpret::{InterpreterDataset, Misclassified, Mistake, Mistakes};

use crate::attribution::{Target, argmax_class, grad_cam, hires_cam};
use crate::inputs::InputImages;
use crate::job::{JobContext, StepResult};
use crate::network::{Model, to_unit_range};
use crate::quantize::quantize_between;

/// Maximum batch size.
const BATCH: usize = 16;
/// Number of images with the largest losses.
const LARGEST_LOSSES: usize = 12;
/// Number of images with the largest and with the smallest confidence in each class.
const CONFIDENT_IMAGES: usize = 3;

pub fn start() -> impl FnMut(&mut JobContext<'_>) -> StepResult<Mistakes> {
    let mut job = MistakesJob::default();
    move |context| {
        let InputImages { dataset, .. } = context.inputs.for_model(&context.model)?;
        let weights = &context.weights;
        Ok(job.step(&context.model, &weights.values, weights.step, &dataset).into())
    }
}

/// Result of the network for one test image.
#[derive(Clone, Debug, PartialEq)]
struct Case {
    image: usize,
    loss: f32,
    /// Probability of each class; empty in a segmentation.
    probabilities: Vec<f32>,
}

/// Evaluation of the network on the test set.
#[derive(Clone, Debug, Default)]
struct MistakesJob {
    cases: Vec<Case>,
    top: Vec<Mistake>,
    sorted: bool,
}

impl MistakesJob {
    /// Does one piece of work. Returns the answer when it is complete. The images must fit the
    /// network.
    fn step(
        &mut self,
        model: &Model,
        weights: &[f32],
        step: usize,
        dataset: &InterpreterDataset,
    ) -> Option<Mistakes> {
        let tests = dataset.test.len() / model.pixels();
        if self.cases.len() < tests && !self.sorted {
            self.evaluate_batch(model, weights, dataset, tests);
            return None;
        }
        if !self.sorted {
            self.sorted = true;
            self.cases.sort_by(|a, b| b.loss.total_cmp(&a.loss));
        }
        if let Some(case) =
            self.cases.get(self.top.len()).filter(|_| self.top.len() < LARGEST_LOSSES)
        {
            self.top.push(mistake(model, weights, dataset, case));
            return None;
        }
        let (surest, least_sure) = self.confidence_extremes(model, dataset);
        let misclassified = (!model.segments).then(|| self.misclassified(model, dataset));
        let top = std::mem::take(&mut self.top);
        Some(Mistakes { step, misclassified, top, surest, least_sure })
    }

    fn evaluate_batch(
        &mut self,
        model: &Model,
        weights: &[f32],
        dataset: &InterpreterDataset,
        tests: usize,
    ) {
        let (pixels, start) = (model.pixels(), self.cases.len());
        let end = tests.min(start + model.batch_size(BATCH));
        let images = to_unit_range(&dataset.test[start * pixels..end * pixels]);
        let logits = model.logits(weights, images);
        let each = model.graph().len(model.head());
        let ones = vec![1.0; model.classes()];
        for (image, logits) in (start..end).zip(logits.chunks_exact(each)) {
            let targets: Vec<f32> =
                targets(model, dataset, image).iter().map(|class| f32::from(*class)).collect();
            let loss = model.cross_entropy(1);
            let value = loss.value(&loss.sums(logits, &targets, &ones));
            let probabilities = if model.segments { Vec::new() } else { softmax(logits) };
            self.cases.push(Case { image, loss: value, probabilities });
        }
    }

    /// Counts the misclassified images. Of several confusions that are equally frequent, the first
    /// one by true and then by predicted class is named.
    fn misclassified(&self, model: &Model, dataset: &InterpreterDataset) -> Misclassified {
        let classes = model.classes();
        let mut counts = vec![0; classes * classes];
        for case in &self.cases {
            let truth = usize::from(dataset.test_targets[case.image]);
            let predicted = argmax(&case.probabilities).filter(|predicted| *predicted != truth);
            if let Some(predicted) = predicted {
                counts[truth * classes + predicted] += 1;
            }
        }
        let most = counts.iter().copied().max().filter(|count| *count > 0);
        let place = counts.iter().position(|count| Some(*count) == most);
        Misclassified {
            tests: self.cases.len(),
            wrong: counts.iter().sum(),
            most_frequent: place.map(|place| (place / classes, place % classes, counts[place])),
        }
    }

    /// Returns for each class the images with the largest probability of the class, and the images
    /// of the class with the smallest probability of it.
    #[allow(clippy::type_complexity, reason = "both are what the answer holds")]
    fn confidence_extremes(
        &self,
        model: &Model,
        dataset: &InterpreterDataset,
    ) -> (Vec<Vec<(usize, f32)>>, Vec<Vec<(usize, f32)>>) {
        if model.segments {
            return (Vec::new(), Vec::new());
        }
        let of_class = |class: usize, surest: bool| {
            let of = self
                .cases
                .iter()
                .filter(|case| surest || usize::from(dataset.test_targets[case.image]) == class);
            let mut found: Vec<_> =
                of.map(|case| (case.image, case.probabilities[class])).collect();
            found.sort_by(|a, b| if surest { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) });
            found.truncate(CONFIDENT_IMAGES);
            found
        };
        let classes = 0..model.classes();
        (
            classes.clone().map(|class| of_class(class, true)).collect(),
            classes.map(|class| of_class(class, false)).collect(),
        )
    }
}

/// Returns the class of a test image, or the class of each of its pixels.
fn targets<'e>(model: &Model, dataset: &'e InterpreterDataset, image: usize) -> &'e [u8] {
    let each = if model.segments { model.pixels() } else { 1 };
    &dataset.test_targets[image * each..][..each]
}

fn mistake(model: &Model, weights: &[f32], dataset: &InterpreterDataset, case: &Case) -> Mistake {
    let pixels = model.pixels();
    let image = to_unit_range(&dataset.test[case.image * pixels..][..pixels]);
    let values = model.forward(weights, image, model.head());
    let logits = &values.nodes[model.head()];
    let mut found = Mistake {
        image: case.image,
        loss: case.loss,
        truth: None,
        predicted: None,
        mask: Vec::new(),
        cam: Vec::new(),
    };
    if model.segments {
        found.mask = (0..pixels).map(|pixel| argmax_class(logits, pixels, pixel) as u8).collect();
        return found;
    }
    let truth = usize::from(dataset.test_targets[case.image]);
    let predicted = argmax_class(logits, 1, 0);
    let of = |class: usize| (class, case.probabilities.get(class).copied().unwrap_or(0.0));
    (found.truth, found.predicted) = (Some(of(truth)), Some(of(predicted)));
    if let Some(layer) = model.cam_layer() {
        let target = Target::class(model, logits, predicted);
        let gradients = target.gradients(model, weights, &values);
        let mut cam = grad_cam(model, &values, &gradients, layer);
        // Grad-CAM is often empty; see [`hires_cam`].
        if cam.iter().all(|value| *value == 0.0) {
            cam = hires_cam(model, &values, &gradients, layer);
        }
        let end = cam.iter().copied().fold(0.0, f32::max);
        let [_, height, width] = model.shape(0);
        found.cam = quantize_between([1, height, width], &cam, [0.0, end]).values;
    }
    found
}
