//! Elementwise sums, for residual blocks, see [`kernels::add`].

use burn::backend::Flex;
use burn::tensor::Tensor;

use super::activation::before_relu;
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Adds two tensors of the same shape, optionally followed by ReLU.
pub(crate) fn add<const D: usize>(a: Tensor<D>, b: Tensor<D>, relu: bool) -> Tensor<D> {
    apply!(a, b; B => Add { relu })
}

/// A sum, optionally followed by ReLU.
#[derive(Clone, Debug)]
pub(super) struct Add {
    pub(super) relu: bool,
}

impl Operation<Flex, 2> for Add {
    fn forward(&self, [a, b]: [&cpu::Floats; 2]) -> cpu::Floats {
        cpu::like(a, kernels::add(&floats(a), &floats(b), self.relu))
    }

    fn backward(
        &self,
        _: [&cpu::Floats; 2],
        y: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 2],
    ) -> [Option<cpu::Floats>; 2] {
        let gradient = before_relu::<Flex>(self.relu, y, gradient);
        [Some(gradient.clone()), Some(gradient)]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 2> for Add {
    fn forward(&self, inputs: [&gpu::Floats; 2]) -> gpu::Floats {
        let [a, b] = inputs.map(gpu::contiguous);
        let y = gpu::like(&a);
        let shader = Shader::Add { length: gpu::count(&a), relu: self.relu };
        gpu::launch(shader, &[&a, &b, &y]);
        y
    }

    fn backward(
        &self,
        _: [&gpu::Floats; 2],
        y: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 2],
    ) -> [Option<gpu::Floats>; 2] {
        let gradient = before_relu::<Cube>(self.relu, y, gradient);
        [Some(gradient.clone()), Some(gradient)]
    }
}
