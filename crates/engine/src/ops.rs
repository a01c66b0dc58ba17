//! Differentiable operations with custom kernels, as parts of burn's autodiff graph.
//!
//! burn convolves through copies of every patch, and its gradients of kernels start few threads on
//! a GPU. For the few channels of these networks that costs more than the products themselves. So
//! the layers call the operations here: on the CPU they are the crate [`kernels`], on a GPU shaders
//! generated for the shapes at hand.

/// Calls a function that is generic over backends with the backend of a tensor.
macro_rules! on_backend_of {
    ($tensor:expr, $function:ident[$($more:tt),*]($($argument:expr),*)) => {{
        #[cfg(feature = "gpu")]
        if !$crate::ops::is_cpu(&$tensor.device()) {
            return $function::<burn::backend::Cube, $($more),*>($($argument),*);
        }
        $function::<burn::backend::Flex, $($more),*>($($argument),*)
    }};
}

mod batch_norm;
mod concat;
pub(crate) mod cpu;
mod dropout;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
mod linear;
mod loss;
mod unary;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DispatchDevice, DispatchKindConversion, Flex};
use burn::tensor::{Device, DispatchTensor, Tensor, TensorData};
use kernels::{Activation, BatchNorm, Concat, Conv, Loss, NearestUpsample, Pool, TransposedConv};

pub(crate) use batch_norm::{NormParams, batch_norm, batch_norm_train};
pub(crate) use concat::concat;
pub(crate) use dropout::dropout;
pub(crate) use linear::LinearOp;
use linear::{Convolution, linear};
pub(crate) use loss::loss;
pub(crate) use unary::UnaryOp;
use unary::unary;

/// A backend with custom kernels, on tensors of 32-bit floats.
pub(crate) trait Kernels: Backend {
    /// See [`Conv::forward`]; ReLU follows where asked for.
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

    /// See [`Conv::backward_weights`]: gradients of kernels and bias.
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

    /// Mean and variance of each channel, and what [`BatchNorm::updated_running`] makes of the running ones;
    /// `[channels]` each.
    fn norm_statistics(
        norm: &BatchNorm,
        x: &FloatTensor<Self>,
        running: [&FloatTensor<Self>; 2],
    ) -> [FloatTensor<Self>; 4];

    /// See [`BatchNorm::forward`]; `by` are mean, variance, scale and shift.
    fn norm(
        norm: &BatchNorm,
        x: &FloatTensor<Self>,
        by: [&FloatTensor<Self>; 4],
    ) -> FloatTensor<Self>;

    /// See [`BatchNorm::backward`], of `tensors` x, y and gradient: gradients of input, scale and shift.
    fn norm_backward(
        norm: &BatchNorm,
        tensors: [&FloatTensor<Self>; 3],
        by: [&FloatTensor<Self>; 4],
    ) -> [FloatTensor<Self>; 3];

    /// See [`Loss::value`] and [`Loss::sums`], of `tensors` logits, targets and weights: `[1]` and
    /// `[sums]`.
    fn loss(loss: &Loss, tensors: [&FloatTensor<Self>; 3]) -> [FloatTensor<Self>; 2];

    /// See [`Loss::backward`], of `tensors` logits, targets, weights, sums and gradient of the
    /// loss, `[1]`.
    fn loss_backward(loss: &Loss, tensors: [&FloatTensor<Self>; 5]) -> FloatTensor<Self>;
}

/// Returns whether a device is the CPU.
pub(crate) fn is_cpu(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// Convolution with stride 1 and `padding` zeros to each side, followed by ReLU where asked for:
/// `[batch, out, …]` from `[batch, in, height, width]`, `[out, in, kernel, kernel]` and `[out]`.
pub(crate) fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    padding: usize,
    relu: bool,
) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [outputs, _, kernel, _] = weight.dims();
    let conv = Conv { batch, inputs, outputs, size: [height, width], kernel, padding };
    run(x, weight, bias, Convolution { conv, relu })
}

/// Max-pooling over squares of that side, followed by ReLU where asked for:
/// `[batch, channels, height/side, width/side]`.
pub(crate) fn pool(x: Tensor<4>, side: usize, relu: bool) -> Tensor<4> {
    let pool = Pool { shape: x.dims(), side, relu };
    map(x, pool)
}

/// Applies an activation to each value.
pub(crate) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    map(x, activation)
}

/// Nearest-neighbor upsampling by 2: `[batch, channels, 2 height, 2 width]`.
pub(crate) fn nearest(x: Tensor<4>) -> Tensor<4> {
    let nearest = NearestUpsample { shape: x.dims() };
    map(x, nearest)
}

/// Gathers rows of a table outside the autodiff graph: `[indices, width]` from `[rows, width]`.
pub(crate) fn gather_rows(table: &Tensor<2>, indices: &[usize]) -> Tensor<2> {
    on_backend_of!(table, gather_rows_on[](table, indices))
}

fn gather_rows_on<B: Kernels>(table: &Tensor<2>, indices: &[usize]) -> Tensor<2>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let width = table.dims()[1];
    let table = primitive::<B, 2>(table.clone());
    Tensor::from_primitive::<B>(<B as Kernels>::gather_rows(&table, width, indices))
}

/// Uploads a tensor of zeros: a shader that fills would be one more to compile.
pub(crate) fn zeros<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(vec![0.0_f32; shape.iter().product()], shape), device)
}

/// x·W + b, followed by ReLU where asked for: `[batch, out]` from `[batch, in]`, `[in, out]` and
/// `[out]`.
pub(crate) fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, relu: bool) -> Tensor<2> {
    let ([batch, inputs], [_, outputs]) = (x.dims(), weight.dims());
    run(x, weight, bias, Dense { batch, inputs, outputs, relu })
}

/// Transposed convolution with kernels of 2×2 and stride 2: `[batch, out, 2 height, 2 width]` from
/// `[batch, in, height, width]`, `[in, out, 2, 2]` and `[out]`.
pub(crate) fn upsample(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [_, outputs, ..] = weight.dims();
    run(x, weight, bias, TransposedConv { batch, inputs, outputs, size: [height, width] })
}

/// Shape of a dense layer on a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dense {
    pub(crate) batch: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Whether ReLU follows.
    pub(crate) relu: bool,
}

/// Runs an operation on one tensor, on its device.
#[cfg(feature = "gpu")]
fn map<O, const D: usize>(x: Tensor<D>, operation: O) -> Tensor<D>
where
    O: UnaryOp<Flex> + UnaryOp<burn::backend::Cube>,
{
    if is_cpu(&x.device()) {
        unary::<Flex, _, D>(x, operation)
    } else {
        unary::<burn::backend::Cube, _, D>(x, operation)
    }
}

/// Runs an operation on the CPU, the only device of this build.
#[cfg(not(feature = "gpu"))]
fn map<O: UnaryOp<Flex>, const D: usize>(x: Tensor<D>, operation: O) -> Tensor<D> {
    unary::<Flex, _, D>(x, operation)
}

/// Runs an operation with weights, on the device of its tensors. It names no operation of burn that
/// would link burn's kernels for matrices and convolutions: they would be a quarter of the engine.
#[cfg(feature = "gpu")]
fn run<O, const D: usize>(
    x: Tensor<D>,
    weight: Tensor<D>,
    bias: Tensor<1>,
    operation: O,
) -> Tensor<D>
where
    O: LinearOp<Flex> + LinearOp<burn::backend::Cube>,
{
    if is_cpu(&x.device()) {
        linear::<Flex, _, D>(x, weight, bias, operation)
    } else {
        linear::<burn::backend::Cube, _, D>(x, weight, bias, operation)
    }
}

/// Runs an operation on the CPU, the only device of this build.
#[cfg(not(feature = "gpu"))]
fn run<O: LinearOp<Flex>, const D: usize>(
    x: Tensor<D>,
    weight: Tensor<D>,
    bias: Tensor<1>,
    operation: O,
) -> Tensor<D> {
    linear::<Flex, _, D>(x, weight, bias, operation)
}

/// Returns the backend's tensor of one outside the autodiff graph.
pub(crate) fn primitive<B: Backend, const D: usize>(tensor: Tensor<D>) -> FloatTensor<B>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    tensor.try_into_primitive::<B>().expect("a tensor of this backend")
}

/// Returns the autodiff backend's tensor. One outside the graph enters it as a constant.
fn autodiff_primitive<B: Backend, const D: usize>(tensor: Tensor<D>) -> FloatTensor<Autodiff<B>>
where
    DispatchTensor: DispatchKindConversion<Autodiff<B>>,
{
    let tensor = if tensor.device().is_autodiff() { tensor } else { tensor.autodiff() };
    tensor.try_into_primitive::<Autodiff<B>>().expect("a tensor of this backend")
}
