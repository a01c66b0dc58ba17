//! Dropout with a precomputed mask.

use burn::backend::Flex;
use burn::tensor::{Tensor, TensorData};

use super::backend::primitive;
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Multiplies each value by its factor in the mask.
pub(crate) fn dropout<const D: usize>(x: Tensor<D>, factors: Vec<f32>) -> Tensor<D> {
    let factors = TensorData::new(factors, x.dims());
    let factors = Tensor::<D>::from_data(factors, &x.device().inner());
    apply!(x; B => Dropout { factors: primitive::<B, D>(factors) })
}

/// A mask of factors.
#[derive(Clone, Debug)]
pub(super) struct Dropout<F> {
    pub(super) factors: F,
}

impl Operation<Flex, 1> for Dropout<cpu::Floats> {
    fn forward(&self, [x]: [&cpu::Floats; 1]) -> cpu::Floats {
        cpu::like(x, kernels::multiply(&floats(x), &floats(&self.factors)))
    }

    fn backward(
        &self,
        _: [&cpu::Floats; 1],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 1],
    ) -> [Option<cpu::Floats>; 1] {
        [Some(Operation::<Flex, 1>::forward(self, [&gradient]))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 1> for Dropout<gpu::Floats> {
    fn forward(&self, [x]: [&gpu::Floats; 1]) -> gpu::Floats {
        let [x, factors] = [x, &self.factors].map(gpu::contiguous);
        let y = gpu::like(&x);
        gpu::launch(Shader::Multiply { length: gpu::count(&x) }, &[&x, &factors, &y]);
        y
    }

    fn backward(
        &self,
        _: [&gpu::Floats; 1],
        _: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 1],
    ) -> [Option<gpu::Floats>; 1] {
        [Some(Operation::<Cube, 1>::forward(self, [&gradient]))]
    }
}
