//! Segmentation of slices: the training task and the logits of slices.

use std::ops::Range;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};
use cpu::{BatchLoss, initial_values};
use data::Augmenter;
use data::rng::Rng;
use model::graph::Graph;
use model::{DataShape, RunConfig, RunConfigError, class_weights};

use super::segmentation_loss::PixelLoss;
use super::{Batch, Session, TrainingTask};
use crate::data::{DeviceSlices, SliceData, gray_level, gray_levels};
use crate::error::EngineError;
use crate::model::DeviceNetwork;
use crate::readback;

/// Pixelwise classification of slices.
pub struct SegmentationTask {
    /// The slices.
    pub data: Rc<SliceData>,
    /// The training loss.
    pub loss: PixelLoss,
    /// Class weights of the loss on the device, `[classes]`.
    pub class_weights: Tensor<1>,
    /// How training slices are changed.
    pub augmenter: Augmenter,
}

impl SegmentationTask {
    /// Returns the slices of a batch as the network is trained on them, `[batch, 1, height,
    /// width]`, and the class of each of their pixels, `[batch, pixels]`.
    fn inputs(&self, Batch { epoch, indices }: &Batch) -> (Tensor<4>, Tensor<2>) {
        let data = &self.data;
        if self.augmenter.is_none() {
            return data.batch(indices);
        }
        let ([height, width], count) = (data.size, indices.len());
        let values = count * data.pixels();
        let (mut images, mut masks) = (Vec::with_capacity(values), Vec::with_capacity(values));
        for index in indices {
            let change = self.augmenter.draw(*epoch, *index, data.size);
            change.image(data.train.image(*index), &mut images);
            change.mask(data.train.mask(*index), &mut masks);
        }
        let images = TensorData::new(images, [count, 1, height, width]);
        let masks = TensorData::new(masks, [count, data.pixels()]);
        (Tensor::from_data(images, &data.device), Tensor::from_data(masks, &data.device))
    }
}

impl TrainingTask for SegmentationTask {
    fn examples(&self) -> usize {
        self.data.train.len()
    }

    fn loss(&self, network: &mut DeviceNetwork, batch: &Batch, dropout: &mut Rng) -> Tensor<1> {
        let (images, targets) = self.inputs(batch);
        let logits = network.forward_train(images.autodiff(), dropout).maps();
        self.loss.forward(logits, targets, self.class_weights.clone())
    }

    fn device(&self) -> &Device {
        &self.data.device
    }

    fn batch_loss(&self) -> BatchLoss {
        self.loss.batch_loss()
    }

    fn part(&self, Batch { epoch, indices }: &Batch, places: Range<usize>) -> [Vec<f32>; 2] {
        let data = &self.data;
        let mut parts = [Vec::new(), Vec::new()];
        let [images, masks] = &mut parts;
        for index in &indices[places] {
            let (image, mask) = (data.train.image(*index), data.train.mask(*index));
            if self.augmenter.is_none() {
                images.extend(image.iter().map(|pixel| gray_level(*pixel)));
                masks.extend(mask.iter().map(|class| f32::from(*class)));
            } else {
                let change = self.augmenter.draw(*epoch, *index, data.size);
                change.image(image, images);
                change.mask(mask, masks);
            }
        }
        parts
    }

    fn counts_correct(&self) -> bool {
        false
    }
}

impl Session<SegmentationTask> {
    /// Starts a run at step 0.
    ///
    /// # Errors
    ///
    /// Returns the reason why the configuration cannot run.
    pub fn segment(config: RunConfig, data: Rc<SliceData>) -> Result<Self, RunConfigError> {
        let part = config.segmentation().ok_or(RunConfigError::WrongLab(config.data))?;
        let shape = DataShape { classes: data.classes, size: data.size };
        let graph = Graph::of(&config.task, shape)?;
        let values = initial_values(&graph, config.seed);
        let loss = PixelLoss::new(part.loss, class_weights(&data.class_frequencies, part.balanced));
        let class_weights = loss.weights_on(&data.device);
        let augmenter = Augmenter::new(config.augmentation, config.seed);
        let task = SegmentationTask { data, loss, class_weights, augmenter };
        Ok(Self::start(config, task, graph, &values))
    }

    /// Returns the slices on which the run trains.
    pub fn data(&self) -> &SliceData {
        &self.task().data
    }

    /// Computes the logits of a range of the evaluated slices, `[range, classes, height, width]` in
    /// row-major order.
    pub async fn evaluated_logits(&self, range: Range<usize>) -> Result<Vec<f32>, EngineError> {
        self.logits_on(&self.data().evaluated, range).await
    }

    /// Computes the logits of a range of these slices, `[range, classes, height, width]` in
    /// row-major order.
    pub async fn logits_on(
        &self,
        slices: &DeviceSlices,
        range: Range<usize>,
    ) -> Result<Vec<f32>, EngineError> {
        self.logits(slices.range(range)).await
    }

    /// Computes the logits of the preview slices, `[slices, classes, height, width]` in row-major
    /// order.
    pub async fn preview_logits(&self) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data().preview_images.clone()).await
    }

    /// Computes the logits `[n, classes, height, width]` of gray values 0 to 255, `[n, height,
    /// width]`.
    pub async fn logits_of(&self, pixels: &[u8]) -> Result<Vec<f32>, EngineError> {
        self.logits(self.images(pixels)).await
    }

    fn images(&self, pixels: &[u8]) -> Tensor<4> {
        let [height, width] = self.data().size;
        let count = pixels.len() / (height * width);
        Tensor::<1>::from_data(gray_levels(pixels), &self.data().device)
            .reshape([count, 1, height, width])
    }

    async fn logits(&self, images: Tensor<4>) -> Result<Vec<f32>, EngineError> {
        let expected = images.dims()[0] * self.data().classes * self.data().pixels();
        let logits = self.network().valid().forward(images).maps();
        readback::floats(logits.into_data_async().await?, expected)
    }
}
