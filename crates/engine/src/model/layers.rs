//! Layers with parameters, with PyTorch's conventions: convolution, dense, batch norm.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use kernels::Activation;

use crate::model::init::LayerWeights;
use crate::ops;

/// 2D convolution (cross-correlation) with stride 1 and zero padding.
#[derive(Module, Debug)]
pub struct Conv {
    /// `[out, in, kernel, kernel]`
    pub weight: Param<Tensor<4>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
    /// Zero padding in pixels to each side.
    padding: usize,
}

/// Dense layer, x·W + b.
#[derive(Module, Debug)]
pub struct Dense {
    /// `[in, out]`, the transpose of PyTorch's layout.
    pub weight: Param<Tensor<2>>,
    /// `[out]`
    pub bias: Param<Tensor<1>>,
}

/// Batch norm over all dimensions except channels (Ioffe & Szegedy 2015), with PyTorch's constants
/// and its unbiased running variance.
#[derive(Module, Debug)]
pub struct Norm {
    /// `[channels]`, learned.
    pub scale: Param<Tensor<1>>,
    /// `[channels]`, learned.
    pub shift: Param<Tensor<1>>,
    /// `[channels]`. A parameter without gradient, so that cloning the network also copies the
    /// statistics.
    pub running_mean: Param<Tensor<1>>,
    /// `[channels]`. A parameter without gradient, like `running_mean`.
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

    /// Computes the layer's output, followed by ReLU.
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
        ops::dense(x, self.weight.val(), self.bias.val(), false)
    }

    /// Computes the layer's output, followed by ReLU.
    pub(crate) fn forward_relu(&self, x: Tensor<2>) -> Tensor<2> {
        ops::dense(x, self.weight.val(), self.bias.val(), true)
    }
}

impl Norm {
    pub(crate) fn new(channels: usize, device: &Device) -> Self {
        let running = |value: f32| {
            parameter(vec![value; channels], [channels], device).set_require_grad(false)
        };
        Self {
            scale: parameter(vec![1.0; channels], [channels], device),
            shift: parameter(vec![0.0; channels], [channels], device),
            running_mean: running(0.0),
            running_variance: running(1.0),
        }
    }

    /// Normalizes with the running statistics, optionally followed by ReLU.
    pub(crate) fn forward<const D: usize>(&self, x: Tensor<D>, relu: bool) -> Tensor<D> {
        ops::batch_norm(x, self.params(), relu)
    }

    /// Normalizes with the statistics of the batch, optionally followed by ReLU. Updates the
    /// running statistics.
    pub(crate) fn forward_train<const D: usize>(&mut self, x: Tensor<D>, relu: bool) -> Tensor<D> {
        let (y, [mean, variance]) = ops::batch_norm_train(x, self.params(), relu);
        update_running(&mut self.running_mean, mean);
        update_running(&mut self.running_variance, variance);
        y
    }

    fn params(&self) -> ops::NormParams {
        ops::NormParams {
            scale: self.scale.val(),
            shift: self.shift.val(),
            running: [self.running_mean.val(), self.running_variance.val()],
        }
    }
}

/// Replaces the value of a running statistic.
fn update_running(running: &mut Param<Tensor<1>>, value: Tensor<1>) {
    *running = running
        .clone()
        .map(|old| if old.device().is_autodiff() { value.autodiff() } else { value })
        .set_require_grad(false);
}

/// Creates a parameter.
pub(crate) fn parameter<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), device))
}

/// Applies max-pooling over windows of `side`×`side` pixels, optionally followed by ReLU.
pub(crate) fn pool(maps: Tensor<4>, side: usize, relu: bool) -> Tensor<4> {
    match (side, relu) {
        (1, false) => maps,
        (1, true) => ops::activate(maps, Activation::Relu),
        _ => ops::pool(maps, side, relu),
    }
}
