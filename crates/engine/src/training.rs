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
mod trainer;

use std::ops::Range;

use burn::tensor::{Device, Tensor, Transaction};
use cpu::message::Setup;
use cpu::{BatchLoss, BatchPart, Gradients, Replica, State, Team, shards};
use data::rng::{Purpose, Rng};
use kernels::PixelTerm;
use model::graph::Graph;
use model::score::argmax;
use model::{DataShape, RunConfig};

use crate::error::EngineError;
use crate::model::DeviceNetwork;
use crate::model::parameters::stored_values;
use crate::ops::is_cpu;
use crate::readback;
pub use batch::Batch;
use optimizer::Optimizer;
use trainer::{CpuTrainer, Trainer, Weights};

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

    /// Returns the device that trains.
    fn device(&self) -> &Device;

    /// Returns the loss as replicas on the CPU compute it.
    fn batch_loss(&self) -> BatchLoss;

    /// Returns the images of these places in a batch as the network is trained on them,
    /// `[images, 1, height, width]`, and their classes, one an image or one a pixel.
    fn part(&self, batch: &Batch, places: Range<usize>) -> [Vec<f32>; 2];

    /// Returns whether the training accuracy is counted.
    fn counts_correct(&self) -> bool;
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
    trainer: Trainer,
    learning_rate: f64,
    step: usize,
    /// Number of an epoch, and the order of the examples in it.
    epoch_order: (usize, Vec<usize>),
    unread_losses: Vec<UnreadLoss>,
    /// Number of images classified correctly in the steps whose losses were read, if the task counts
    /// them.
    correct: Option<usize>,
    /// Epoch and weights of the last snapshot; initially the untrained network.
    snapshot: (usize, Weights),
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
    weights: Weights,
}

/// Loss of a step that was not reported yet.
enum UnreadLoss {
    /// The device may still be computing it. With the logits of the batch, from which right answers
    /// are counted.
    OnDevice(Box<(Tensor<1>, Option<BatchLogits>)>),
    /// Loss and number of right answers.
    Known(f32, Option<usize>),
}

impl<T: TrainingTask> Session<T> {
    /// Starts a run at step 0. `values` are those of the parameters in PyTorch's layout.
    fn start(config: RunConfig, task: T, graph: Graph, values: &[Vec<f32>]) -> Self {
        let network = DeviceNetwork::new(graph.clone(), values, task.device());
        let trainer = if is_cpu(task.device()) {
            let parameters = graph.parameters().iter().zip(values);
            let values = parameters
                .flat_map(|(parameter, values)| stored_values(parameter, values))
                .collect();
            let setup = setup(&config, &graph, task.batch_loss());
            let loss = task.batch_loss();
            let replica = Replica::new(graph, values, loss, config.optimizer, config.seed);
            Trainer::Cpu(Box::new(CpuTrainer::new(replica, setup, network)))
        } else {
            Trainer::Burn { network: Some(network), optimizer: Optimizer::new(config.optimizer) }
        };
        Self {
            learning_rate: config.learning_rate,
            step: 0,
            epoch_order: (0, data::epoch_order(config.seed, 0, task.examples())),
            unread_losses: Vec::new(),
            correct: None,
            snapshot: (0, trainer.weights()),
            best: None,
            is_restored: false,
            trainer,
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

    /// Returns the part of a batch at these places.
    fn part(&self, batch: &Batch, places: Range<usize>) -> BatchPart {
        let [images, targets] = self.task.part(batch, places);
        BatchPart { batch: batch.indices.len(), images, targets, step: self.step as u64 }
    }

    /// Makes one optimizer step and returns the number of examples in its batch. Nothing is read
    /// back from a GPU: the loss remains there until [`Session::read_losses`] is called.
    pub async fn train(&mut self) -> usize {
        let batch = self.next_batch();
        let count = batch.indices.len();
        let unread = match &mut self.trainer {
            Trainer::Burn { network: place, optimizer } => {
                // The network is moved, not cloned: tensors with a single owner are updated in place.
                let mut network = place.take().expect("it is there between two steps");
                let mut dropout = dropout(self.config.seed, self.step);
                let (loss, logits) = self.task.loss_and_logits(&mut network, &batch, &mut dropout);
                let gradients = loss.backward();
                *place = Some(optimizer.step(self.learning_rate, network, gradients));
                UnreadLoss::OnDevice(Box::new((loss.inner(), logits)))
            }
            Trainer::Cpu(_) => {
                let found = self.cpu_step(&batch).await;
                UnreadLoss::Known(found.loss, self.task.counts_correct().then_some(found.correct))
            }
        };
        self.unread_losses.push(unread);
        self.step += 1;
        count
    }

    /// Makes the step of a batch on the CPU.
    async fn cpu_step(&mut self, batch: &Batch) -> Gradients {
        loop {
            let replicas = self.replicas();
            let count = batch.indices.len();
            let parts = (0..replicas)
                .map(|rank| self.part(batch, shards::images_of_replica(rank, replicas, count)));
            let parts = parts.collect();
            let Trainer::Cpu(trainer) = &mut self.trainer else { unreachable!("it is one") };
            // Without the others, the same step is made again.
            if let Ok(found) = trainer.step(parts, self.learning_rate).await {
                return found;
            }
        }
    }

    /// Returns the number of replicas that train, in as many workers.
    pub fn replicas(&self) -> usize {
        match &self.trainer {
            Trainer::Burn { .. } => 1,
            Trainer::Cpu(trainer) => trainer.replicas(),
        }
    }

    /// Trains together with other workers from the next step on, or alone. Without effect on a GPU. The
    /// result is the same to the last digit.
    pub fn set_team(&mut self, team: Option<Box<dyn Team>>) {
        if let Trainer::Cpu(trainer) = &mut self.trainer {
            trainer.set_team(team);
        }
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
        for loss in &unread {
            if let UnreadLoss::OnDevice(unread) = loss {
                let (loss, logits) = &**unread;
                transaction = transaction.register(loss.clone());
                if let Some(batch) = logits {
                    transaction = transaction.register(batch.logits.clone());
                }
            }
        }
        let mut results = transaction.execute_async().await?.into_iter();
        let mut losses = Vec::with_capacity(unread.len());
        for loss in &unread {
            let logits = match loss {
                UnreadLoss::OnDevice(unread) => &unread.1,
                UnreadLoss::Known(loss, correct) => {
                    losses.push(*loss);
                    if let Some(correct) = correct {
                        *self.correct.get_or_insert(0) += correct;
                    }
                    continue;
                }
            };
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
        self.snapshot = (self.epochs_done(), self.trainer.weights());
    }

    /// Restores the network of the last snapshot and returns its epoch. Resets the optimizer.
    pub fn rollback(&mut self) -> usize {
        self.trainer.restore(self.snapshot.1.clone());
        self.unread_losses.clear();
        self.correct = None;
        self.snapshot.0
    }

    /// Notes the loss in evaluation at the end of the current epoch, and keeps the network if no
    /// earlier loss is as low. Returns the number of epochs since the best one.
    pub fn note_epoch(&mut self, loss: f32) -> usize {
        let (epoch, step) = (self.epochs_done(), self.step);
        if self.best.as_ref().is_none_or(|best| loss < best.loss) {
            self.best = Some(BestEpoch { epoch, step, loss, weights: self.trainer.weights() });
        }
        self.best.as_ref().map_or(0, |best| epoch - best.epoch)
    }

    /// Restores the network of the epoch with the lowest loss in evaluation, if there is one. The
    /// run must be over, since no step may follow.
    pub fn restore_best(&mut self) -> bool {
        let Some(best) = &self.best else { return false };
        self.trainer.restore(best.weights.clone());
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
        self.trainer.network()
    }
}

/// Returns what replicas in other workers need to know of a run, without its weights.
fn setup(config: &RunConfig, graph: &Graph, loss: BatchLoss) -> Setup {
    let [_, height, width] = graph.shape(0);
    Setup {
        rank: 0,
        count: 1,
        task: config.task.clone(),
        shape: DataShape { classes: loss.class_weights.len(), size: [height, width] },
        optimizer: config.optimizer,
        seed: config.seed,
        focal: loss.pixel_term.map(|term| term == PixelTerm::Focal),
        dice: loss.dice,
        class_weights: loss.class_weights,
        state: State::default(),
    }
}

/// Returns the generator of the dropout masks of the step after this many steps.
fn dropout(seed: u32, steps: usize) -> Rng {
    Rng::stream(seed, Purpose::Dropout, steps as u64)
}
