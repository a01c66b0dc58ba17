//! Training of a network: batches, losses, gradients, optimizer steps.
//!
//! A [`Session`] is the same for both labs. The parts that differ are in [`TrainingTask`].
//! [`crate::serve()`] decides when steps are made.

mod batch;
pub mod classification;
pub mod first_weights;
pub mod look_ahead;
pub mod optimizer;
pub mod segmentation;
pub mod segmentation_loss;

use burn::tensor::{Tensor, Transaction};
use data::rng::{Purpose, Rng};
use model::RunConfig;
use model::score::argmax;

use crate::error::EngineError;
use crate::model::DeviceNetwork;
use crate::readback;
pub use batch::Batch;
use optimizer::Optimizer;

/// Training data and loss of a network.
pub trait TrainingTask {
    /// Returns the number of training examples.
    fn examples(&self) -> usize;

    /// Computes the mean loss of a batch of training examples in training mode, `[1]`, as part of
    /// the autodiff graph. Dropout masks are drawn from `dropout`.
    fn loss(&self, network: &mut DeviceNetwork, batch: &Batch, dropout: &mut Rng) -> Tensor<1>;

    /// Computes the same as [`TrainingTask::loss`], with the logits from which the training accuracy
    /// is counted, if the task has one.
    fn loss_and_logits(
        &self,
        network: &mut DeviceNetwork,
        batch: &Batch,
        dropout: &mut Rng,
    ) -> (Tensor<1>, Option<BatchLogits>) {
        (self.loss(network, batch, dropout), None)
    }
}

/// Logits of a batch of training images, computed in training mode.
pub struct BatchLogits {
    /// The logits `[images, classes]`, not part of an autodiff graph.
    pub logits: Tensor<2>,
    /// Classes of the images.
    pub labels: Vec<u8>,
}

impl BatchLogits {
    /// Returns the number of images whose largest logit is that of their class. `logits` are those
    /// of the batch, read back.
    fn correct(&self, logits: &[f32]) -> usize {
        let [_, classes] = self.logits.dims();
        let rows = logits.chunks_exact(classes.max(1)).zip(&self.labels);
        rows.filter(|(row, label)| argmax(row) == Some(usize::from(**label))).count()
    }
}

/// A network in training, with its optimizer and its position in the run.
pub struct Session<T: TrainingTask> {
    config: RunConfig,
    task: T,
    /// `None` only during a step.
    network: Option<DeviceNetwork>,
    optimizer: Optimizer,
    learning_rate: f64,
    step: usize,
    /// Number of an epoch, and the order of the examples in it.
    epoch_order: (usize, Vec<usize>),
    /// Losses that the device may still be computing, with the logits of their batches.
    unread_losses: Vec<(Tensor<1>, Option<BatchLogits>)>,
    /// Number of images classified correctly in the steps whose losses were read, if the task counts
    /// them.
    correct: Option<usize>,
    /// Epoch and network of the last snapshot; initially the untrained network.
    snapshot: (usize, DeviceNetwork),
    /// The epoch with the lowest loss in evaluation.
    best: Option<BestEpoch>,
    /// Whether the network is that of the best epoch, not of the last step.
    is_restored: bool,
}

/// Network at the end of the epoch with the lowest loss in evaluation.
struct BestEpoch {
    epoch: usize,
    step: usize,
    loss: f32,
    network: DeviceNetwork,
}

impl<T: TrainingTask> Session<T> {
    /// Starts a run at step 0 with an untrained network.
    fn start(config: RunConfig, task: T, network: DeviceNetwork) -> Self {
        Self {
            optimizer: Optimizer::new(config.optimizer),
            learning_rate: config.learning_rate,
            step: 0,
            epoch_order: (0, data::epoch_order(config.seed, 0, task.examples())),
            unread_losses: Vec::new(),
            correct: None,
            snapshot: (0, network.clone()),
            best: None,
            is_restored: false,
            network: Some(network),
            config,
            task,
        }
    }

    /// Returns the configuration of the run.
    pub fn config(&self) -> &RunConfig {
        &self.config
    }

    /// Returns the number of learned parameters.
    pub fn parameter_count(&self) -> usize {
        self.network().graph().learned()
    }

    /// Returns the number of completed steps.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Returns the number of steps per epoch. The last batch of an epoch may be smaller.
    pub fn steps_per_epoch(&self) -> usize {
        self.task.examples().div_ceil(self.config.batch)
    }

    /// Returns the total number of steps of the run.
    pub fn total_steps(&self) -> usize {
        self.steps_per_epoch() * self.config.epochs
    }

    /// Returns the number of completed epochs.
    pub fn epochs_done(&self) -> usize {
        self.step / self.steps_per_epoch()
    }

    /// Returns whether the last step ended an epoch.
    pub fn is_epoch_end(&self) -> bool {
        self.step > 0 && self.step.is_multiple_of(self.steps_per_epoch())
    }

    /// Returns the task.
    pub fn task(&self) -> &T {
        &self.task
    }

    /// Returns the learning rate used for the next step.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Sets the learning rate from the next step on.
    pub fn set_learning_rate(&mut self, value: f64) {
        self.learning_rate = value;
    }

    /// Returns the training examples of the next step.
    pub fn next_batch(&mut self) -> Batch {
        let epoch = self.epochs_done();
        let count = self.task.examples();
        if self.epoch_order.0 != epoch {
            self.epoch_order = (epoch, data::epoch_order(self.config.seed, epoch, count));
        }
        let start = (self.step % self.steps_per_epoch()) * self.config.batch;
        let indices = self.epoch_order.1[start..count.min(start + self.config.batch)].to_vec();
        Batch { epoch, indices }
    }

    /// Returns the generator of the next step's dropout masks.
    fn dropout(&self) -> Rng {
        Rng::stream(self.config.seed, Purpose::Dropout, self.step as u64)
    }

    /// Makes one optimizer step and returns the number of examples in its batch. Nothing is read
    /// back from the device: the loss remains there until [`Session::read_losses`] is called.
    pub fn train(&mut self) -> usize {
        let batch = self.next_batch();
        let mut dropout = self.dropout();
        // The network is moved, not cloned: tensors with a single owner are updated in place.
        if let Some(mut network) = self.network.take() {
            let (loss, logits) = self.task.loss_and_logits(&mut network, &batch, &mut dropout);
            let gradients = loss.backward();
            self.network = Some(self.optimizer.step(self.learning_rate, network, gradients));
            self.unread_losses.push((loss.inner(), logits));
        }
        self.step += 1;
        batch.indices.len()
    }

    /// Returns the number of losses that have not been read back yet.
    pub fn unread_losses(&self) -> usize {
        self.unread_losses.len()
    }

    /// Reads back the losses of all steps since the last call, in one transaction. Counts the images
    /// that were classified correctly, see [`Session::take_correct`].
    pub async fn read_losses(&mut self) -> Result<Vec<f32>, EngineError> {
        let unread = std::mem::take(&mut self.unread_losses);
        let mut transaction = Transaction::default();
        for (loss, logits) in &unread {
            transaction = transaction.register(loss.clone());
            if let Some(batch) = logits {
                transaction = transaction.register(batch.logits.clone());
            }
        }
        let mut results = transaction.execute_async().await?.into_iter();
        let mut losses = Vec::with_capacity(unread.len());
        for (_, logits) in &unread {
            let missing = || EngineError::Readback { expected: 1, found: 0 };
            losses.extend(readback::floats(results.next().ok_or_else(missing)?, 1)?);
            if let Some(batch) = logits {
                let expected = batch.logits.shape().num_elements();
                let values = results.next().ok_or_else(missing)?;
                let correct = batch.correct(&readback::floats(values, expected)?);
                *self.correct.get_or_insert(0) += correct;
            }
        }
        Ok(losses)
    }

    /// Returns the number of training images that were classified correctly in the steps whose
    /// losses were read since the last call: in training mode, with the weights before each step.
    /// Returns `None` if the task does not count them.
    pub fn take_correct(&mut self) -> Option<usize> {
        self.correct.take()
    }

    /// Stores a copy of the network for [`Session::rollback`].
    pub fn take_snapshot(&mut self) {
        self.snapshot = (self.epochs_done(), self.network().clone());
    }

    /// Restores the network of the last snapshot and returns its epoch. Resets the optimizer.
    pub fn rollback(&mut self) -> usize {
        self.network = Some(self.snapshot.1.clone());
        self.optimizer = Optimizer::new(self.config.optimizer);
        self.unread_losses.clear();
        self.correct = None;
        self.snapshot.0
    }

    /// Notes the loss in evaluation at the end of the current epoch, and keeps the network if no
    /// earlier loss is as low. Returns the number of epochs since the best one.
    pub fn note_epoch(&mut self, loss: f32) -> usize {
        let (epoch, step) = (self.epochs_done(), self.step);
        if self.best.as_ref().is_none_or(|best| loss < best.loss) {
            self.best = Some(BestEpoch { epoch, step, loss, network: self.network().clone() });
        }
        self.best.as_ref().map_or(0, |best| epoch - best.epoch)
    }

    /// Restores the network of the epoch with the lowest loss in evaluation, if there is one. The
    /// run must be over, since no step may follow.
    pub fn restore_best(&mut self) -> bool {
        let Some(best) = &self.best else { return false };
        self.network = Some(best.network.clone());
        self.is_restored = true;
        true
    }

    /// Returns the epoch and the step after which the network was as it is: those of the run, or of
    /// the best epoch if that was restored.
    pub fn network_position(&self) -> (usize, usize) {
        match &self.best {
            Some(best) if self.is_restored => (best.epoch, best.step),
            _ => (self.epochs_done(), self.step),
        }
    }

    /// Returns the network in its current state.
    pub fn network(&self) -> &DeviceNetwork {
        self.network.as_ref().expect("it is there between two steps")
    }
}
