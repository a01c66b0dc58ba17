//! What the segmentation lab brings to a session: slices with a mask each, masks and feature maps.

use std::ops::Range;
use std::rc::Rc;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData, Transaction};
use data::rng::Rng;
use data::{SliceSet, Slices};
use model::score::softmax;
use model::{RunConfig, RunConfigError, class_weights};
use protocol::QuantizedMaps;

use crate::error::EngineError;
use crate::init;
use crate::ops;
use crate::segment_loss::PixelLoss;
use crate::session::{Learner, Session, scaled, values};
use crate::unet::Segmenter;

/// Slices on their device, uploaded once.
#[derive(Debug)]
pub struct SliceData {
    /// Number of classes, the background among them.
    pub classes: usize,
    /// Height and width of every slice in pixels.
    pub size: [usize; 2],
    /// Share of each class among the training pixels.
    pub class_frequencies: Vec<f64>,
    /// Test slices whose prediction is told while training.
    pub preview_slices: Vec<usize>,
    /// Number of slices trained on.
    pub train: usize,
    /// The slices kept back, here for those who need no tensor.
    pub test: Slices,
    device: Device,
    on_device: OnDevice,
}

#[derive(Debug)]
struct OnDevice {
    /// `[train slices, pixels]`
    train: Tensor<2>,
    /// Classes of the training pixels, `[train slices, pixels]`, as losses take them.
    targets: Tensor<2>,
    /// `[test slices, pixels]`
    test: Tensor<2>,
    /// `[watched, 1, height, width]`
    preview_slices: Tensor<4>,
}

impl SliceData {
    /// Uploads slices. There must be at least one to train on and one to test with.
    pub fn new(set: SliceSet, device: &Device) -> Self {
        let [height, width] = set.size();
        let gray = |slices: &Slices| {
            Tensor::<1>::from_data(scaled(&slices.images), device)
                .reshape([slices.len(), height * width])
        };
        let targets = set.train.masks.iter().map(|class| f32::from(*class)).collect::<Vec<_>>();
        let targets = TensorData::new(targets, [set.train.len(), height * width]);
        let (test, preview_slices) = (gray(&set.test), set.preview_slices());
        let on_device = OnDevice {
            train: gray(&set.train),
            targets: Tensor::from_data(targets, device),
            preview_slices: ops::rows(&test, &preview_slices).reshape([
                preview_slices.len(),
                1,
                height,
                width,
            ]),
            test,
        };
        Self {
            classes: set.classes.len(),
            size: [height, width],
            class_frequencies: set.class_frequencies(),
            preview_slices,
            train: set.train.len(),
            test: set.test,
            device: device.clone(),
            on_device,
        }
    }

    /// Pixels of a slice.
    pub fn pixels(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Those training slices, `[batch, 1, height, width]`, and the class of each of their pixels.
    fn batch(&self, indices: &[usize]) -> (Tensor<4>, Tensor<2>) {
        let shape = [indices.len(), 1, self.size[0], self.size[1]];
        let images = ops::rows(&self.on_device.train, indices);
        let targets = ops::rows(&self.on_device.targets, indices);
        (images.reshape(shape), targets)
    }
}

/// Learning the class of each pixel.
pub struct Segment {
    /// The slices.
    pub data: Rc<SliceData>,
    /// What is made small.
    pub loss: PixelLoss,
    /// The classes' weights in it, on the device.
    pub weights: Tensor<1>,
}

impl Learner for Segment {
    type Network = Segmenter;

    fn examples(&self) -> usize {
        self.data.train
    }

    fn loss(&self, network: &mut Segmenter, batch: &[usize], _dropout: &mut Rng) -> Tensor<1> {
        let (images, targets) = self.data.batch(batch);
        let logits = network.forward_train(images.autodiff());
        self.loss.forward(logits, targets, self.weights.clone())
    }
}

impl Session<Segment> {
    /// A run at step 0.
    pub fn segment(config: RunConfig, data: Rc<SliceData>) -> Result<Self, RunConfigError> {
        let part = config.segmentation().ok_or(RunConfigError::WrongLab(config.data))?;
        let parameters = part.unet.summary(data.classes, data.size)?.parameters;
        let weights = init::unet_weights(&part.unet, data.classes, config.seed);
        let network = Segmenter::new(&part.unet, &weights, &data.device);
        let loss = PixelLoss::new(part.loss, class_weights(&data.class_frequencies, part.balanced));
        let weights = loss.weights_on(&data.device);
        Ok(Self::start(config, Segment { data, loss, weights }, network, parameters))
    }

    /// The slices that the run trains on.
    pub fn data(&self) -> &SliceData {
        &self.learner().data
    }

    /// Logits of a stretch of test slices, `[range, classes, height, width]` row by row.
    pub async fn test_logits(&self, range: Range<usize>) -> Result<Vec<f32>, EngineError> {
        let [height, width] = self.data().size;
        let indices = range.collect::<Vec<_>>();
        let images = ops::rows(&self.data().on_device.test, &indices);
        self.logits(images.reshape([indices.len(), 1, height, width])).await
    }

    /// Logits of the watched slices, `[watched, classes, height, width]` row by row.
    pub async fn watched_logits(&self) -> Result<Vec<f32>, EngineError> {
        self.logits(self.data().on_device.preview_slices.clone()).await
    }

    /// Logits of gray values 0 to 255, `[n, height, width]` row by row, likewise.
    pub async fn logits_of(&self, pixels: &[u8]) -> Result<Vec<f32>, EngineError> {
        self.logits(self.images(pixels)).await
    }

    /// What every block makes of one slice, `[height, width]` gray values row by row.
    pub async fn features(&self, pixels: &[u8]) -> Result<Vec<QuantizedMaps>, EngineError> {
        let maps = self.network().valid().features(self.images(pixels));
        let shapes: Vec<_> = maps.iter().map(|maps| maps.dims()).collect();
        let read = maps.into_iter().fold(Transaction::default(), Transaction::register);
        let (count, mut blocks) = (shapes.len(), Vec::with_capacity(shapes.len()));
        for (data, [_, channels, height, width]) in
            read.execute_async().await?.into_iter().zip(shapes)
        {
            let mut values = values(data, channels * height * width)?;
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
        Tensor::<1>::from_data(scaled(pixels), &self.data().device)
            .reshape([count, 1, height, width])
    }

    async fn logits(&self, images: Tensor<4>) -> Result<Vec<f32>, EngineError> {
        let expected = images.dims()[0] * self.data().classes * self.data().pixels();
        let logits = self.network().valid().forward(images);
        values(logits.into_data_async().await?, expected)
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
