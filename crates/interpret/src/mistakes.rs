//! Where the network is most wrong, and where it is most and least sure.

use model::score::softmax;
use protocol::interpret::{InterpreterDataset, Mistake, Mistakes};

use crate::activations::loss;
use crate::attribution::{Target, argmax_class, grad_cam, hires_cam};
use crate::network::{Model, to_unit_range};
use crate::quantize::quantize_between;

/// Images at a time at most.
const BATCH: usize = 16;
/// Largest losses that are told.
const TOP: usize = 12;
/// Images that are told of each class.
const SURE: usize = 3;

/// What is known of a test image.
#[derive(Clone, Debug, PartialEq)]
struct Case {
    image: usize,
    loss: f32,
    /// Probabilities of the classes; none in a segmentation.
    probabilities: Vec<f32>,
}

/// A look at the whole test set, in portions.
#[derive(Clone, Debug, Default)]
pub struct MistakesJob {
    cases: Vec<Case>,
    top: Vec<Mistake>,
    sorted: bool,
}

impl MistakesJob {
    /// Goes on for a portion; the result at its end. The exhibits must fit the network.
    pub fn advance(
        &mut self,
        model: &Model,
        weights: &[f32],
        step: usize,
        exhibits: &InterpreterDataset,
    ) -> Option<Mistakes> {
        let tests = exhibits.test.len() / model.pixels();
        if self.cases.len() < tests && !self.sorted {
            self.look(model, weights, exhibits, tests);
            return None;
        }
        if !self.sorted {
            self.sorted = true;
            self.cases.sort_by(|a, b| b.loss.total_cmp(&a.loss));
        }
        if let Some(case) = self.cases.get(self.top.len()).filter(|_| self.top.len() < TOP) {
            self.top.push(mistake(model, weights, exhibits, case));
            return None;
        }
        let (surest, least_sure) = self.sure(model, exhibits);
        Some(Mistakes { step, top: std::mem::take(&mut self.top), surest, least_sure })
    }

    fn look(
        &mut self,
        model: &Model,
        weights: &[f32],
        exhibits: &InterpreterDataset,
        tests: usize,
    ) {
        let (pixels, start) = (model.pixels(), self.cases.len());
        let end = tests.min(start + model.batch_size(BATCH));
        let images = to_unit_range(&exhibits.test[start * pixels..end * pixels]);
        let logits = model.logits(weights, images);
        let each = model.graph.len(model.head());
        let ones = vec![1.0; model.classes()];
        for (image, logits) in (start..end).zip(logits.chunks_exact(each)) {
            let targets: Vec<f32> =
                targets(model, exhibits, image).iter().map(|class| f32::from(*class)).collect();
            let loss = loss(model, 1);
            let value = loss.value(&loss.sums(logits, &targets, &ones));
            let probabilities = if model.segments { Vec::new() } else { softmax(logits) };
            self.cases.push(Case { image, loss: value, probabilities });
        }
    }

    /// Of each class the images that are surest to be of it, and those of it that are least sure to
    /// be.
    #[allow(clippy::type_complexity, reason = "both are what the answer holds")]
    fn sure(
        &self,
        model: &Model,
        exhibits: &InterpreterDataset,
    ) -> (Vec<Vec<(usize, f32)>>, Vec<Vec<(usize, f32)>>) {
        if model.segments {
            return (Vec::new(), Vec::new());
        }
        let of_class = |class: usize, surest: bool| {
            let of = self
                .cases
                .iter()
                .filter(|case| surest || usize::from(exhibits.test_targets[case.image]) == class);
            let mut found: Vec<_> =
                of.map(|case| (case.image, case.probabilities[class])).collect();
            found.sort_by(|a, b| if surest { b.1.total_cmp(&a.1) } else { a.1.total_cmp(&b.1) });
            found.truncate(SURE);
            found
        };
        let classes = 0..model.classes();
        (
            classes.clone().map(|class| of_class(class, true)).collect(),
            classes.map(|class| of_class(class, false)).collect(),
        )
    }
}

/// Class of a test image, or of each pixel of it.
fn targets<'e>(model: &Model, exhibits: &'e InterpreterDataset, image: usize) -> &'e [u8] {
    let each = if model.segments { model.pixels() } else { 1 };
    &exhibits.test_targets[image * each..][..each]
}

fn mistake(model: &Model, weights: &[f32], exhibits: &InterpreterDataset, case: &Case) -> Mistake {
    let pixels = model.pixels();
    let image = to_unit_range(&exhibits.test[case.image * pixels..][..pixels]);
    let values = model.graph.forward(weights, image, model.head());
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
    let truth = usize::from(exhibits.test_targets[case.image]);
    let predicted = argmax_class(logits, 1, 0);
    let of = |class: usize| (class, case.probabilities.get(class).copied().unwrap_or(0.0));
    (found.truth, found.predicted) = (Some(of(truth)), Some(of(predicted)));
    if let Some(layer) = model.cam_layer() {
        let target = Target::class(model, logits, predicted);
        let gradients = target.gradients(model, weights, &values);
        let mut cam = grad_cam(model, &values, &gradients, layer);
        // Often it is empty; see there.
        if cam.iter().all(|value| *value == 0.0) {
            cam = hires_cam(model, &values, &gradients, layer);
        }
        let end = cam.iter().copied().fold(0.0, f32::max);
        let [_, height, width] = model.graph.shape(0);
        found.cam = quantize_between([1, height, width], &cam, [0.0, end]).values;
    }
    found
}
