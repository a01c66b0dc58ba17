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

mod backend;
mod batch_norm;
mod concat;
pub(crate) mod cpu;
mod dropout;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
mod linear;
mod loss;
mod unary;

use burn::backend::{DispatchKindConversion, Flex};
use burn::tensor::{Device, DispatchTensor, Tensor, TensorData};
use kernels::{Activation, Conv, NearestUpsample, Pool, TransposedConv};

use backend::Kernels;
pub(crate) use backend::{is_cpu, primitive};
pub(crate) use batch_norm::{NormParams, batch_norm, batch_norm_train};
pub(crate) use concat::concat;
pub(crate) use dropout::dropout;
use linear::{Convolution, Dense, LinearOp, linear};
pub(crate) use loss::loss;
use unary::{UnaryOp, unary};

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

/// NearestUpsample-neighbor upsampling by 2: `[batch, channels, 2 height, 2 width]`.
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
