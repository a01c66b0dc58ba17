//! Max-pooling, see [`kernels::Pool`].

use burn::backend::Flex;
use burn::tensor::Tensor;
use kernels::Pool;

use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Max-pooling over windows of `side`×`side` pixels, optionally followed by ReLU: `[batch,
/// channels, height/side, width/side]`.
pub(crate) fn pool(x: Tensor<4>, side: usize, relu: bool) -> Tensor<4> {
    let pool = Pool { shape: x.dims(), side, relu };
    apply!(x; B => pool)
}

impl Operation<Flex, 1> for Pool {
    fn forward(&self, [x]: [&cpu::Floats; 1]) -> cpu::Floats {
        let ([batch, channels, ..], [rows, columns]) = (self.shape, self.output_size());
        cpu::tensor(Pool::forward(self, &floats(x)), [batch, channels, rows, columns])
    }

    fn backward(
        &self,
        [x]: [&cpu::Floats; 1],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 1],
    ) -> [Option<cpu::Floats>; 1] {
        let found = Pool::backward(self, &floats(x), &floats(&gradient));
        [Some(cpu::tensor(found, self.shape))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 1> for Pool {
    fn forward(&self, [x]: [&gpu::Floats; 1]) -> gpu::Floats {
        let x = gpu::contiguous(x);
        let ([batch, channels, ..], [rows, columns]) = (self.shape, self.output_size());
        let y = gpu::empty(&x, &[batch, channels, rows, columns]);
        gpu::launch(Shader::Pool(*self), &[&x, &y]);
        y
    }

    fn backward(
        &self,
        [x]: [&gpu::Floats; 1],
        _: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 1],
    ) -> [Option<gpu::Floats>; 1] {
        let [x, gradient] = [x, &gradient].map(gpu::contiguous);
        let found = gpu::empty(&x, &self.shape);
        gpu::launch(Shader::PoolGrad(*self), &[&x, &gradient, &found]);
        [Some(found)]
    }
}
