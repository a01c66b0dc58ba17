//! Convolution, see [`kernels::Conv`].

use burn::backend::Flex;
use burn::tensor::Tensor;
use kernels::{Conv, Epilogue};

use super::activation::before_relu;
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Where a kernel is placed on an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConvOptions {
    /// Distance between neighboring places in pixels.
    pub(crate) stride: usize,
    /// Zero padding in pixels on each side.
    pub(crate) padding: usize,
}

/// Convolution with zero padding, optionally followed by ReLU: `[batch, out, …]` from
/// `[batch, in, height, width]`, `[out, in, kernel, kernel]` and `[out]`.
pub(crate) fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    options: ConvOptions,
    relu: bool,
) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let [outputs, _, kernel, _] = weight.dims();
    let (size, ConvOptions { stride, padding }) = ([height, width], options);
    let conv = Conv { batch, inputs, outputs, size, kernel, stride, padding };
    apply!(x, weight, bias; B => Convolution { conv, relu })
}

/// A convolution, optionally followed by ReLU.
#[derive(Clone, Debug)]
pub(super) struct Convolution {
    pub(super) conv: Conv,
    pub(super) relu: bool,
}

impl Operation<Flex, 3> for Convolution {
    fn forward(&self, [x, weight, bias]: [&cpu::Floats; 3]) -> cpu::Floats {
        let end = if self.relu { Epilogue::Relu } else { Epilogue::None };
        let y = self.conv.forward(&floats(x), &floats(weight), &floats(bias), end);
        let [height, width] = self.conv.output_size();
        cpu::tensor(y, [self.conv.batch, self.conv.outputs, height, width])
    }

    fn backward(
        &self,
        [x, weight, _]: [&cpu::Floats; 3],
        y: &cpu::Floats,
        gradient: cpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<cpu::Floats>; 3] {
        let Conv { batch, inputs, outputs, size: [height, width], kernel, .. } = self.conv;
        let gradient = before_relu::<Flex>(self.relu, y, gradient);
        let x_grad = to_x.then(|| {
            let found = self.conv.backward_input(&floats(weight), &floats(&gradient));
            cpu::tensor(found, [batch, inputs, height, width])
        });
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let found = self.conv.backward_weights(&floats(x), &floats(&gradient));
        let weight_grad = cpu::tensor(found.weight, [outputs, inputs, kernel, kernel]);
        [x_grad, Some(weight_grad), Some(cpu::tensor(found.bias, [outputs]))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 3> for Convolution {
    fn forward(&self, inputs: [&gpu::Floats; 3]) -> gpu::Floats {
        let Self { conv, relu } = *self;
        let [x, weight, bias] = inputs.map(gpu::contiguous);
        let [height, width] = conv.output_size();
        let y = gpu::empty(&x, &[conv.batch, conv.outputs, height, width]);
        let shader = Shader::Conv { conv, flipped: false, bias: true, relu };
        gpu::launch(shader, &[&x, &weight, &bias, &y]);
        y
    }

    fn backward(
        &self,
        [x, weight, _]: [&gpu::Floats; 3],
        y: &gpu::Floats,
        gradient: gpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<gpu::Floats>; 3] {
        let Conv { batch, inputs, size: [height, width], .. } = self.conv;
        let gradient = gpu::contiguous(&before_relu::<Cube>(self.relu, y, gradient));
        let x_grad = to_x.then(|| {
            let found = gpu::empty(&gradient, &[batch, inputs, height, width]);
            let shader = Shader::conv_input_grad(self.conv);
            gpu::launch(shader, &[&gradient, &gpu::contiguous(weight), &found]);
            found
        });
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let [weight_grad, bias_grad] = weight_gradients(&self.conv, x, &gradient);
        [x_grad, Some(weight_grad), Some(bias_grad)]
    }
}

/// Computes the gradients of kernels and bias on a GPU.
#[cfg(feature = "gpu")]
pub(super) fn weight_gradients(
    conv: &Conv,
    x: &gpu::Floats,
    gradient: &gpu::Floats,
) -> [gpu::Floats; 2] {
    let Conv { batch, inputs, outputs, kernel, .. } = *conv;
    let parts = shaders::conv_parts(conv);
    let shader = Shader::ConvWeightGrad { conv: *conv, parts };
    let shape = [outputs, inputs, kernel, kernel];
    summed_gradients(shader, batch * parts, shape, [x, gradient].map(gpu::contiguous))
}

/// Computes the gradients of kernels of a shape, and of the bias, with a shader that sums them in
/// chunks.
#[cfg(feature = "gpu")]
pub(super) fn summed_gradients(
    shader: Shader,
    chunks: usize,
    shape: [usize; 4],
    [x, gradient]: [gpu::Floats; 2],
) -> [gpu::Floats; 2] {
    let (kernels, outputs) = (shape.iter().product::<usize>(), shape[0]);
    let sums = gpu::empty(&x, &[chunks, kernels + outputs]);
    gpu::launch(shader, &[&x, &gradient, &sums]);
    let weight = gpu::empty(&x, &shape);
    let bias = gpu::empty(&x, &[outputs]);
    gpu::launch(Shader::ReduceWeightGrad { chunks, kernels, outputs }, &[&sums, &weight, &bias]);
    [weight, bias]
}
