//! The layers that both labs' networks are made of, with PyTorch's conventions.

use burn::module::{Module, Param};
use burn::tensor::module::{batch_norm, batch_norm_train, max_pool2d};
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor, TensorData};

use crate::init::LayerWeights;
use crate::ops;

/// PyTorch's batch norm constants.
const NORM_EPSILON: f64 = 1e-5;
const NORM_MOMENTUM: f64 = 0.1;

/// Cross-correlation with stride 1 and zeros around the image.
#[derive(Module, Debug)]
pub struct Conv {
    /// `[out, in, kernel, kernel]`
    pub weight: Param<Tensor<4>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    /// Pixels of zeros to each side.
    padding: usize,
}

/// x·W + b
#[derive(Module, Debug)]
pub struct Dense {
    /// `[in, out]`, the transpose of PyTorch's.
    pub weight: Param<Tensor<2>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
}

/// Batch normalisation over everything but the channel (Ioffe & Szegedy 2015), with PyTorch's
/// constants and its unbiased running variance.
#[derive(Module, Debug)]
pub struct Norm {
    /// `[channels]`, learned.
    pub scale: Param<Tensor<1>>,
    /// `[channels]`, learned.
    pub shift: Param<Tensor<1>>,
    /// `[channels]`, remembered. Held as plain parameters without gradient, so that a clone of the
    /// network is a snapshot of it.
    pub running_mean: Param<Tensor<1>>,
    /// `[channels]`, remembered.
    pub running_variance: Param<Tensor<1>>,
}

impl Conv {
    pub(crate) fn new(
        weights: &LayerWeights,
        kernel: usize,
        padding: usize,
        device: &Device,
    ) -> Self {
        let out = weights.bias.len();
        let inputs = weights.weight.len() / (out * kernel * kernel);
        Self {
            weight: parameter(weights.weight.clone(), [out, inputs, kernel, kernel], device),
            bias: parameter(weights.bias.clone(), [out], device),
            padding,
        }
    }

    pub(crate) fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        // [batch, in, height, width] -> [batch, out, height + 2 padding - kernel + 1, …]
        ops::conv2d(maps, self.weight.val(), self.bias.val(), self.padding, false)
    }

    /// Followed by ReLU.
    pub(crate) fn forward_relu(&self, maps: Tensor<4>) -> Tensor<4> {
        ops::conv2d(maps, self.weight.val(), self.bias.val(), self.padding, true)
    }
}

impl Dense {
    pub(crate) fn new(weights: &LayerWeights, device: &Device) -> Self {
        let out = weights.bias.len();
        let inputs = weights.weight.len() / out;
        let mut transposed = Vec::with_capacity(weights.weight.len());
        for input in 0..inputs {
            transposed.extend(weights.weight.iter().skip(input).step_by(inputs));
        }
        Self {
            weight: parameter(transposed, [inputs, out], device),
            bias: parameter(weights.bias.clone(), [out], device),
        }
    }

    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        // [batch, in] -> [batch, out]
        ops::dense(x, self.weight.val(), self.bias.val())
    }
}

impl Norm {
    pub(crate) fn new(channels: usize, device: &Device) -> Self {
        let remembered = |value: f32| {
            parameter(vec![value; channels], [channels], device).set_require_grad(false)
        };
        Self {
            scale: parameter(vec![1.0; channels], [channels], device),
            shift: parameter(vec![0.0; channels], [channels], device),
            running_mean: remembered(0.0),
            running_variance: remembered(1.0),
        }
    }

    pub(crate) fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        batch_norm(
            x,
            self.scale.val(),
            self.shift.val(),
            self.running_mean.val(),
            self.running_variance.val(),
            NORM_EPSILON,
        )
    }

    pub(crate) fn forward_train<const D: usize>(&mut self, x: Tensor<D>) -> Tensor<D> {
        let dims = x.dims();
        let seen = (dims.iter().product::<usize>() / dims[1]) as f64;
        let batch = batch_norm_train(x, self.scale.val(), self.shift.val(), NORM_EPSILON);
        remember(&mut self.running_mean, batch.mean);
        // One value has no variance to learn from.
        if seen > 1.0 {
            remember(&mut self.running_variance, batch.variance.mul_scalar(seen / (seen - 1.0)));
        }
        batch.output
    }
}

/// Batch norm in evaluation, where there is one.
pub(crate) fn normed<const D: usize>(norm: Option<&Norm>, x: Tensor<D>) -> Tensor<D> {
    match norm {
        Some(norm) => norm.forward(x),
        None => x,
    }
}

/// Batch norm while training, where there is one.
pub(crate) fn normed_train<const D: usize>(norm: Option<&mut Norm>, x: Tensor<D>) -> Tensor<D> {
    match norm {
        Some(norm) => norm.forward_train(x),
        None => x,
    }
}

/// Moves a running statistic towards this batch's.
fn remember(running: &mut Param<Tensor<1>>, batch: Tensor<1>) {
    let batch = batch.detach().mul_scalar(NORM_MOMENTUM);
    *running = running
        .clone()
        .map(|old| old.mul_scalar(1.0 - NORM_MOMENTUM).add(batch).detach())
        .set_require_grad(false);
}

/// A learned tensor.
pub(crate) fn parameter<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), device))
}

/// Max-pooling over squares of that side.
pub(crate) fn pool(maps: Tensor<4>, side: usize) -> Tensor<4> {
    match side {
        1 => maps,
        2 => ops::pool(maps),
        side => max_pool2d(maps, MaxPoolOptions::new([side, side])),
    }
}
