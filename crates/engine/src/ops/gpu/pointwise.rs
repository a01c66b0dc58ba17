//! Elementwise operations on a GPU.

use burn::backend::{Cube, TensorMetadata};
use kernels::Activation;
use shaders::Shader;

use super::launch::{Floats, contiguous, launch, like};
use crate::ops::unary_op::UnaryOp;

impl UnaryOp<Cube> for Activation {
    fn forward(&self, x: &Floats) -> Floats {
        let x = contiguous(x);
        let y = like(&x);
        let length = x.shape().num_elements();
        launch(Shader::Activate { activation: *self, length }, &[&x, &y]);
        y
    }

    fn backward(&self, x: &Floats, y: &Floats, gradient: &Floats) -> Floats {
        backward(*self, x, y, gradient)
    }
}

/// See [`Activation::backward`].
pub(super) fn backward(
    activation: Activation,
    x: &Floats,
    y: &Floats,
    gradient: &Floats,
) -> Floats {
    // All gradients except that of GELU can be computed from the output.
    let values = if activation == Activation::Gelu { x } else { y };
    let [values, gradient] = [values, gradient].map(contiguous);
    let found = like(&values);
    let length = values.shape().num_elements();
    launch(Shader::ActivationGrad { activation, length }, &[&values, &gradient, &found]);
    found
}

/// See [`kernels::multiply`].
pub(super) fn multiply(a: &Floats, b: &Floats) -> Floats {
    let [a, b] = [a, b].map(contiguous);
    let y = like(&a);
    launch(Shader::Multiply { length: a.shape().num_elements() }, &[&a, &b, &y]);
    y
}
