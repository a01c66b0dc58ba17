//! Concatenation along channels, for skip connections, see [`kernels::Concat`].

use burn::backend::Flex;
use burn::tensor::Tensor;

use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Concatenates along channels: `[batch, a + b, height, width]` from `[batch, a, height, width]`
/// and `[batch, b, height, width]`.
pub(crate) fn concat(a: Tensor<4>, b: Tensor<4>) -> Tensor<4> {
    let concat = Concat { shapes: [a.dims(), b.dims()] };
    apply!(a, b; B => concat)
}

/// Shapes of the two concatenated batches.
#[derive(Clone, Debug)]
pub(super) struct Concat {
    pub(super) shapes: [[usize; 4]; 2],
}

impl Concat {
    fn kernel(&self) -> kernels::Concat {
        let lengths = self.shapes.map(|shape| shape[1..].iter().product());
        kernels::Concat { batch: self.shapes[0][0], lengths }
    }

    fn output_shape(&self) -> [usize; 4] {
        let [[batch, a, height, width], [_, b, ..]] = self.shapes;
        [batch, a + b, height, width]
    }
}

impl Operation<Flex, 2> for Concat {
    fn forward(&self, [a, b]: [&cpu::Floats; 2]) -> cpu::Floats {
        cpu::tensor(self.kernel().forward(&floats(a), &floats(b)), self.output_shape())
    }

    fn backward(
        &self,
        _: [&cpu::Floats; 2],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        _: [bool; 2],
    ) -> [Option<cpu::Floats>; 2] {
        let [a, b] = self.kernel().backward(&floats(&gradient));
        [Some(cpu::tensor(a, self.shapes[0])), Some(cpu::tensor(b, self.shapes[1]))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 2> for Concat {
    fn forward(&self, inputs: [&gpu::Floats; 2]) -> gpu::Floats {
        let [a, b] = inputs.map(gpu::contiguous);
        let y = gpu::empty(&a, &self.output_shape());
        gpu::launch(Shader::Concat(self.kernel()), &[&a, &b, &y]);
        y
    }

    fn backward(
        &self,
        _: [&gpu::Floats; 2],
        _: &gpu::Floats,
        gradient: gpu::Floats,
        _: [bool; 2],
    ) -> [Option<gpu::Floats>; 2] {
        let gradient = gpu::contiguous(&gradient);
        let found = self.shapes.map(|shape| gpu::empty(&gradient, &shape));
        gpu::launch(Shader::Split(self.kernel()), &[&gradient, &found[0], &found[1]]);
        found.map(Some)
    }
}
