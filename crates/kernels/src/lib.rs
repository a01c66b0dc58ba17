//! The arithmetic that training on the CPU spends its time in, on plain slices of `f32`.
//!
//! General-purpose backends convolve by copying every patch into a matrix and multiplying. The
//! networks here have few channels and small images, so the copies cost more than the products.
//! These kernels work on the images as they lie, `[channels, height, width]`, and keep a block of
//! sums in registers: as many as 128-bit SIMD has, in WebAssembly as natively. Inner loops are
//! written with vectors, since compilers find them in plain loops in some profiles only; there is no
//! `unsafe` and no instruction set's own code.
//!
//! Every function takes slices of the exact length that its shape says, and panics on others:
//! callers are in this workspace, and have checked their network.

mod conv;
mod conv_weights;
mod loss;
mod matrix;
mod norm;
mod optim;
mod padded;
mod pointwise;
mod pool;
mod rearrange;
mod upsample;
mod vectors;

pub use conv::{Conv, Epilogue};
pub use conv_weights::WeightGradients;
pub use loss::{Loss, Surprise};
pub use matrix::{
    dense, dense_backward_input, dense_backward_weights, products, symmetric_products,
};
pub use norm::{Channels, Norm, NormGradients};
pub use optim::{Adam, Sgd, adam_step, sgd_step};
pub use pointwise::{Activation, multiply, relu_backward};
pub use pool::Pool;
pub use rearrange::{Join, Nearest, rows};
pub use upsample::Upsample;
