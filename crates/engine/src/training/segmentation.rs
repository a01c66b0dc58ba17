//! Segmentation of slices: the training task and the logits of slices.

use std::ops::Range;
use std::rc::Rc;

use burn::tensor::Tensor;
use data::rng::Rng;
use model::graph::Graph;
use model::{DataShape, RunConfig, RunConfigError, class_weights};

use super::segmentation_loss::PixelLoss;
use super::{Session, TrainingTask};
use crate::data::{DeviceSlices, SliceData, gray_levels};
use crate::error::EngineError;
use crate::model::{DeviceNetwork, init};
use crate::readback;

/// Pixelwise classification of slices.
pub struct SegmentationTask {
    /// The slices.
    pub data: Rc<SliceData>,
    /// The training loss.
    pub loss: PixelLoss,
    /// Class weights of the loss on the device, `[classes]`.
    pub class_weights: Tensor<1>,
}

impl TrainingTask for SegmentationTask {
    fn examples(&self) -> usize {
        self.data.train
    }

    fn loss(&self, network: &mut DeviceNetwork, batch: &[usize], dropout: &mut Rng) -> Tensor<1> {
        let (images, targets) = self.data.batch(batch);
        let logits = network.forward_train(images.autodiff(), dropout).maps();
        self.loss.forward(logits, targets, self.class_weights.clone())
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
        let values = init::initial_values(&graph, config.seed);
        let network = DeviceNetwork::new(graph, &values, &data.device);
        let loss = PixelLoss::new(part.loss, class_weights(&data.class_frequencies, part.balanced));
        let class_weights = loss.weights_on(&data.device);
        let task = SegmentationTask { data, loss, class_weights };
        Ok(Self::start(config, task, network))
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
