//! Batch normalisation (Ioffe & Szegedy 2015): each channel to mean 0 and variance 1 over batch and
//! pixels, then scaled and shifted, and ReLU where asked for.

use crate::pointwise::relu_backward;
use crate::vectors::{reduce, sum};

/// Batch normalisation of `[batch, channels, pixels]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Norm {
    /// Images.
    pub batch: usize,
    /// Channels.
    pub channels: usize,
    /// Pixels of a channel; 1 behind a dense layer.
    pub pixels: usize,
    /// Whether ReLU follows.
    pub relu: bool,
    /// Whether the statistics are running ones, which do not depend on the input.
    pub running: bool,
}

/// What normalises the channels. Slices are `[channels]`.
#[derive(Clone, Copy, Debug)]
pub struct Channels<'a> {
    /// Mean over batch and pixels, or the running one.
    pub mean: &'a [f32],
    /// Variance, likewise; divided by the number of values, not by one less.
    pub variance: &'a [f32],
    /// Learned factor.
    pub scale: &'a [f32],
    /// Learned summand.
    pub shift: &'a [f32],
}

/// Gradients of a batch normalisation.
#[derive(Clone, Debug, PartialEq)]
pub struct NormGradients {
    /// Of the input, `[batch, channels, pixels]`.
    pub x: Vec<f32>,
    /// Of the factors, `[channels]`.
    pub scale: Vec<f32>,
    /// Of the summands, `[channels]`.
    pub shift: Vec<f32>,
}

impl Norm {
    /// PyTorch's `eps`, which keeps a channel without variance from dividing by 0.
    pub const EPSILON: f32 = 1e-5;
    /// PyTorch's `momentum`: how far running statistics move towards a batch's.
    const MOMENTUM: f32 = 0.1;

    /// Values that a channel's statistics are over.
    pub fn count(&self) -> usize {
        self.batch * self.pixels
    }

    /// Mean and variance of each channel of `x`, `[batch, channels, pixels]`; the variance is
    /// divided by the number of values.
    pub fn statistics(&self, x: &[f32]) -> [Vec<f32>; 2] {
        assert_eq!(x.len(), self.count() * self.channels, "images");
        let count = self.count() as f64;
        let mean: Vec<f32> = (0..self.channels)
            .map(|channel| (self.over(channel, |plane| sum(&x[plane])) / count) as f32)
            .collect();
        // Around the mean: squares of what is far from 0 would cancel.
        let variance = (0..self.channels)
            .map(|channel| {
                let mean = mean[channel];
                let squares = self.over(channel, |plane| {
                    reduce(&x[plane.clone()], &x[plane], |x, _| (x - mean) * (x - mean))
                });
                (squares / count) as f32
            })
            .collect();
        [mean, variance]
    }

    /// What follows a running mean and variance after a batch with those: a tenth of the way, with
    /// the variance divided by one less than the number of values, as PyTorch does.
    pub fn remember(&self, running: [&[f32]; 2], batch: [&[f32]; 2]) -> [Vec<f32>; 2] {
        let memory = self.memory();
        std::array::from_fn(|i| {
            let [keep, take] = memory[i];
            running[i].iter().zip(batch[i]).map(|(old, new)| keep * old + take * new).collect()
        })
    }

    /// What running mean and variance, and what the batch's are multiplied by. One value has no
    /// variance to learn from.
    pub fn memory(&self) -> [[f32; 2]; 2] {
        let count = self.count() as f32;
        let keep = 1.0 - Self::MOMENTUM;
        let variance =
            if count > 1.0 { [keep, Self::MOMENTUM * count / (count - 1.0)] } else { [1.0, 0.0] };
        [[keep, Self::MOMENTUM], variance]
    }

    /// `[batch, channels, pixels]`, likewise normalised by whatever statistics.
    pub fn forward(&self, x: &[f32], by: &Channels) -> Vec<f32> {
        let mut y = vec![0.0; x.len()];
        let floor = if self.relu { 0.0 } else { f32::NEG_INFINITY };
        for (place, (from, to)) in self.planes(x).zip(y.chunks_exact_mut(self.side())).enumerate() {
            let channel = place % self.channels;
            let factor = by.scale[channel] * deviation(by.variance[channel]);
            let summand = by.shift[channel] - by.mean[channel] * factor;
            for (from, to) in from.iter().zip(to) {
                let value = from * factor + summand;
                // What is no number stays none.
                *to = if value < floor { floor } else { value };
            }
        }
        y
    }

    /// Gradients from input, output and the output's gradient, each `[batch, channels, pixels]`.
    /// Where the statistics are no running ones they must be those of `x` itself.
    pub fn backward(&self, x: &[f32], y: &[f32], gradient: &[f32], by: &Channels) -> NormGradients {
        assert_eq!([y.len(), gradient.len()], [x.len(); 2], "one gradient a value");
        let masked;
        let slopes = if self.relu {
            masked = relu_backward(y, gradient);
            &masked
        } else {
            gradient
        };
        let count = self.count() as f64;
        let mut found = NormGradients {
            x: vec![0.0; x.len()],
            scale: vec![0.0; self.channels],
            shift: vec![0.0; self.channels],
        };
        let mut means = vec![[0.0; 2]; self.channels];
        for (channel, means) in means.iter_mut().enumerate() {
            let (mean, deviation) = (by.mean[channel], deviation(by.variance[channel]));
            let shift = self.over(channel, |plane| sum(&slopes[plane]));
            let scale = f64::from(deviation)
                * self.over(channel, |plane| {
                    reduce(&slopes[plane.clone()], &x[plane], |slope, x| slope * (x - mean))
                });
            found.shift[channel] = shift as f32;
            found.scale[channel] = scale as f32;
            // Running statistics do not change with the input.
            if !self.running {
                *means = [(shift / count) as f32, (scale / count) as f32];
            }
        }
        let planes = self.planes(x).zip(self.planes(slopes));
        for (place, ((x, slopes), to)) in
            planes.zip(found.x.chunks_exact_mut(self.side())).enumerate()
        {
            let channel = place % self.channels;
            let deviation = deviation(by.variance[channel]);
            let [shift, scale] = means[channel];
            // (scale / σ) · (slope − mean slope − x̂ · mean of slope · x̂), as a·slope + b·x + c.
            let a = by.scale[channel] * deviation;
            let b = -a * scale * deviation;
            let c = -a * shift - b * by.mean[channel];
            for ((x, slope), to) in x.iter().zip(slopes).zip(to) {
                *to = a * slope + b * x + c;
            }
        }
        found
    }

    fn side(&self) -> usize {
        self.pixels.max(1)
    }

    fn planes<'a>(&self, values: &'a [f32]) -> std::slice::ChunksExact<'a, f32> {
        values.chunks_exact(self.side())
    }

    /// The sum of what `f` makes of the planes of a channel.
    #[inline(always)]
    fn over(&self, channel: usize, f: impl Fn(std::ops::Range<usize>) -> f32) -> f64 {
        (0..self.batch)
            .map(|image| {
                let start = (image * self.channels + channel) * self.pixels;
                f64::from(f(start..start + self.pixels))
            })
            .sum()
    }
}

/// 1 / √(variance + ε)
fn deviation(variance: f32) -> f32 {
    1.0 / (variance + Norm::EPSILON).sqrt()
}
