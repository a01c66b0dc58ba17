//! Forward and backward passes of neural-network layers on plain slices of `f32`. Training on the
//! CPU spends most of its time in this crate.
//!
//! General-purpose backends compute convolutions by copying every patch into a matrix and
//! multiplying. The networks here have few channels and small images, so the copies would cost more
//! than the products. These kernels work on the images in place, `[channels, height, width]`, and
//! keep a block of sums in registers. The block size fits 128-bit SIMD, both natively and in
//! WebAssembly. The inner loops use explicit vectors, since compilers vectorize plain loops only in
//! some build profiles. There is no `unsafe` code and no code for specific instruction sets.
//!
//! Every function requires slices of the exact length given by its shape, and panics otherwise. All
//! callers are in this workspace and have checked their network.
//!
//! ```
//! use kernels::{Conv, Epilogue};
//!
//! // One image of 3×3 pixels, one 2×2 kernel of ones, no padding.
//! let conv = Conv { batch: 1, inputs: 1, outputs: 1, size: [3, 3], kernel: 2, stride: 1, padding: 0 };
//! let image = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
//! let y = conv.forward(&image, &[1.0; 4], &[0.5], Epilogue::Relu);
//! assert_eq!(y, [12.5, 16.5, 24.5, 28.5]);
//!
//! // Gradients of the sum of all outputs.
//! let gradients = conv.backward_weights(&image, &[1.0; 4]);
//! assert_eq!((gradients.weight, gradients.bias), (vec![12.0, 16.0, 24.0, 28.0], vec![4.0]));
//! ```

mod average_pool;
mod conv;
mod conv_strided;
mod conv_weights;
mod correlation;
mod depthwise;
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
mod window;

pub use average_pool::{AveragePool, GlobalAveragePool};
pub use conv::Conv;
pub use conv_weights::WeightGradients;
pub use correlation::Epilogue;
pub use depthwise::DepthwiseConv;
pub use loss::{Loss, PixelTerm};
pub use matrix::{
    dense, dense_backward_bias, dense_backward_input, dense_backward_weights,
    dense_weight_gradient, gram_matrix, matmul_transposed,
};
pub use norm::{BatchNorm, BatchNormGradients, NormParameters};
pub use optim::{Adam, Sgd, adam_step, sgd_step};
pub use pointwise::{Activation, add, multiply, relu_backward};
pub use pool::Pool;
pub use rearrange::{Concat, NearestUpsample, gather_rows};
pub use upsample::TransposedConv;
