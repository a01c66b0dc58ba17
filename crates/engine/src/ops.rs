//! Differentiable operations with custom kernels, as parts of burn's autodiff graph.
//!
//! burn computes convolutions through copies of every patch, and on a GPU its weight gradients use
//! few threads. With the few channels of these networks, this overhead exceeds the cost of the
//! arithmetic. The layers therefore call the operations in this module: on the CPU they use the
//! crate [`kernels`], on a GPU the crate `shaders`.
//!
//! Each file shows an operation wholly: the function that layers call, then forward and backward on
//! the CPU, then both on a GPU. `operation.rs` makes them part of the autodiff graph. An operation
//! must not use any of burn's that links burn's kernels for matrices and convolutions on a GPU,
//! which would make up a quarter of the engine's size.

mod activation;
mod add;
mod average_pool;
mod backend;
mod batch_norm;
mod concat;
mod convolution;
pub(crate) mod cpu;
mod dense;
mod depthwise;
mod dropout;
mod gather;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
mod loss;
mod nearest;
mod operation;
mod pool;
mod transposed_conv;

use burn::tensor::{Device, Tensor, TensorData};

pub(crate) use activation::activate;
pub(crate) use add::add;
pub(crate) use average_pool::{average_pool, global_average_pool};
pub(crate) use backend::{is_cpu, primitive};
pub(crate) use batch_norm::{NormParams, batch_norm, batch_norm_train};
pub(crate) use concat::concat;
pub(crate) use convolution::{ConvOptions, conv2d};
pub(crate) use dense::dense;
pub(crate) use depthwise::depthwise;
pub(crate) use dropout::dropout;
pub(crate) use gather::{RowIndices, gather_rows};
pub(crate) use loss::loss;
pub(crate) use nearest::nearest;
pub(crate) use pool::pool;
pub(crate) use transposed_conv::upsample;

/// Uploads a tensor of zeros. Filling it on a GPU would require another shader to compile.
pub(crate) fn zeros<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(vec![0.0_f32; shape.iter().product()], shape), device)
}

#[cfg(test)]
mod tests;
