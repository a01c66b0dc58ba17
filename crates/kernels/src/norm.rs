//! Batch normalization (Ioffe & Szegedy 2015). Each channel is normalized to mean 0 and variance 1
//! over batch and pixels, then scaled and shifted, optionally followed by ReLU.

use crate::pointwise::relu_backward;
use crate::vectors::{sum, sum_of};

/// Shape and mode of a batch normalization of `[batch, channels, pixels]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BatchNorm {
    /// Number of images.
    pub batch: usize,
    /// Number of channels.
    pub channels: usize,
    /// Number of pixels per channel; 1 after a dense layer.
    pub pixels: usize,
    /// Whether ReLU follows.
    pub relu: bool,
    /// Whether the running statistics are used, as in evaluation. They do not depend on the input.
    pub running: bool,
}

/// Statistics and learned parameters of each channel, `[channels]` each.
#[derive(Clone, Copy, Debug)]
pub struct NormParameters<'a> {
    /// Mean over batch and pixels, or the running mean.
    pub mean: &'a [f32],
    /// Biased variance over batch and pixels (divided by the number of values), or the running
    /// variance.
    pub variance: &'a [f32],
    /// Learned scale.
    pub scale: &'a [f32],
    /// Learned shift.
    pub shift: &'a [f32],
}

/// Gradients of a batch normalization.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNormGradients {
    /// Gradient of the input, `[batch, channels, pixels]`.
    pub x: Vec<f32>,
    /// Gradient of the scale, `[channels]`.
    pub scale: Vec<f32>,
    /// Gradient of the shift, `[channels]`.
    pub shift: Vec<f32>,
}

impl BatchNorm {
    /// PyTorch's `eps`, which prevents a division by 0 for channels without variance.
    pub const EPSILON: f32 = 1e-5;
    /// PyTorch's `momentum`: weight of the batch in the update of the running statistics.
    const MOMENTUM: f32 = 0.1;

    /// Returns the number of values over which the statistics of a channel are computed.
    pub fn count(&self) -> usize {
        self.batch * self.pixels
    }

    /// Computes mean and biased variance of each channel of `x`, `[batch, channels, pixels]`.
    pub fn statistics(&self, x: &[f32]) -> [Vec<f32>; 2] {
        assert_eq!(x.len(), self.count() * self.channels, "images");
        let count = self.count() as f64;
        let mean: Vec<f32> = (0..self.channels)
            .map(|channel| (self.sum_over_planes(channel, |plane| sum(&x[plane])) / count) as f32)
            .collect();
        // The mean is subtracted first, since squares of values far from 0 would cancel.
        let variance = (0..self.channels)
            .map(|channel| {
                let mean = mean[channel];
                let squares = self.sum_over_planes(channel, |plane| {
                    sum_of(&x[plane.clone()], &x[plane], |x, _| (x - mean) * (x - mean))
                });
                (squares / count) as f32
            })
            .collect();
        [mean, variance]
    }

    /// Returns the running mean and variance after a batch with these statistics: an exponential
    /// moving average with momentum 0.1 that uses the unbiased variance of the batch, as in
    /// PyTorch.
    pub fn updated_running(&self, running: [&[f32]; 2], batch: [&[f32]; 2]) -> [Vec<f32>; 2] {
        let factors = self.running_update_factors();
        std::array::from_fn(|i| {
            let [old_factor, new_factor] = factors[i];
            running[i]
                .iter()
                .zip(batch[i])
                .map(|(old, new)| old_factor * old + new_factor * new)
                .collect()
        })
    }

    /// Returns the weights of the old value and of the batch's value in the running mean, then the
    /// same for the running variance. A single value has no variance, so the old one is kept.
    pub fn running_update_factors(&self) -> [[f32; 2]; 2] {
        let count = self.count() as f32;
        let keep = 1.0 - Self::MOMENTUM;
        let variance =
            if count > 1.0 { [keep, Self::MOMENTUM * count / (count - 1.0)] } else { [1.0, 0.0] };
        [[keep, Self::MOMENTUM], variance]
    }

    /// Normalizes `x`, `[batch, channels, pixels]`, with the given statistics and parameters.
    pub fn forward(&self, x: &[f32], by: &NormParameters) -> Vec<f32> {
        let mut y = vec![0.0; x.len()];
        let floor = if self.relu { 0.0 } else { f32::NEG_INFINITY };
        for (place, (from, to)) in
            self.planes(x).zip(y.chunks_exact_mut(self.plane_len())).enumerate()
        {
            let channel = place % self.channels;
            let factor = by.scale[channel] * inverse_deviation(by.variance[channel]);
            let summand = by.shift[channel] - by.mean[channel] * factor;
            for (from, to) in from.iter().zip(to) {
                let value = from * factor + summand;
                // NaN stays NaN.
                *to = if value < floor { floor } else { value };
            }
        }
        y
    }

    /// Returns the gradient of the scale, `[channels]`, from the second sums of
    /// [`Self::gradient_sums`] over the whole batch and the variance.
    pub fn scale_gradient(sums: &[f32], variance: &[f32]) -> Vec<f32> {
        sums.iter()
            .zip(variance)
            .map(|(sum, variance)| sum * inverse_deviation(*variance))
            .collect()
    }

    /// Computes the gradients from input, output and gradient of the output, each
    /// `[batch, channels, pixels]`. Unless running statistics are used, those in `by` must be the
    /// statistics of `x`.
    pub fn backward(
        &self,
        x: &[f32],
        y: &[f32],
        gradient: &[f32],
        by: &NormParameters,
    ) -> BatchNormGradients {
        assert_eq!([y.len(), gradient.len()], [x.len(); 2], "one gradient a value");
        let masked;
        let gradient = if self.relu {
            masked = relu_backward(y, gradient);
            &masked
        } else {
            gradient
        };
        let [shift, mut scale] = self.gradient_sums(x, gradient, by.mean);
        for (scale, variance) in scale.iter_mut().zip(by.variance) {
            *scale *= f64::from(inverse_deviation(*variance));
        }
        let [shift, scale]: [Vec<f32>; 2] =
            [shift, scale].map(|sums| sums.into_iter().map(|sum| sum as f32).collect());
        let x = self.input_gradient(x, gradient, by, [&shift, &scale], self.count());
        BatchNormGradients { x, scale, shift }
    }

    /// Computes two sums over batch and pixels for each channel: of the gradient, and of the gradient
    /// times the distance of `x` from the mean. The gradient is that before ReLU.
    pub fn gradient_sums(&self, x: &[f32], gradient: &[f32], mean: &[f32]) -> [Vec<f64>; 2] {
        let mut sums = [vec![0.0; self.channels], vec![0.0; self.channels]];
        for channel in 0..self.channels {
            let mean = mean[channel];
            sums[0][channel] = self.sum_over_planes(channel, |plane| sum(&gradient[plane]));
            sums[1][channel] = self.sum_over_planes(channel, |plane| {
                sum_of(&gradient[plane.clone()], &x[plane], |grad, x| grad * (x - mean))
            });
        }
        sums
    }

    /// Computes the gradient of the input, `[batch, channels, pixels]`, from the input, the gradient
    /// of the output before ReLU, and the gradients of shift and scale, `[channels]` each. `count` is
    /// the number of values over which these are sums.
    pub fn input_gradient(
        &self,
        x: &[f32],
        gradient: &[f32],
        by: &NormParameters,
        [shift, scale]: [&[f32]; 2],
        count: usize,
    ) -> Vec<f32> {
        let mut out = vec![0.0; x.len()];
        let planes = self.planes(x).zip(self.planes(gradient));
        for (place, ((x, gradient), to)) in
            planes.zip(out.chunks_exact_mut(self.plane_len())).enumerate()
        {
            let channel = place % self.channels;
            let inverse_deviation = inverse_deviation(by.variance[channel]);
            // Running statistics do not depend on the input.
            let [shift, scale] = [shift, scale]
                .map(|sums| if self.running { 0.0 } else { sums[channel] / count as f32 });
            // (scale / σ) · (grad − mean grad − x̂ · mean of grad · x̂), as a·grad + b·x + c.
            let a = by.scale[channel] * inverse_deviation;
            let b = -a * scale * inverse_deviation;
            let c = -a * shift - b * by.mean[channel];
            for ((x, grad), to) in x.iter().zip(gradient).zip(to) {
                *to = a * grad + b * x + c;
            }
        }
        out
    }

    fn plane_len(&self) -> usize {
        self.pixels.max(1)
    }

    fn planes<'a>(&self, values: &'a [f32]) -> std::slice::ChunksExact<'a, f32> {
        values.chunks_exact(self.plane_len())
    }

    /// Returns the sum of `f` over the planes of a channel in all images.
    #[inline(always)]
    fn sum_over_planes(&self, channel: usize, f: impl Fn(std::ops::Range<usize>) -> f32) -> f64 {
        (0..self.batch)
            .map(|image| {
                let start = (image * self.channels + channel) * self.pixels;
                f64::from(f(start..start + self.pixels))
            })
            .sum()
    }
}

/// Returns 1 / √(variance + ε).
fn inverse_deviation(variance: f32) -> f32 {
    1.0 / (variance + BatchNorm::EPSILON).sqrt()
}
