//! The operations on a GPU: WGSL shaders that are generated for the given shapes.
//!
//! Every number that the network determines is a constant in its shader, and short loops are
//! unrolled. The crate [`shaders`] generates the WGSL text. A shader is compiled when it is first
//! needed, and cached with its [`Shader`] value as the key.

mod dense;
mod launch;
mod norm;
mod pointwise;
mod rearrange;
pub(crate) mod update;
mod upsample;

use burn::backend::Cube;
use kernels::{Activation, BatchNorm, Concat, Conv, Loss};
use shaders::{Shader, conv_parts, loss_groups};

use super::backend::Kernels;
use launch::{Floats, contiguous, empty, launch, like};

impl Kernels for Cube {
    fn conv(conv: &Conv, relu: bool, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let [height, width] = conv.output_size();
        let [x, weight, bias] = [x, weight, bias].map(contiguous);
        let y = empty(&x, &[conv.batch, conv.outputs, height, width]);
        let shader = Shader::Conv { conv: *conv, flipped: false, bias: true, relu };
        launch(shader, &[&x, &weight, &bias, &y]);
        y
    }

    fn conv_backward_input(conv: &Conv, weight: &Floats, gradient: &Floats) -> Floats {
        let [weight, gradient] = [weight, gradient].map(contiguous);
        let found = empty(&gradient, &[conv.batch, conv.inputs, conv.size[0], conv.size[1]]);
        let conv = conv.transposed();
        let shader = Shader::Conv { conv, flipped: true, bias: false, relu: false };
        launch(shader, &[&gradient, &weight, &found]);
        found
    }

    fn conv_backward_weights(conv: &Conv, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let [x, gradient] = [x, gradient].map(contiguous);
        let kernels = conv.outputs * conv.inputs * conv.kernel * conv.kernel;
        let parts = conv_parts(conv);
        let chunks = conv.batch * parts;
        let sums = empty(&x, &[chunks, kernels + conv.outputs]);
        launch(Shader::ConvWeightGrad { conv: *conv, parts }, &[&x, &gradient, &sums]);
        let weight = empty(&x, &[conv.outputs, conv.inputs, conv.kernel, conv.kernel]);
        let bias = empty(&x, &[conv.outputs]);
        let shader = Shader::ReduceWeightGrad { chunks, kernels, outputs: conv.outputs };
        launch(shader, &[&sums, &weight, &bias]);
        [weight, bias]
    }

    fn relu_grad(y: &Floats, gradient: &Floats) -> Floats {
        pointwise::backward(Activation::Relu, y, y, gradient)
    }

    fn multiply(a: &Floats, b: &Floats) -> Floats {
        pointwise::multiply(a, b)
    }

    fn gather_rows(table: &Floats, width: usize, indices: &[usize]) -> Floats {
        rearrange::gather_rows(table, width, indices)
    }

    fn concat(join: &Concat, shape: [usize; 4], a: &Floats, b: &Floats) -> Floats {
        let [a, b] = [a, b].map(contiguous);
        let y = empty(&a, &shape);
        launch(Shader::Concat(*join), &[&a, &b, &y]);
        y
    }

    fn split(join: &Concat, shapes: [[usize; 4]; 2], gradient: &Floats) -> [Floats; 2] {
        let gradient = contiguous(gradient);
        let found = shapes.map(|shape| empty(&gradient, &shape));
        launch(Shader::Split(*join), &[&gradient, &found[0], &found[1]]);
        found
    }

    fn norm_statistics(norm: &BatchNorm, x: &Floats, running: [&Floats; 2]) -> [Floats; 4] {
        norm::statistics(norm, x, running)
    }

    fn norm(norm: &BatchNorm, x: &Floats, by: [&Floats; 4]) -> Floats {
        let x = contiguous(x);
        let [mean, variance, scale, shift] = by.map(contiguous);
        let y = like(&x);
        launch(Shader::NormApply(*norm), &[&x, &mean, &variance, &scale, &shift, &y]);
        y
    }

    fn norm_backward(norm: &BatchNorm, tensors: [&Floats; 3], by: [&Floats; 4]) -> [Floats; 3] {
        norm::backward(norm, tensors, by)
    }

    fn loss(loss: &Loss, tensors: [&Floats; 3]) -> [Floats; 2] {
        let [logits, targets, weights] = tensors.map(contiguous);
        let groups = loss_groups(loss);
        let parts = Shader::LossPartialSums { loss: *loss, groups };
        let threads = groups * parts.workgroup_size() as usize;
        let sums = empty(&logits, &[loss.sum_count(), threads]);
        launch(parts, &[&logits, &targets, &weights, &sums]);
        let [value, total] = [1, loss.sum_count()].map(|count| empty(&logits, &[count]));
        launch(Shader::LossValue { loss: *loss, groups }, &[&sums, &value, &total]);
        [value, total]
    }

    fn loss_backward(loss: &Loss, tensors: [&Floats; 5]) -> Floats {
        let [logits, targets, weights, sums, grad] = tensors.map(contiguous);
        let found = like(&logits);
        let shader = Shader::LossGrad(*loss);
        launch(shader, &[&logits, &targets, &weights, &sums, &grad, &found]);
        found
    }
}

#[cfg(test)]
mod tests;
