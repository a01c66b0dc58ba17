//! Transposed convolution with 2×2 kernels and stride 2, see [`kernels::TransposedConv`].

use burn::backend::Flex;
use burn::tensor::Tensor;
#[cfg(feature = "gpu")]
use kernels::Conv;
use kernels::TransposedConv;

#[cfg(feature = "gpu")]
use super::convolution::weight_gradients;
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Transposed convolution with 2×2 kernels and stride 2: `[batch, out, 2 height, 2 width]` from
/// `[batch, in, height, width]`, `[in, out, 2, 2]` and `[out]`.
pub(crate) fn upsample(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [_, outputs, ..] = weight.dims();
    let operation = TransposedConv { batch, inputs, outputs, size: [height, width] };
    apply!(x, weight, bias; B => operation)
}

impl Operation<Flex, 3> for TransposedConv {
    fn forward(&self, [x, weight, bias]: [&cpu::Floats; 3]) -> cpu::Floats {
        let y = TransposedConv::forward(self, &floats(x), &floats(weight), &floats(bias));
        cpu::tensor(y, [self.batch, self.outputs, 2 * self.size[0], 2 * self.size[1]])
    }

    fn backward(
        &self,
        [x, weight, _]: [&cpu::Floats; 3],
        _: &cpu::Floats,
        gradient: cpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<cpu::Floats>; 3] {
        let Self { batch, inputs, outputs, size: [height, width] } = *self;
        let gradient = floats(&gradient);
        let x_grad = to_x.then(|| {
            let found = self.backward_input(&floats(weight), &gradient);
            cpu::tensor(found, [batch, inputs, height, width])
        });
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let found = self.backward_weights(&floats(x), &gradient);
        let weight_grad = cpu::tensor(found.weight, [inputs, outputs, 2, 2]);
        [x_grad, Some(weight_grad), Some(cpu::tensor(found.bias, [outputs]))]
    }
}

/// As on the CPU, it is a 1×1 convolution with four times the channels, followed by a pixel shuffle.
#[cfg(feature = "gpu")]
impl Operation<Cube, 3> for TransposedConv {
    fn forward(&self, inputs: [&gpu::Floats; 3]) -> gpu::Floats {
        let TransposedConv { batch, outputs, size: [height, width], .. } = *self;
        let [x, weight, bias] = inputs.map(gpu::contiguous);
        let parts = gpu::empty(&x, &[batch, 4 * outputs, height, width]);
        // Kernels `[inputs, outputs·4]` have the layout of those of the input gradient.
        let conv = pointwise_conv(self);
        let shader = Shader::Conv { conv, flipped: true, bias: false, relu: false };
        gpu::launch(shader, &[&x, &weight, &parts]);
        let y = gpu::empty(&x, &[batch, outputs, 2 * height, 2 * width]);
        gpu::launch(Shader::PixelShuffle(*self), &[&parts, &bias, &y]);
        y
    }

    fn backward(
        &self,
        [x, weight, _]: [&gpu::Floats; 3],
        _: &gpu::Floats,
        gradient: gpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<gpu::Floats>; 3] {
        let Self { batch, inputs, outputs, size: [height, width] } = *self;
        let conv = pointwise_conv(self);
        let gradient = gpu::contiguous(&gradient);
        // The four pixels of each 2×2 square become four channels.
        let parts = gpu::empty(&gradient, &[batch, 4 * outputs, height, width]);
        gpu::launch(Shader::PixelUnshuffle(*self), &[&gradient, &parts]);
        let x_grad = to_x.then(|| {
            let found = gpu::empty(&parts, &[batch, inputs, height, width]);
            let conv = conv.transposed();
            let shader = Shader::Conv { conv, flipped: false, bias: false, relu: false };
            gpu::launch(shader, &[&parts, &gpu::contiguous(weight), &found]);
            found
        });
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let found = weight_gradients(&conv, x, &parts);
        let weight_grad = gpu::empty(x, &[inputs, outputs, 2, 2]);
        let bias_grad = gpu::empty(x, &[outputs]);
        let shader = Shader::UpsampleWeightGrad { inputs, outputs };
        gpu::launch(shader, &[&found[0], &found[1], &weight_grad, &bias_grad]);
        [x_grad, Some(weight_grad), Some(bias_grad)]
    }
}

/// Returns the convolution that computes the four pixels of each 2×2 square as four channels.
#[cfg(feature = "gpu")]
fn pointwise_conv(upsample: &TransposedConv) -> Conv {
    let TransposedConv { batch, inputs, outputs, size } = *upsample;
    Conv { batch, inputs, outputs: 4 * outputs, size, kernel: 1, stride: 1, padding: 0 }
}
