//! Average pooling over windows and over whole images, see [`kernels::AveragePool`] and
//! [`kernels::GlobalAveragePool`].

use burn::backend::Flex;
use burn::tensor::Tensor;
use kernels::{AveragePool, GlobalAveragePool};

use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Average pooling over windows of `side`×`side` pixels: `[batch, channels, height/side,
/// width/side]`.
pub(crate) fn average_pool(x: Tensor<4>, side: usize) -> Tensor<4> {
    let pool = AveragePool { shape: x.dims(), side };
    apply!(x; B => pool)
}

/// Average over the pixels of each channel: `[batch, channels]` from
/// `[batch, channels, height, width]`.
pub(crate) fn global_average_pool(x: Tensor<4>) -> Tensor<2> {
    let pool = GlobalAveragePool { shape: x.dims() };
    apply!(x; B => pool)
}

impl Operation<Flex, 1> for AveragePool {
    fn forward(&self, [x]: [&cpu::Floats; 1]) -> cpu::Floats {
        let ([batch, channels, ..], [rows, columns]) = (self.shape, self.output_size());
        cpu::tensor(AveragePool::forward(self, &floats(x)), [batch, channels, rows, columns])
    }

    fn backward(
        &self,
        _: [&cpu::Floats; 1],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 1],
    ) -> [Option<cpu::Floats>; 1] {
        [Some(cpu::tensor(AveragePool::backward(self, &floats(&gradient)), self.shape))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 1> for AveragePool {
    fn forward(&self, [x]: [&gpu::Floats; 1]) -> gpu::Floats {
        let x = gpu::contiguous(x);
        let ([batch, channels, ..], [rows, columns]) = (self.shape, self.output_size());
        let y = gpu::empty(&x, &[batch, channels, rows, columns]);
        gpu::launch(Shader::AveragePool(*self), &[&x, &y]);
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
        gpu::launch(Shader::AveragePoolGrad(*self), &[&gradient, &found]);
        [Some(found)]
    }
}

impl Operation<Flex, 1> for GlobalAveragePool {
    fn forward(&self, [x]: [&cpu::Floats; 1]) -> cpu::Floats {
        let [batch, channels, ..] = self.shape;
        cpu::tensor(GlobalAveragePool::forward(self, &floats(x)), [batch, channels])
    }

    fn backward(
        &self,
        _: [&cpu::Floats; 1],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 1],
    ) -> [Option<cpu::Floats>; 1] {
        [Some(cpu::tensor(GlobalAveragePool::backward(self, &floats(&gradient)), self.shape))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 1> for GlobalAveragePool {
    fn forward(&self, [x]: [&gpu::Floats; 1]) -> gpu::Floats {
        let x = gpu::contiguous(x);
        let [batch, channels, ..] = self.shape;
        let y = gpu::empty(&x, &[batch, channels]);
        gpu::launch(Shader::GlobalAveragePool(*self), &[&x, &y]);
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
        gpu::launch(Shader::GlobalAveragePoolGrad(*self), &[&gradient, &found]);
        [Some(found)]
    }
}
