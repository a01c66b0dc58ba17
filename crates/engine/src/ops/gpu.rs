//! The operations on a GPU: shaders in WGSL, written for the very shapes at hand.
//!
//! Every number that a network fixes is a constant in its shader, and what a loop would do four or
//! eight times stands there four or eight times: shaders are made by [`shader`]. A shader is
//! compiled when a network first needs it, and kept under its [`Shader`] value.

pub(crate) mod dense;
mod launch;
mod shader;
mod upsample;

use burn::backend::Cube;
use burn::backend::tensor::FloatTensor;
use kernels::Conv;

use super::Kernels;
use launch::{contiguous, empty, launch};
use shader::Shader;

/// A tensor on a GPU.
pub(crate) type Floats = FloatTensor<Cube>;

/// Threads that a GPU should have at least, for it to be busy.
const BUSY: usize = 16_384;

impl Kernels for Cube {
    fn conv(conv: &Conv, relu: bool, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let [height, width] = conv.output_size();
        let [x, weight, bias] = [x, weight, bias].map(contiguous);
        let y = empty(&x, &[conv.batch, conv.outputs, height, width]);
        let shader = Shader::Correlate { conv: *conv, turned: false, bias: true, relu };
        launch(shader, &[&x, &weight, &bias, &y]);
        y
    }

    fn conv_backward_input(conv: &Conv, weight: &Floats, gradient: &Floats) -> Floats {
        let [weight, gradient] = [weight, gradient].map(contiguous);
        let found = empty(&gradient, &[conv.batch, conv.inputs, conv.size[0], conv.size[1]]);
        let conv = conv.turned();
        let shader = Shader::Correlate { conv, turned: true, bias: false, relu: false };
        launch(shader, &[&gradient, &weight, &found]);
        found
    }

    fn conv_backward_weights(conv: &Conv, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let [x, gradient] = [x, gradient].map(contiguous);
        let kernels = conv.outputs * conv.inputs * conv.kernel * conv.kernel;
        // As many parts of images as keep the GPU busy, of at least four rows each.
        let rows = conv.output_size()[0];
        let threads = conv.outputs.div_ceil(4) * conv.inputs * conv.kernel * conv.batch;
        let parts = BUSY.div_ceil(threads).clamp(1, rows.div_ceil(4));
        let chunks = conv.batch * parts;
        let sums = empty(&x, &[chunks, kernels + conv.outputs]);
        launch(Shader::Slopes { conv: *conv, parts }, &[&x, &gradient, &sums]);
        let weight = empty(&x, &[conv.outputs, conv.inputs, conv.kernel, conv.kernel]);
        let bias = empty(&x, &[conv.outputs]);
        let shader = Shader::Total { chunks, kernels, outputs: conv.outputs };
        launch(shader, &[&sums, &weight, &bias]);
        [weight, bias]
    }

    fn pool(x: &Floats, [batch, channels, height, width]: [usize; 4]) -> Floats {
        let x = contiguous(x);
        let y = empty(&x, &[batch, channels, height / 2, width / 2]);
        launch(Shader::Pool { images: batch * channels, size: [height, width] }, &[&x, &y]);
        y
    }

    fn pool_backward(x: &Floats, shape: [usize; 4], gradient: &Floats) -> Floats {
        let [x, gradient] = [x, gradient].map(contiguous);
        let found = empty(&x, &shape);
        let [batch, channels, height, width] = shape;
        let shader = Shader::PoolBack { images: batch * channels, size: [height, width] };
        launch(shader, &[&x, &gradient, &found]);
        found
    }
}
