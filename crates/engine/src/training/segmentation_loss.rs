//! Losses of the segmentation lab, computed on the device during training, and accumulated on the
//! CPU over the batches of a test set. See [`kernels::Loss`] for the formulas.

use burn::tensor::{Device, Tensor, TensorData};
use cpu::BatchLoss;
use kernels::{Loss, PixelTerm};
use model::SegmentLoss;

use crate::ops;

const DICE_EPSILON: f64 = Loss::DICE_EPSILON as f64;

/// A loss function with its class weights.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelLoss {
    kind: SegmentLoss,
    /// `[classes]`
    weights: Vec<f64>,
}

impl PixelLoss {
    /// Creates a loss with class weights, starting with the background.
    pub fn new(kind: SegmentLoss, weights: Vec<f64>) -> Self {
        Self { kind, weights }
    }

    /// Uploads the class weights to a device, `[classes]`.
    pub fn weights_on(&self, device: &Device) -> Tensor<1> {
        let weights = self.weights.iter().map(|weight| *weight as f32).collect::<Vec<_>>();
        Tensor::from_data(TensorData::new(weights, [self.weights.len()]), device)
    }

    /// Returns the loss as replicas on the CPU compute it.
    pub(crate) fn batch_loss(&self) -> BatchLoss {
        let pixel_term = match self.kind {
            SegmentLoss::CrossEntropy | SegmentLoss::CrossEntropyDice => {
                Some(PixelTerm::CrossEntropy)
            }
            SegmentLoss::Focal => Some(PixelTerm::Focal),
            SegmentLoss::Dice => None,
        };
        let dice = matches!(self.kind, SegmentLoss::Dice | SegmentLoss::CrossEntropyDice);
        let class_weights = self.weights.iter().map(|weight| *weight as f32).collect();
        BatchLoss { pixel_term, dice, class_weights }
    }

    /// Computes the loss `[1]` of logits `[batch, classes, height, width]` and class ids `[batch,
    /// pixels]`. `weights` are the class weights on the same device, from [`Self::weights_on`].
    pub fn forward(&self, logits: Tensor<4>, targets: Tensor<2>, weights: Tensor<1>) -> Tensor<1> {
        let [batch, classes, height, width] = logits.dims();
        let BatchLoss { pixel_term, dice, .. } = self.batch_loss();
        let loss = Loss { batch, classes, pixels: height * width, pixel_term, dice };
        ops::loss(loss, logits, targets, weights)
    }
}

/// Sums from which a loss is computed, over any number of slices.
#[derive(Clone, Debug, Default)]
pub struct LossSums {
    pixels: f64,
    weights: f64,
    /// Σ p·q and Σ p + Σ q for each foreground class.
    dice: Vec<[f64; 2]>,
}

impl LossSums {
    /// Adds one slice: logits `[classes, pixels]` and class ids `[pixels]`.
    pub fn add(&mut self, loss: &PixelLoss, logits: &[f32], truth: &[u8]) {
        let (classes, count) = (loss.weights.len(), truth.len());
        self.dice.resize(classes.saturating_sub(1), [0.0; 2]);
        let focal = loss.kind == SegmentLoss::Focal;
        let mut exps = vec![0.0_f64; classes];
        for (pixel, truth) in truth.iter().enumerate() {
            let truth = usize::from(*truth);
            let logit = |class: usize| logits[class * count + pixel];
            let max = (0..classes).map(logit).fold(f32::NEG_INFINITY, f32::max);
            for (class, exp) in exps.iter_mut().enumerate() {
                *exp = f64::from(logit(class) - max).exp();
            }
            let sum: f64 = exps.iter().sum();
            let surprise = sum.ln() - f64::from(logit(truth) - max);
            let wrong = 1.0 - exps[truth] / sum;
            let weight = loss.weights[truth];
            self.pixels += weight * surprise * if focal { wrong * wrong } else { 1.0 };
            self.weights += weight;
            for (sums, (class, exp)) in self.dice.iter_mut().zip(exps.iter().enumerate().skip(1)) {
                let (found, there) = (exp / sum, f64::from(u8::from(class == truth)));
                sums[0] += found * there;
                sums[1] += found + there;
            }
        }
    }

    /// Computes the loss over all added slices, as if they were one large batch.
    pub fn loss(&self, loss: &PixelLoss) -> f32 {
        let pixels = || self.pixels / self.weights.max(f64::MIN_POSITIVE);
        let dice = || {
            let scores = self
                .dice
                .iter()
                .map(|[overlap, total]| (2.0 * overlap + DICE_EPSILON) / (total + DICE_EPSILON));
            1.0 - scores.sum::<f64>() / self.dice.len().max(1) as f64
        };
        (match loss.kind {
            SegmentLoss::CrossEntropy | SegmentLoss::Focal => pixels(),
            SegmentLoss::Dice => dice(),
            SegmentLoss::CrossEntropyDice => pixels() + dice(),
        }) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use data::rng::Rng;

    const SHAPE: [usize; 4] = [2, 3, 4, 5];
    const PIXELS: usize = 4 * 5;
    const WEIGHTS: [[f64; 3]; 2] = [[1.0; 3], [0.25, 1.25, 1.5]];

    fn logits(seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        (0..SHAPE.iter().product()).map(|_| rng.normal() as f32).collect()
    }

    fn targets(seed: u64) -> Vec<u8> {
        let mut rng = Rng::new(seed);
        (0..SHAPE[0] * PIXELS).map(|_| rng.below(3) as u8).collect()
    }

    /// Computes the loss and its gradient with respect to the logits on the device.
    fn on_device(loss: &PixelLoss, logits: &[f32], targets: &[u8]) -> (f32, Vec<f32>) {
        let device = Device::flex();
        let ids = targets.iter().map(|t| f32::from(*t)).collect::<Vec<_>>();
        let ids = Tensor::<2>::from_data(TensorData::new(ids, [SHAPE[0], PIXELS]), &device);
        let logits = Tensor::<4>::from_data(TensorData::new(logits.to_vec(), SHAPE), &device)
            .autodiff()
            .require_grad();
        let value = loss.forward(logits.clone(), ids, loss.weights_on(&device));
        let gradient = logits.grad(&value.backward()).unwrap();
        let floats = |data: TensorData| data.iter::<f32>().collect::<Vec<_>>();
        (floats(value.into_data())[0], floats(gradient.into_data()))
    }

    /// Computes the same loss in plain arithmetic.
    fn by_hand(loss: &PixelLoss, logits: &[f32], targets: &[u8]) -> f64 {
        let mut sums = LossSums::default();
        for (logits, truth) in logits.chunks_exact(3 * PIXELS).zip(targets.chunks_exact(PIXELS)) {
            sums.add(loss, logits, truth);
        }
        f64::from(sums.loss(loss))
    }

    fn all() -> impl Iterator<Item = PixelLoss> {
        SegmentLoss::ALL
            .into_iter()
            .flat_map(|kind| WEIGHTS.map(|weights| PixelLoss::new(kind, weights.to_vec())))
    }

    #[test]
    fn the_device_and_plain_arithmetic_agree() {
        for loss in all() {
            let (logits, targets) = (logits(1), targets(2));
            let (found, expected) =
                (on_device(&loss, &logits, &targets).0, by_hand(&loss, &logits, &targets));
            // Tolerance for f32 sums of 120 terms.
            assert!((f64::from(found) - expected).abs() < 1e-5, "{loss:?}: {found} {expected}");
        }
    }

    #[test]
    fn gradients_agree_with_finite_differences() {
        for loss in all() {
            let (mut logits, targets) = (logits(3), targets(4));
            let (_, gradient) = on_device(&loss, &logits, &targets);
            let largest = gradient.iter().fold(0.0_f32, |m, g| m.max(g.abs()));
            assert!(largest > 1e-4, "{loss:?} has a gradient to compare: {largest}");
            for index in 0..logits.len() {
                let start = logits[index];
                // The reference sums in f64, and its f32 result near 1 is rounded to 6e-8, which
                // gives an error of about 1e-5 in the quotient. Curvature adds an error of about
                // h².
                let h = 1e-2;
                logits[index] = start + h;
                let above = by_hand(&loss, &logits, &targets);
                logits[index] = start - h;
                let below = by_hand(&loss, &logits, &targets);
                logits[index] = start;
                let expected = ((above - below) / f64::from(2.0 * h)) as f32;
                let difference = (gradient[index] - expected).abs();
                assert!(
                    difference < 0.003 * largest + 2e-5,
                    "{loss:?}, logit {index}: gradient {}, difference quotient {expected}, they \
                     differ by {difference:e}",
                    gradient[index]
                );
            }
        }
    }

    #[test]
    fn all_background_is_finite_even_where_it_is_certain() {
        let background = vec![0; SHAPE[0] * PIXELS];
        let mut sure = vec![-60.0; SHAPE.iter().product()];
        for slice in sure.chunks_exact_mut(3 * PIXELS) {
            slice[..PIXELS].fill(60.0);
        }
        for loss in all() {
            for logits in [&logits(5), &sure] {
                let (value, gradient) = on_device(&loss, logits, &background);
                assert!(value.is_finite() && value >= 0.0, "{loss:?}: {value}");
                assert!(gradient.iter().all(|g| g.is_finite()), "{loss:?}: {gradient:?}");
            }
            // No foreground and none predicted: the loss is minimal.
            assert!(on_device(&loss, &sure, &background).0 < 1e-6, "{loss:?}");
        }
        // If all classes that occur have weight 0, the loss is 0 rather than a division by 0.
        let idle = PixelLoss::new(SegmentLoss::CrossEntropy, vec![0.0, 1.0, 1.0]);
        assert_eq!(on_device(&idle, &logits(5), &background).0, 0.0);
        assert_eq!(by_hand(&idle, &logits(5), &background), 0.0);
    }

    #[test]
    fn hand_computed_values() {
        // Two pixels, two classes. The second class is predicted with probability 3/4 and 1/4.
        let (logits, truth) = ([0.0, 3.0_f32.ln(), 3.0_f32.ln(), 0.0], [1, 0]);
        let value = |kind, weights: [f64; 2]| {
            let loss = PixelLoss::new(kind, weights.to_vec());
            let mut sums = LossSums::default();
            sums.add(&loss, &logits, &truth);
            sums.loss(&loss)
        };
        let close = |found: f32, expected: f64| {
            assert!((f64::from(found) - expected).abs() < 1e-6, "{found} is not {expected}");
        };
        let surprise = (4.0_f64 / 3.0).ln();
        close(value(SegmentLoss::CrossEntropy, [1.0, 1.0]), surprise);
        close(value(SegmentLoss::CrossEntropy, [0.5, 1.5]), surprise);
        close(value(SegmentLoss::Focal, [1.0, 1.0]), surprise / 16.0);
        // Intersection 3/4, predicted 1, true 1: (1.5 + 1) / (2 + 1).
        close(value(SegmentLoss::Dice, [1.0, 1.0]), 1.0 - 2.5 / 3.0);
        close(value(SegmentLoss::CrossEntropyDice, [1.0, 1.0]), surprise + 0.5 / 3.0);
    }
}
