//! Backends with custom kernels, and access to their tensors.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchDevice, DispatchKindConversion};
use burn::tensor::{Device, DispatchTensor, Tensor};
use kernels::{BatchNorm, Concat, Conv, Loss};

/// A backend with custom kernels on tensors of 32-bit floats.
pub(crate) trait Kernels: Backend {
    /// See [`Conv::forward`]; optionally followed by ReLU.
    fn conv(
        conv: &Conv,
        relu: bool,
        x: &FloatTensor<Self>,
        weight: &FloatTensor<Self>,
        bias: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`Conv::backward_input`].
    fn conv_backward_input(
        conv: &Conv,
        weight: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`Conv::backward_weights`]; returns the gradients of kernels and bias.
    fn conv_backward_weights(
        conv: &Conv,
        x: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 2];

    /// See [`kernels::relu_backward`].
    fn relu_grad(y: &FloatTensor<Self>, gradient: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`kernels::multiply`].
    fn multiply(a: &FloatTensor<Self>, b: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`kernels::gather_rows`].
    fn gather_rows(table: &FloatTensor<Self>, width: usize, indices: &[usize])
    -> FloatTensor<Self>;

    /// See [`Concat::forward`].
    fn concat(
        join: &Concat,
        shape: [usize; 4],
        a: &FloatTensor<Self>,
        b: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`Concat::backward`].
    fn split(
        join: &Concat,
        shapes: [[usize; 4]; 2],
        gradient: &FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 2];

    /// Returns the mean and variance of each channel, and the updated running mean and variance
    /// (see [`BatchNorm::updated_running`]); `[channels]` each.
    fn norm_statistics(
        norm: &BatchNorm,
        x: &FloatTensor<Self>,
        running: [&FloatTensor<Self>; 2],
    ) -> [FloatTensor<Self>; 4];

    /// See [`BatchNorm::forward`]; `by` is mean, variance, scale and shift.
    fn norm(
        norm: &BatchNorm,
        x: &FloatTensor<Self>,
        by: [&FloatTensor<Self>; 4],
    ) -> FloatTensor<Self>;

    /// See [`BatchNorm::backward`]; `tensors` is x, y and gradient. Returns the gradients of input,
    /// scale and shift.
    fn norm_backward(
        norm: &BatchNorm,
        tensors: [&FloatTensor<Self>; 3],
        by: [&FloatTensor<Self>; 4],
    ) -> [FloatTensor<Self>; 3];

    /// See [`Loss::value`] and [`Loss::sums`]; `tensors` is logits, targets and weights. Returns
    /// `[1]` and `[sums]`.
    fn loss(loss: &Loss, tensors: [&FloatTensor<Self>; 3]) -> [FloatTensor<Self>; 2];

    /// See [`Loss::backward`]; `tensors` is logits, targets, weights, sums and the gradient of the
    /// loss, `[1]`.
    fn loss_backward(loss: &Loss, tensors: [&FloatTensor<Self>; 5]) -> FloatTensor<Self>;
}

/// Returns whether a device is the CPU.
pub(crate) fn is_cpu(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// Returns the backend's tensor of a tensor outside the autodiff graph.
pub(crate) fn primitive<B: Backend, const D: usize>(tensor: Tensor<D>) -> FloatTensor<B>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    tensor.try_into_primitive::<B>().expect("a tensor of this backend")
}

/// Returns the autodiff backend's tensor. A tensor outside the graph is treated as a constant.
pub(super) fn autodiff_primitive<B: Backend, const D: usize>(
    tensor: Tensor<D>,
) -> FloatTensor<Autodiff<B>>
where
    DispatchTensor: DispatchKindConversion<Autodiff<B>>,
{
    let tensor = if tensor.device().is_autodiff() { tensor } else { tensor.autodiff() };
    tensor.try_into_primitive::<Autodiff<B>>().expect("a tensor of this backend")
}
