//! Batch norm on a GPU.

use kernels::BatchNorm;
use shaders::{Shader, norm_parts};

use super::launch::{Floats, contiguous, empty, launch, like};

/// See [`Kernels::norm_statistics`](crate::ops::backend::Kernels::norm_statistics).
pub(super) fn statistics(norm: &BatchNorm, x: &Floats, running: [&Floats; 2]) -> [Floats; 4] {
    let x = contiguous(x);
    let [running_mean, running_variance] = running.map(contiguous);
    let parts = norm_parts(norm);
    let moments = empty(&x, &[norm.channels, norm.batch * parts, 2]);
    launch(Shader::NormMoments { norm: *norm, parts }, &[&x, &moments]);
    let found = [(); 4].map(|()| empty(&x, &[norm.channels]));
    let [mean, variance, next_mean, next_variance] = &found;
    launch(
        Shader::NormStatistics { norm: *norm, parts },
        &[&moments, &running_mean, &running_variance, mean, variance, next_mean, next_variance],
    );
    found
}

/// See [`Kernels::norm_backward`](crate::ops::backend::Kernels::norm_backward).
pub(super) fn backward(norm: &BatchNorm, tensors: [&Floats; 3], by: [&Floats; 4]) -> [Floats; 3] {
    let [x, y, gradient] = tensors.map(contiguous);
    let [mean, variance, scale, _] = by.map(contiguous);
    let parts = norm_parts(norm);
    let sums = empty(&x, &[norm.channels, norm.batch * parts, 2]);
    // The output comes last because only a shader with ReLU reads it.
    let bound = if norm.relu { 5 } else { 4 };
    let bindings = [&x, &gradient, &mean, &sums, &y];
    launch(Shader::NormGradSums { norm: *norm, parts }, &bindings[..bound]);
    let [scale_grad, shift_grad] = [(); 2].map(|()| empty(&x, &[norm.channels]));
    let coefficients = empty(&x, &[3, norm.channels]);
    launch(
        Shader::NormParamGrad { norm: *norm, parts },
        &[&sums, &mean, &variance, &scale, &scale_grad, &shift_grad, &coefficients],
    );
    let found = like(&x);
    let bindings = [&x, &gradient, &coefficients, &found, &y];
    launch(Shader::NormInputGrad(*norm), &bindings[..bound]);
    [found, scale_grad, shift_grad]
}
