//! A trial that is being carried out.

use std::rc::Rc;

use classical::ClassicalError;
use cpu::{Alone, BatchLoss, BatchPart, Replica, initial_checkpoint};
use futures::FutureExt;
use interpret::network::{Model, ModelError};
use kernels::PixelTerm;
use model::score::argmax;
use model::{DataShape, RunConfig, RunConfigError};
use protocol::interpret::InterpreterDataset;
use protocol::study::{NetworkTrial, TrialResult};
use thiserror::Error;

use crate::probes::probe_scores;
use crate::training_images::TrainingImages;

/// Largest number of images that are evaluated together.
const BATCH: usize = 16;

/// Reasons why a trial cannot be carried out.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TrialError {
    /// The configuration cannot run.
    #[error(transparent)]
    Config(#[from] RunConfigError),
    /// The network cannot be computed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// There are no training images, or none to evaluate on.
    #[error("The data set has too few images for a study. Choose another one.")]
    NoImages,
    /// The images and their labels do not fit together, or have a class a pixel.
    #[error("Studies compare classifiers of images. Choose data with one class an image.")]
    NoClasses,
    /// A classical method cannot be fitted.
    #[error(transparent)]
    Classical(#[from] ClassicalError),
    /// The weights are no numbers any more.
    #[error(
        "A network diverged: its loss was no number any more after {0} steps. Choose a lower learning rate."
    )]
    Diverged(usize),
}

/// A network of a study in training.
#[derive(Debug)]
pub struct TrialRun {
    trial: NetworkTrial,
    dataset: Rc<InterpreterDataset>,
    images: TrainingImages,
    model: Model,
    replica: Replica,
    step: usize,
    /// The network from which layers are taken, while it is trained.
    donor: Option<Box<TrialRun>>,
}

impl TrialRun {
    /// Prepares a trial. Nothing is trained yet.
    ///
    /// # Errors
    ///
    /// Returns the reason why it cannot be carried out.
    pub fn new(trial: NetworkTrial, dataset: Rc<InterpreterDataset>) -> Result<Self, TrialError> {
        let InterpreterDataset { classes, size, .. } = *dataset;
        check(&dataset)?;
        let images = TrainingImages::new(&trial, &dataset);
        if images.len() == 0 || dataset.test_targets.is_empty() {
            return Err(TrialError::NoImages);
        }
        let config = &trial.config;
        config.check(DataShape { classes, size })?;
        let model = Model::new(&config.task, classes, size)?;
        let graph = model.graph();
        let loss = BatchLoss {
            pixel_term: Some(PixelTerm::CrossEntropy),
            dice: false,
            class_weights: vec![1.0; classes],
        };
        let values = initial_checkpoint(graph, config.seed);
        let mut replica = Replica::new(graph.clone(), values, loss, config.optimizer, config.seed);
        let mut frozen = vec![false; graph.parameters().len()];
        for layer in &trial.frozen {
            let layer = graph.layers().get(*layer).ok_or(ModelError::Layer(*layer))?;
            frozen[layer.parameters.clone()].fill(true);
        }
        replica.freeze(frozen);
        let donor = trial.donor.as_ref().map(|donor| {
            if let Some(layer) = donor.layers.iter().find(|layer| graph.layers().len() <= **layer) {
                return Err(ModelError::Layer(*layer).into());
            }
            let config = RunConfig { seed: donor.seed, ..config.clone() };
            let trial = NetworkTrial {
                config,
                frozen: Vec::new(),
                donor: None,
                probes: Vec::new(),
                ..trial.clone()
            };
            Self::new(trial, dataset.clone()).map(Box::new)
        });
        let donor = donor.transpose()?;
        Ok(Self { dataset, images, model, replica, step: 0, donor, trial })
    }

    /// Gives layers the weights that they have in another network of the same shape. The optimizer starts
    /// anew.
    pub fn transplant(&mut self, layers: &[usize], weights: &[f32]) {
        let graph = self.model.graph();
        let mut values = self.weights().to_vec();
        for layer in layers {
            for parameter in &graph.parameters()[graph.layers()[*layer].parameters.clone()] {
                let range = parameter.values.clone();
                values[range.clone()].copy_from_slice(&weights[range]);
            }
        }
        self.replica.set_values(values);
    }

    /// Makes one training step, first of the network from which layers are taken if there is one, and
    /// returns its loss; `None` if the last one has been made.
    ///
    /// # Errors
    ///
    /// Returns an error if the network has diverged.
    pub fn train(&mut self) -> Result<Option<f32>, TrialError> {
        if let Some(mut donor) = self.donor.take() {
            if let Some(loss) = donor.train()? {
                self.donor = Some(donor);
                return Ok(Some(loss));
            }
            let layers = self.trial.donor.as_ref().map_or(Vec::new(), |donor| donor.layers.clone());
            self.transplant(&layers, donor.weights());
        }
        if self.step >= self.trial.steps {
            return Ok(None);
        }
        let [images, targets] = self.images.batch(self.step, &self.dataset);
        let part = BatchPart { batch: targets.len(), images, targets, step: self.step as u64 };
        let rate = self.trial.config.learning_rate;
        let gradients = self.replica.step(part, rate, &mut Alone).now_or_never();
        self.step += 1;
        match gradients {
            Some(Ok(gradients)) if gradients.loss.is_finite() => Ok(Some(gradients.loss)),
            _ => Err(TrialError::Diverged(self.step)),
        }
    }

    /// Returns the weights in the layout of a checkpoint.
    pub fn weights(&self) -> &[f32] {
        &self.replica.state().values
    }

    /// Returns the network.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Evaluates the network. `seconds` is how long training took. `on_probes` is called with the number of
    /// probings that are done.
    pub fn evaluate(&self, seconds: f64, on_probes: impl FnMut(usize)) -> TrialResult {
        let graph = self.model.graph();
        let is_trained = |layer: &usize| !self.trial.frozen.contains(layer);
        let layers = (0..graph.layers().len()).filter(is_trained);
        TrialResult {
            predictions: self.predictions(),
            probes: probe_scores(
                &self.model,
                self.weights(),
                &self.dataset,
                &self.trial.probes,
                self.trial.config.seed,
                on_probes,
            ),
            trained: layers.map(|layer| graph.learned_of(&graph.layers()[layer])).sum(),
            seconds,
        }
    }

    fn predictions(&self) -> Vec<u8> {
        let (pixels, classes) = (self.model.pixels(), self.model.classes());
        let mut predictions = Vec::new();
        for gray in self.dataset.test.chunks(pixels * self.model.batch_size(BATCH)) {
            let images = gray.iter().map(|value| f32::from(*value) / 255.0).collect();
            let logits = self.model.logits(self.weights(), images);
            // A finite loss had finite logits; those of other images may still overflow to NaN.
            let class = |row: &[f32]| argmax(row).unwrap_or_default() as u8;
            predictions.extend(logits.chunks_exact(classes).map(class));
        }
        predictions
    }
}

/// Checks that all images have one class each.
pub(crate) fn check(dataset: &InterpreterDataset) -> Result<(), TrialError> {
    let pixels = dataset.size[0] * dataset.size[1];
    let fits = |images: &[u8], labels: &[u8]| {
        images.len() == labels.len() * pixels
            && labels.iter().all(|label| usize::from(*label) < dataset.classes)
    };
    let has_classes = !dataset.masks
        && fits(&dataset.train, &dataset.train_targets)
        && fits(&dataset.test, &dataset.test_targets);
    if has_classes { Ok(()) } else { Err(TrialError::NoClasses) }
}
