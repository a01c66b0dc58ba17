//! One run as arithmetic: batches, steps, losses, logits. What happens when is [`crate::serve()`]'s.

use std::ops::Range;
use std::rc::Rc;

use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData, Transaction};
use data::rng::{Purpose, Rng};
use data::{Dataset, Images};
use protocol::{IMAGE_LEN, IMAGE_SIDE, NetworkError, RunConfig};

use crate::error::EngineError;
use crate::init;
use crate::network::Classifier;
use crate::optim::optimizer;

/// A data set on its device, uploaded once.
#[derive(Debug)]
pub struct DeviceData {
    /// Number of classes.
    pub classes: usize,
    /// The images trained on.
    pub train: DeviceImages,
    /// The images kept back.
    pub test: DeviceImages,
    device: Device,
}

/// Images of one split on their device.
#[derive(Debug)]
pub struct DeviceImages {
    /// Class of each image, also here for those who need no tensor.
    pub labels: Vec<u8>,
    pixels: Tensor<2>,
    targets: Tensor<1, Int>,
}

impl DeviceData {
    /// Uploads a data set.
    pub fn new(dataset: &Dataset, device: &Device) -> Self {
        Self {
            classes: dataset.classes.len(),
            train: DeviceImages::new(&dataset.train, device),
            test: DeviceImages::new(&dataset.test, device),
            device: device.clone(),
        }
    }
}

impl DeviceImages {
    fn new(images: &Images, device: &Device) -> Self {
        let labels = images.labels.clone();
        let count = labels.len();
        let targets = labels.iter().map(|l| i32::from(*l)).collect::<Vec<_>>();
        Self {
            pixels: Tensor::<1>::from_data(scaled(&images.pixels), device)
                .reshape([count, IMAGE_LEN]),
            targets: Tensor::from_data(TensorData::new(targets, [count]), device),
            labels,
        }
    }

    /// Those images and their classes.
    fn batch(&self, indices: &[usize]) -> (Tensor<4>, Tensor<1, Int>) {
        let places = indices.iter().map(|i| *i as i32).collect::<Vec<_>>();
        let places =
            Tensor::from_data(TensorData::new(places, [indices.len()]), &self.pixels.device());
        let images = self.pixels.clone().select(0, places.clone()); // [batch, 4096]
        let images = images.reshape([indices.len(), 1, IMAGE_SIDE, IMAGE_SIDE]);
        (images, self.targets.clone().select(0, places)) // [batch, 1, 64, 64], [batch]
    }

    /// A stretch of images in their order.
    fn stretch(&self, range: Range<usize>) -> Tensor<4> {
        let count = range.len();
        self.pixels
            .clone()
            .slice([range, 0..IMAGE_LEN]) // [count, 4096]
            .reshape([count, 1, IMAGE_SIDE, IMAGE_SIDE])
    }
}

/// Gray values as the network sees them: 0 to 1.
fn scaled(pixels: &[u8]) -> TensorData {
    let values = pixels.iter().map(|p| f32::from(*p) / 255.0).collect::<Vec<_>>();
    let len = values.len();
    TensorData::new(values, [len])
}

/// Mean cross-entropy of logits `[batch, classes]` and class ids `[batch]`.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    // Class ids instead of one-hot vectors, which burn cannot make on a GPU in a browser.
    log_softmax(logits, 1).gather(1, targets.reshape([batch, 1])).mean().neg()
}

/// A network in training.
pub struct Session {
    config: RunConfig,
    data: Rc<DeviceData>,
    parameters: usize,
    model: Classifier,
    optimizer: ModuleOptimizer,
    learning_rate: f64,
    step: usize,
    /// Epoch and its order of images.
    order: (usize, Vec<usize>),
    /// Losses that the device may still be computing.
    pending: Vec<Tensor<1>>,
    /// The network at the end of the last epoch with a finite test loss, at first as it began.
    good: (usize, Classifier),
}

impl Session {
    /// A run at step 0.
    pub fn new(config: RunConfig, data: Rc<DeviceData>) -> Result<Self, NetworkError> {
        let parameters = config.network.summary(data.classes)?.parameters;
        let weights = init::weights(&config.network, data.classes, config.seed)?;
        let model = Classifier::new(&config.network, &weights, &data.device);
        Ok(Self {
            optimizer: optimizer(config.optimizer),
            learning_rate: config.learning_rate,
            step: 0,
            order: (0, data::epoch_order(config.seed, 0, data.train.labels.len())),
            pending: Vec::new(),
            good: (0, model.clone()),
            model,
            config,
            data,
            parameters,
        })
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
        self.data.train.labels.len().div_ceil(self.config.batch)
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

    /// The data that the run trains on.
    pub fn data(&self) -> &DeviceData {
        &self.data
    }

    /// Learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Uses another learning rate from the next step on.
    pub fn set_learning_rate(&mut self, value: f64) {
        self.learning_rate = value;
    }

    /// Training images of the next step, by their place in the split.
    pub fn next_batch(&mut self) -> Vec<usize> {
        let epoch = self.epochs_done();
        let count = self.data.train.labels.len();
        if self.order.0 != epoch {
            self.order = (epoch, data::epoch_order(self.config.seed, epoch, count));
        }
        let start = (self.step % self.steps_per_epoch()) * self.config.batch;
        self.order.1[start..count.min(start + self.config.batch)].to_vec()
    }

    /// One optimiser update. Nothing is read back: the loss waits for [`Session::read_losses`].
    /// Returns the number of images seen.
    pub fn train(&mut self) -> usize {
        let batch = self.next_batch();
        let (images, targets) = self.data.train.batch(&batch);
        let mut dropout = Rng::stream(self.config.seed, Purpose::Dropout, self.step as u64);
        let logits = self.model.forward_train(images.autodiff(), &mut dropout);
        let loss = cross_entropy(logits, targets.autodiff());
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        self.model = self.optimizer.step(self.learning_rate, self.model.clone(), gradients);
        self.pending.push(loss.inner());
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

    /// Logits of training images, `[indices, classes]` row by row, in evaluation mode.
    pub async fn train_logits(&self, indices: &[usize]) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data.train.batch(indices).0).await
    }

    /// Logits of a stretch of test images, `[range, classes]` row by row.
    pub async fn test_logits(&self, range: Range<usize>) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data.test.stretch(range)).await
    }

    /// Logits of one image of 64×64 gray values.
    pub async fn predict(&self, pixels: &[u8]) -> Result<Vec<f32>, EngineError> {
        let image = Tensor::<1>::from_data(scaled(pixels), &self.data.device);
        self.logits(image.reshape([1, 1, IMAGE_SIDE, IMAGE_SIDE])).await
    }

    async fn logits(&self, images: Tensor<4>) -> Result<Vec<f32>, EngineError> {
        let expected = images.dims()[0] * self.data.classes;
        let logits = self.model.valid().forward(images);
        values(logits.into_data_async().await?, expected)
    }

    /// Remembers the network as that of a good epoch.
    pub fn keep(&mut self) {
        self.good = (self.epochs_done(), self.model.clone());
    }

    /// Goes back to the network of the last good epoch and returns that epoch.
    pub fn restore(&mut self) -> usize {
        self.model = self.good.1.clone();
        self.optimizer = optimizer(self.config.optimizer);
        self.pending.clear();
        self.good.0
    }

    /// The network as it is.
    pub fn model(&self) -> &Classifier {
        &self.model
    }
}

/// The floats of a read, if they are as many as expected.
fn values(data: TensorData, expected: usize) -> Result<Vec<f32>, EngineError> {
    let values: Vec<f32> = data.iter::<f32>().collect();
    if values.len() == expected {
        Ok(values)
    } else {
        Err(EngineError::Answer { expected, found: values.len() })
    }
}
