//! Differentiable operations with custom kernels, as parts of burn's autodiff graph.
//!
//! burn computes convolutions through copies of every patch, and on a GPU its weight gradients use
//! few threads. With the few channels of these networks, this overhead exceeds the cost of the
//! arithmetic. The layers therefore call the operations in this module: on the CPU they use the
//! crate [`kernels`], on a GPU shaders that are generated for the given shapes.

/// Calls a function that is generic over backends with the backend of the tensor.
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
mod unary_op;

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
use unary_op::{UnaryOp, unary};

/// Convolution with stride 1 and zero padding of `padding` pixels on each side, optionally followed
/// by ReLU: `[batch, out, …]` from `[batch, in, height, width]`, `[out, in, kernel, kernel]` and
/// `[out]`.
pub(crate) fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    padding: usize,
    relu: bool,
) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [outputs, _, kernel, _] = weight.dims();
    let conv = Conv { batch, inputs, outputs, size: [height, width], kernel, stride: 1, padding };
    run(x, weight, bias, Convolution { conv, relu })
}

/// Max-pooling over windows of `side`×`side` pixels, optionally followed by ReLU: `[batch,
/// channels, height/side, width/side]`.
pub(crate) fn pool(x: Tensor<4>, side: usize, relu: bool) -> Tensor<4> {
    let pool = Pool { shape: x.dims(), side, relu };
    map(x, pool)
}

/// Applies an activation function elementwise.
pub(crate) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    map(x, activation)
}

/// Nearest-neighbor upsampling by 2: `[batch, channels, 2 height, 2 width]`.
pub(crate) fn nearest(x: Tensor<4>) -> Tensor<4> {
    let nearest = NearestUpsample { shape: x.dims() };
    map(x, nearest)
}

/// Gathers rows of a table, outside the autodiff graph: `[indices, width]` from `[rows, width]`.
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

/// Uploads a tensor of zeros. Filling it on a GPU would require another shader to compile.
pub(crate) fn zeros<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(vec![0.0_f32; shape.iter().product()], shape), device)
}

/// Dense layer x·W + b, optionally followed by ReLU: `[batch, out]` from `[batch, in]`, `[in, out]`
/// and `[out]`.
pub(crate) fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, relu: bool) -> Tensor<2> {
    let ([batch, inputs], [_, outputs]) = (x.dims(), weight.dims());
    run(x, weight, bias, Dense { batch, inputs, outputs, relu })
}

/// Transposed convolution with 2×2 kernels and stride 2: `[batch, out, 2 height, 2 width]` from
/// `[batch, in, height, width]`, `[in, out, 2, 2]` and `[out]`.
pub(crate) fn upsample(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [_, outputs, ..] = weight.dims();
    run(x, weight, bias, TransposedConv { batch, inputs, outputs, size: [height, width] })
}

/// Runs an operation on one tensor, on the tensor's device.
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

/// Runs an operation on the CPU, the only device in this build.
#[cfg(not(feature = "gpu"))]
fn map<O: UnaryOp<Flex>, const D: usize>(x: Tensor<D>, operation: O) -> Tensor<D> {
    unary::<Flex, _, D>(x, operation)
}

/// Runs an operation with weights on the device of its tensors. It must not use any operation of
/// burn that links burn's kernels for matrices and convolutions, which would make up a quarter of
/// the engine's size.
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

/// Runs an operation on the CPU, the only device in this build.
#[cfg(not(feature = "gpu"))]
fn run<O: LinearOp<Flex>, const D: usize>(
    x: Tensor<D>,
    weight: Tensor<D>,
    bias: Tensor<1>,
    operation: O,
) -> Tensor<D> {
    linear::<Flex, _, D>(x, weight, bias, operation)
}
