//! What the classification lab brings to a session: images with a class each, and logits.

use std::ops::Range;
use std::rc::Rc;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use data::rng::Rng;
use data::{Dataset, Images};
use kernels::{Loss, Surprise};
use model::{IMAGE_LEN, IMAGE_SIDE, RunConfig, RunConfigError};

use crate::error::EngineError;
use crate::init;
use crate::network::Classifier;
use crate::ops;
use crate::session::{Learner, Session, scaled, values};

/// A data set on its device, uploaded once.
#[derive(Debug)]
pub struct ImageData {
    /// Number of classes.
    pub classes: usize,
    /// The images trained on.
    pub train: DeviceImages,
    /// The images kept back.
    pub test: DeviceImages,
    /// Every class counts as much as another, `[classes]`.
    weights: Tensor<1>,
    device: Device,
}

/// Images of one split on their device.
#[derive(Debug)]
pub struct DeviceImages {
    /// Class of each image, also here for those who need no tensor.
    pub labels: Vec<u8>,
    pixels: Tensor<2>,
    /// Class of each image, as losses take it, `[images, 1]`.
    targets: Tensor<2>,
}

impl ImageData {
    /// Uploads a data set.
    pub fn new(dataset: &Dataset, device: &Device) -> Self {
        Self {
            classes: dataset.classes.len(),
            train: DeviceImages::new(&dataset.train, device),
            test: DeviceImages::new(&dataset.test, device),
            weights: ones(dataset.classes.len(), device),
            device: device.clone(),
        }
    }
}

impl DeviceImages {
    fn new(images: &Images, device: &Device) -> Self {
        let labels = images.labels.clone();
        let count = labels.len();
        let targets = labels.iter().map(|label| f32::from(*label)).collect::<Vec<_>>();
        Self {
            pixels: Tensor::<1>::from_data(scaled(&images.pixels), device)
                .reshape([count, IMAGE_LEN]),
            targets: Tensor::from_data(TensorData::new(targets, [count, 1]), device),
            labels,
        }
    }

    /// Those images and their classes.
    fn batch(&self, indices: &[usize]) -> (Tensor<4>, Tensor<1>) {
        let images = ops::rows(&self.pixels, indices); // [batch, 4096]
        let images = images.reshape([indices.len(), 1, IMAGE_SIDE, IMAGE_SIDE]);
        let targets = ops::rows(&self.targets, indices).reshape([indices.len()]);
        (images, targets) // [batch, 1, 64, 64], [batch]
    }

    /// A stretch of images in their order.
    fn stretch(&self, range: Range<usize>) -> Tensor<4> {
        let indices = range.collect::<Vec<_>>();
        ops::rows(&self.pixels, &indices) // [count, 4096]
            .reshape([indices.len(), 1, IMAGE_SIDE, IMAGE_SIDE])
    }
}

fn ones(count: usize, device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(vec![1.0_f32; count], [count]), device)
}

/// Mean cross-entropy `[1]` of logits `[batch, classes]` and class ids `[batch]`; `weights` are ones,
/// `[classes]`.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1>, weights: Tensor<1>) -> Tensor<1> {
    let [batch, classes] = logits.dims();
    let surprise = Some(Surprise::CrossEntropy);
    ops::loss(Loss { batch, classes, pixels: 1, surprise, dice: false }, logits, targets, weights)
}

/// Learning the class of an image.
pub struct Classify {
    /// The images.
    pub data: Rc<ImageData>,
}

impl Learner for Classify {
    type Network = Classifier;

    fn examples(&self) -> usize {
        self.data.train.labels.len()
    }

    fn loss(&self, network: &mut Classifier, batch: &[usize], dropout: &mut Rng) -> Tensor<1> {
        let (images, targets) = self.data.train.batch(batch);
        let logits = network.forward_train(images.autodiff(), dropout);
        cross_entropy(logits, targets, self.data.weights.clone())
    }
}

impl Session<Classify> {
    /// A run at step 0.
    pub fn classify(config: RunConfig, data: Rc<ImageData>) -> Result<Self, RunConfigError> {
        let network = config.network().ok_or(RunConfigError::WrongLab(config.data))?;
        let parameters = network.summary(data.classes)?.parameters;
        let weights = init::weights(network, data.classes, config.seed)?;
        let network = Classifier::new(network, &weights, &data.device);
        Ok(Self::start(config, Classify { data }, network, parameters))
    }

    /// The images that the run trains on.
    pub fn data(&self) -> &ImageData {
        &self.learner().data
    }

    /// Logits of training images, `[indices, classes]` row by row, in evaluation mode.
    pub async fn train_logits(&self, indices: &[usize]) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data().train.batch(indices).0).await
    }

    /// Logits of a stretch of test images, `[range, classes]` row by row.
    pub async fn test_logits(&self, range: Range<usize>) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data().test.stretch(range)).await
    }

    /// Logits of one image of 64×64 gray values.
    pub async fn predict(&self, pixels: &[u8]) -> Result<Vec<f32>, EngineError> {
        let image = Tensor::<1>::from_data(scaled(pixels), &self.data().device);
        self.logits(image.reshape([1, 1, IMAGE_SIDE, IMAGE_SIDE])).await
    }

    async fn logits(&self, images: Tensor<4>) -> Result<Vec<f32>, EngineError> {
        let expected = images.dims()[0] * self.data().classes;
        let logits = self.network().valid().forward(images);
        values(logits.into_data_async().await?, expected)
    }
}
