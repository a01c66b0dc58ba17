//! Activation functions, see [`kernels::Activation`].

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex};
use burn::tensor::Tensor;
use kernels::Activation;

use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Applies an activation function elementwise.
pub(crate) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    apply!(x; B => activation)
}

/// Computes the gradient before a ReLU from that after it, `gradient`, and the output of the ReLU,
/// if there is one.
pub(super) fn before_relu<B: Backend>(
    relu: bool,
    y: &FloatTensor<B>,
    gradient: FloatTensor<B>,
) -> FloatTensor<B>
where
    Activation: Operation<B, 1>,
{
    if !relu {
        return gradient;
    }
    let [found] = Operation::<B, 1>::backward(&Activation::Relu, [y], y, gradient, [true]);
    found.expect("the gradient of the only input")
}

impl Operation<Flex, 1> for Activation {
    fn forward(&self, [x]: [&cpu::Floats; 1]) -> cpu::Floats {
        cpu::like(x, Activation::forward(*self, &floats(x)))
    }

    fn backward(
        &self,
        [x]: [&cpu::Floats; 1],
        y: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 1],
    ) -> [Option<cpu::Floats>; 1] {
        let found = Activation::backward(*self, &floats(x), &floats(y), &floats(&gradient));
        [Some(cpu::like(x, found))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 1> for Activation {
    fn forward(&self, [x]: [&gpu::Floats; 1]) -> gpu::Floats {
        let x = gpu::contiguous(x);
        let y = gpu::like(&x);
        gpu::launch(Shader::Activate { activation: *self, length: gpu::count(&x) }, &[&x, &y]);
        y
    }

    fn backward(
        &self,
        [x]: [&gpu::Floats; 1],
        y: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 1],
    ) -> [Option<gpu::Floats>; 1] {
        // All gradients except that of GELU can be computed from the output.
        let values = if *self == Activation::Gelu { x } else { y };
        let [values, gradient] = [values, &gradient].map(gpu::contiguous);
        let found = gpu::like(&values);
        let shader = Shader::ActivationGrad { activation: *self, length: gpu::count(&values) };
        gpu::launch(shader, &[&values, &gradient, &found]);
        [Some(found)]
    }
}
