//! One run as arithmetic: batches, steps, losses. What happens when is [`crate::serve()`]'s.
//!
//! A session is the same for every lab; what a lab brings is its [`Learner`].

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Tensor, TensorData, Transaction};
use data::rng::{Purpose, Rng};
use model::RunConfig;

use crate::error::EngineError;
use crate::optim::Optimizer;

/// What a session trains: a kind of network, the data that it sees, and the loss made small.
pub trait Learner {
    /// The network.
    type Network: Module;

    /// Number of training examples.
    fn examples(&self) -> usize;

    /// Mean loss of those training examples in training mode, `[1]`, with its graph. Dropout masks
    /// come from `dropout`.
    fn loss(&self, network: &mut Self::Network, batch: &[usize], dropout: &mut Rng) -> Tensor<1>;
}

/// A network in training.
pub struct Session<L: Learner> {
    config: RunConfig,
    learner: L,
    parameters: usize,
    /// Always there between two steps.
    network: Option<L::Network>,
    optimizer: Optimizer,
    learning_rate: f64,
    step: usize,
    /// Epoch and its order of examples.
    order: (usize, Vec<usize>),
    /// Losses that the device may still be computing.
    pending: Vec<Tensor<1>>,
    /// The network at the end of the last epoch with a finite test loss, at first as it began.
    good: (usize, L::Network),
}

impl<L: Learner> Session<L> {
    /// A run at step 0 with that untrained network, which has so many learned values.
    pub(crate) fn start(
        config: RunConfig,
        learner: L,
        network: L::Network,
        parameters: usize,
    ) -> Self {
        Self {
            optimizer: Optimizer::new(config.optimizer),
            learning_rate: config.learning_rate,
            step: 0,
            order: (0, data::epoch_order(config.seed, 0, learner.examples())),
            pending: Vec::new(),
            good: (0, network.clone()),
            network: Some(network),
            config,
            learner,
            parameters,
        }
    }

    /// What the run was set up with.
    pub fn config(&self) -> &RunConfig {
        &self.config
    }

    /// Learned values.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// Steps made.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Steps an epoch; the last batch may be smaller.
    pub fn steps_per_epoch(&self) -> usize {
        self.learner.examples().div_ceil(self.config.batch)
    }

    /// Steps of the whole run.
    pub fn total_steps(&self) -> usize {
        self.steps_per_epoch() * self.config.epochs
    }

    /// Whole epochs made.
    pub fn epochs_done(&self) -> usize {
        self.step / self.steps_per_epoch()
    }

    /// Whether the last step ended an epoch.
    pub fn is_epoch_end(&self) -> bool {
        self.step > 0 && self.step.is_multiple_of(self.steps_per_epoch())
    }

    /// What the run trains on, and for.
    pub fn learner(&self) -> &L {
        &self.learner
    }

    /// Learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Uses another learning rate from the next step on.
    pub fn set_learning_rate(&mut self, value: f64) {
        self.learning_rate = value;
    }

    /// Training examples of the next step, by their place in the split.
    pub fn next_batch(&mut self) -> Vec<usize> {
        let epoch = self.epochs_done();
        let count = self.learner.examples();
        if self.order.0 != epoch {
            self.order = (epoch, data::epoch_order(self.config.seed, epoch, count));
        }
        let start = (self.step % self.steps_per_epoch()) * self.config.batch;
        self.order.1[start..count.min(start + self.config.batch)].to_vec()
    }

    /// One optimiser update. Nothing is read back: the loss waits for [`Session::read_losses`].
    /// Returns the number of examples seen.
    pub fn train(&mut self) -> usize {
        let batch = self.next_batch();
        let mut dropout = Rng::stream(self.config.seed, Purpose::Dropout, self.step as u64);
        // Taken, not cloned: what nobody else holds is updated in place.
        if let Some(mut network) = self.network.take() {
            let loss = self.learner.loss(&mut network, &batch, &mut dropout);
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            self.network = Some(self.optimizer.step(self.learning_rate, network, gradients));
            self.pending.push(loss.inner());
        }
        self.step += 1;
        batch.len()
    }

    /// Losses that have not been read yet.
    pub fn unread(&self) -> usize {
        self.pending.len()
    }

    /// Waits for the losses of all steps since the last call, in one read.
    pub async fn read_losses(&mut self) -> Result<Vec<f32>, EngineError> {
        let pending = std::mem::take(&mut self.pending);
        let expected = pending.len();
        let transaction = pending.into_iter().fold(Transaction::default(), Transaction::register);
        let mut losses = Vec::with_capacity(expected);
        for data in transaction.execute_async().await? {
            losses.extend(values(data, 1)?);
        }
        Ok(losses)
    }

    /// Remembers the network as that of a good epoch.
    pub fn keep(&mut self) {
        self.good = (self.epochs_done(), self.network().clone());
    }

    /// Goes back to the network of the last good epoch and returns that epoch.
    pub fn restore(&mut self) -> usize {
        self.network = Some(self.good.1.clone());
        self.optimizer = Optimizer::new(self.config.optimizer);
        self.pending.clear();
        self.good.0
    }

    /// The network as it is.
    pub fn network(&self) -> &L::Network {
        self.network.as_ref().expect("it is there between two steps")
    }
}

/// The floats of a read, if they are as many as expected.
pub(crate) fn values(data: TensorData, expected: usize) -> Result<Vec<f32>, EngineError> {
    let values: Vec<f32> = data.iter::<f32>().collect();
    if values.len() == expected {
        Ok(values)
    } else {
        Err(EngineError::Answer { expected, found: values.len() })
    }
}

/// Gray values as networks see them: 0 to 1.
pub(crate) fn scaled(pixels: &[u8]) -> TensorData {
    let values = pixels.iter().map(|p| f32::from(*p) / 255.0).collect::<Vec<_>>();
    let len = values.len();
    TensorData::new(values, [len])
}
