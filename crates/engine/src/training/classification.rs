//! Image classification: the training task, and logits of images.

use std::ops::Range;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use cpu::{BatchLoss, initial_values};
use data::Augmenter;
use data::rng::Rng;
use kernels::{Loss, PixelTerm};
use model::graph::Graph;
use model::{DataShape, IMAGE_LEN, IMAGE_SIDE, Lab, RunConfig, RunConfigError};

use super::{Batch, BatchLogits, Session, TrainingTask};
use crate::data::{DeviceImages, ImageData, gray_level, gray_levels};
use crate::error::EngineError;
use crate::model::DeviceNetwork;
use crate::{ops, readback};

/// Computes the mean cross-entropy `[1]` of logits `[batch, classes]` and class ids `[batch]`, with
/// class weights `[classes]`.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1>, weights: Tensor<1>) -> Tensor<1> {
    let [batch, classes] = logits.dims();
    let pixel_term = Some(PixelTerm::CrossEntropy);
    ops::loss(Loss { batch, classes, pixels: 1, pixel_term, dice: false }, logits, targets, weights)
}

/// Image classification with cross-entropy loss.
pub struct ClassificationTask {
    /// The images.
    pub data: Rc<ImageData>,
    /// How training images are changed.
    pub augmenter: Augmenter,
}

impl ClassificationTask {
    /// Returns the images of a batch as the network is trained on them, `[batch, 1, 64, 64]`, and
    /// their classes `[batch]`.
    pub(crate) fn inputs(&self, batch: &Batch) -> (Tensor<4>, Tensor<1>) {
        let (data, indices) = (&self.data, &batch.indices);
        match self.augmented(batch) {
            None => data.train.batch(indices),
            Some(images) => {
                let shape = [indices.len(), 1, IMAGE_SIDE, IMAGE_SIDE];
                let images = Tensor::from_data(TensorData::new(images, shape), &data.device);
                (images, data.train.targets(indices))
            }
        }
    }

    /// Returns the augmented images of a batch, from 0 to 1, `[batch, 64, 64]` in row-major order;
    /// `None` without augmentation.
    pub(crate) fn augmented(&self, batch: &Batch) -> Option<Vec<f32>> {
        if self.augmenter.is_none() {
            return None;
        }
        let mut images = Vec::with_capacity(batch.indices.len() * IMAGE_LEN);
        for index in &batch.indices {
            let change = self.augmenter.draw(batch.epoch, *index, [IMAGE_SIDE; 2]);
            change.image(self.data.train.image(*index), &mut images);
        }
        Some(images)
    }
}

impl TrainingTask for ClassificationTask {
    fn examples(&self) -> usize {
        self.data.train.labels.len()
    }

    fn loss(&self, network: &mut DeviceNetwork, batch: &Batch, dropout: &mut Rng) -> Tensor<1> {
        self.loss_and_logits(network, batch, dropout).0
    }

    fn loss_and_logits(
        &self,
        network: &mut DeviceNetwork,
        batch: &Batch,
        dropout: &mut Rng,
    ) -> (Tensor<1>, Option<BatchLogits>) {
        let (images, targets) = self.inputs(batch);
        let logits = network.forward_train(images.autodiff(), dropout).vectors();
        let labels = batch.indices.iter().map(|index| self.data.train.labels[*index]).collect();
        let read = BatchLogits { logits: logits.clone().inner(), labels };
        (cross_entropy(logits, targets, self.data.class_weights.clone()), Some(read))
    }

    fn device(&self) -> &Device {
        &self.data.device
    }

    fn batch_loss(&self) -> BatchLoss {
        let class_weights = vec![1.0; self.data.classes];
        BatchLoss { pixel_term: Some(PixelTerm::CrossEntropy), dice: false, class_weights }
    }

    fn part(&self, Batch { epoch, indices }: &Batch, places: Range<usize>) -> [Vec<f32>; 2] {
        let indices = indices[places].to_vec();
        let targets =
            indices.iter().map(|index| f32::from(self.data.train.labels[*index])).collect();
        let images = self.augmented(&Batch { epoch: *epoch, indices: indices.clone() });
        let images = images.unwrap_or_else(|| {
            let pixels = indices.iter().flat_map(|index| self.data.train.image(*index));
            pixels.map(|pixel| gray_level(*pixel)).collect()
        });
        [images, targets]
    }

    fn counts_correct(&self) -> bool {
        true
    }
}

impl Session<ClassificationTask> {
    /// Starts a run at step 0.
    ///
    /// # Errors
    ///
    /// Returns the reason why the configuration cannot run.
    pub fn classify(config: RunConfig, data: Rc<ImageData>) -> Result<Self, RunConfigError> {
        if config.lab() != Lab::Classify {
            return Err(RunConfigError::WrongLab(config.data));
        }
        let shape = DataShape { classes: data.classes, size: [IMAGE_SIDE; 2] };
        let graph = Graph::of(&config.task, shape)?;
        let values = initial_values(&graph, config.seed);
        let augmenter = Augmenter::new(config.augmentation, config.seed);
        Ok(Self::start(config, ClassificationTask { data, augmenter }, graph, &values))
    }

    /// Returns the images on which the run trains.
    pub fn data(&self) -> &ImageData {
        &self.task().data
    }

    /// Computes the logits of training images in evaluation mode, but augmented as in training,
    /// `[batch, classes]` in row-major order.
    pub async fn train_logits(&self, batch: &Batch) -> Result<Vec<f32>, EngineError> {
        self.logits(self.task().inputs(batch).0).await
    }

    /// Computes the logits of a range of the evaluated images, `[range, classes]` in row-major
    /// order.
    pub async fn evaluated_logits(&self, range: Range<usize>) -> Result<Vec<f32>, EngineError> {
        self.logits_on(&self.data().evaluated, range).await
    }

    /// Computes the logits of a range of these images, `[range, classes]` in row-major order.
    pub async fn logits_on(
        &self,
        images: &DeviceImages,
        range: Range<usize>,
    ) -> Result<Vec<f32>, EngineError> {
        self.logits(images.range(range)).await
    }

    /// Computes the logits of one image of 64×64 gray values.
    pub async fn predict(&self, pixels: &[u8]) -> Result<Vec<f32>, EngineError> {
        let image = Tensor::<1>::from_data(gray_levels(pixels), &self.data().device);
        self.logits(image.reshape([1, 1, IMAGE_SIDE, IMAGE_SIDE])).await
    }

    async fn logits(&self, images: Tensor<4>) -> Result<Vec<f32>, EngineError> {
        let expected = images.dims()[0] * self.data().classes;
        let logits = self.network().valid().forward(images).vectors();
        readback::floats(logits.into_data_async().await?, expected)
    }
}
