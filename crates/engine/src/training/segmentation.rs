//! Segmentation of slices: the training task, logits of slices, and feature maps.

use std::ops::Range;
use std::rc::Rc;

use burn::module::Module;
use burn::tensor::{Tensor, Transaction};
use data::rng::Rng;
use model::score::softmax;
use model::{RunConfig, RunConfigError, class_weights};
use protocol::QuantizedMaps;

use super::segmentation_loss::PixelLoss;
use super::{Session, TrainingTask};
use crate::data::{SliceData, gray_levels};
use crate::error::EngineError;
use crate::model::{Segmenter, init};
use crate::readback;

/// Classification of every pixel of a slice.
pub struct SegmentationTask {
    /// The slices.
    pub data: Rc<SliceData>,
    /// The training loss.
    pub loss: PixelLoss,
    /// Class weights of the loss on the device, `[classes]`.
    pub class_weights: Tensor<1>,
}

impl TrainingTask for SegmentationTask {
    type Network = Segmenter;

    fn examples(&self) -> usize {
        self.data.train
    }

    fn loss(&self, network: &mut Segmenter, batch: &[usize], _dropout: &mut Rng) -> Tensor<1> {
        let (images, targets) = self.data.batch(batch);
        let logits = network.forward_train(images.autodiff());
        self.loss.forward(logits, targets, self.class_weights.clone())
    }
}

impl Session<SegmentationTask> {
    /// Starts a run at step 0.
    pub fn segment(config: RunConfig, data: Rc<SliceData>) -> Result<Self, RunConfigError> {
        let part = config.segmentation().ok_or(RunConfigError::WrongLab(config.data))?;
        let parameter_count = part.unet.summary(data.classes, data.size)?.parameters;
        let weights = init::unet_weights(&part.unet, data.classes, config.seed);
        let network = Segmenter::new(&part.unet, &weights, &data.device);
        let loss = PixelLoss::new(part.loss, class_weights(&data.class_frequencies, part.balanced));
        let class_weights = loss.weights_on(&data.device);
        let task = SegmentationTask { data, loss, class_weights };
        Ok(Self::start(config, task, network, parameter_count))
    }

    /// Returns the slices that the run trains on.
    pub fn data(&self) -> &SliceData {
        &self.task().data
    }

    /// Computes logits of a range of test slices, `[range, classes, height, width]` row by row.
    pub async fn test_logits(&self, range: Range<usize>) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data().test_range(range)).await
    }

    /// Computes logits of the preview slices, `[slices, classes, height, width]` row by row.
    pub async fn preview_logits(&self) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data().preview_images.clone()).await
    }

    /// Computes logits `[n, classes, height, width]` of gray levels 0 to 255, `[n, height, width]`.
    pub async fn logits_of(&self, pixels: &[u8]) -> Result<Vec<f32>, EngineError> {
        self.logits(self.images(pixels)).await
    }

    /// Computes the feature maps of every block for one slice of gray levels, `[height, width]`.
    pub async fn features(&self, pixels: &[u8]) -> Result<Vec<QuantizedMaps>, EngineError> {
        let maps = self.network().valid().features(self.images(pixels));
        let shapes: Vec<_> = maps.iter().map(|maps| maps.dims()).collect();
        let read = maps.into_iter().fold(Transaction::default(), Transaction::register);
        let (count, mut blocks) = (shapes.len(), Vec::with_capacity(shapes.len()));
        for (data, [_, channels, height, width]) in
            read.execute_async().await?.into_iter().zip(shapes)
        {
            let mut values = readback::floats(data, channels * height * width)?;
            // Of the head, what people read: how probable each class is.
            if blocks.len() + 1 == count {
                values = probabilities(&values, channels);
            }
            blocks.push(quantised(&values, [channels, height, width]));
        }
        Ok(blocks)
    }

    fn images(&self, pixels: &[u8]) -> Tensor<4> {
        let [height, width] = self.data().size;
        let count = pixels.len() / (height * width);
        Tensor::<1>::from_data(gray_levels(pixels), &self.data().device)
            .reshape([count, 1, height, width])
    }

    async fn logits(&self, images: Tensor<4>) -> Result<Vec<f32>, EngineError> {
        let expected = images.dims()[0] * self.data().classes * self.data().pixels();
        let logits = self.network().valid().forward(images);
        readback::floats(logits.into_data_async().await?, expected)
    }
}

/// Softmax over the classes of logits `[classes, pixels]`.
fn probabilities(logits: &[f32], classes: usize) -> Vec<f32> {
    let pixels = logits.len() / classes.max(1);
    let mut found = vec![0.0; logits.len()];
    for pixel in 0..pixels {
        let of_pixel: Vec<f32> = logits[pixel..].iter().step_by(pixels).copied().collect();
        for (class, p) in softmax(&of_pixel).into_iter().enumerate() {
            found[class * pixels + pixel] = p;
        }
    }
    found
}

/// Values in 255 equal steps between the smallest and the largest; what is no number becomes 0.
fn quantised(values: &[f32], shape: [usize; 3]) -> QuantizedMaps {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = finite()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
    let scale = if high > low { 255.0 / (high - low) } else { 0.0 };
    // A cast ends at 0 and 255, and makes 0 of what is no number.
    let values = values.iter().map(|value| ((value - low) * scale).round() as u8).collect();
    QuantizedMaps { shape, low, high, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_over_the_classes_of_a_pixel() {
        let (high, low) = (1.0_f32.exp(), 1.0);
        let found = probabilities(&[1.0, 0.0, 0.0, 0.0], 2);
        let expected = [high / (high + low), 0.5, low / (high + low), 0.5];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn feature_maps_keep_their_ends_and_odd_values_do_no_harm() {
        let maps = quantised(&[-1.0, 0.0, 1.0, 0.5], [1, 2, 2]);
        assert_eq!((maps.low, maps.high, maps.values), (-1.0, 1.0, vec![0, 128, 255, 191]));
        let flat = quantised(&[3.0; 4], [1, 2, 2]);
        assert_eq!((flat.low, flat.high, flat.values), (3.0, 3.0, vec![0; 4]));
        let odd = quantised(&[f32::NAN, f32::INFINITY, 1.0, 2.0], [1, 2, 2]);
        assert_eq!((odd.low, odd.high, odd.values), (1.0, 2.0, vec![0, 255, 0, 255]));
        assert_eq!(quantised(&[f32::NAN], [1, 1, 1]).values, [0]);
    }
}
