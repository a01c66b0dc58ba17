//! Nearest-neighbor upsampling, see [`kernels::NearestUpsample`].

use burn::backend::Flex;
use burn::tensor::Tensor;
use kernels::NearestUpsample;

use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Nearest-neighbor upsampling by 2: `[batch, channels, 2 height, 2 width]`.
pub(crate) fn nearest(x: Tensor<4>) -> Tensor<4> {
    let nearest = NearestUpsample { shape: x.dims() };
    apply!(x; B => nearest)
}

impl Operation<Flex, 1> for NearestUpsample {
    fn forward(&self, [x]: [&cpu::Floats; 1]) -> cpu::Floats {
        let [batch, channels, height, width] = self.shape;
        let y = NearestUpsample::forward(self, &floats(x));
        cpu::tensor(y, [batch, channels, 2 * height, 2 * width])
    }

    fn backward(
        &self,
        _: [&cpu::Floats; 1],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 1],
    ) -> [Option<cpu::Floats>; 1] {
        [Some(cpu::tensor(NearestUpsample::backward(self, &floats(&gradient)), self.shape))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 1> for NearestUpsample {
    fn forward(&self, [x]: [&gpu::Floats; 1]) -> gpu::Floats {
        let x = gpu::contiguous(x);
        let [batch, channels, height, width] = self.shape;
        let y = gpu::empty(&x, &[batch, channels, 2 * height, 2 * width]);
        gpu::launch(Shader::UpsampleNearest(*self), &[&x, &y]);
        y
    }

    fn backward(
        &self,
        _: [&gpu::Floats; 1],
        _: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 1],
    ) -> [Option<gpu::Floats>; 1] {
        let gradient = gpu::contiguous(&gradient);
        let found = gpu::empty(&gradient, &self.shape);
        gpu::launch(Shader::UpsampleNearestGrad(*self), &[&gradient, &found]);
        [Some(found)]
    }
}
