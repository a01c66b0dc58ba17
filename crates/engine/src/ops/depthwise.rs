//! Depthwise convolution, see [`kernels::DepthwiseConv`].

use burn::backend::Flex;
use burn::tensor::Tensor;
use kernels::{DepthwiseConv, Epilogue};

use super::activation::before_relu;
use super::convolution::ConvOptions;
#[cfg(feature = "gpu")]
use super::convolution::summed_gradients;
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Depthwise convolution with zero padding, optionally followed by ReLU: `[batch, channels, …]` from
/// `[batch, channels, height, width]`, `[channels, 1, kernel, kernel]` and `[channels]`.
pub(crate) fn depthwise(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    options: ConvOptions,
    relu: bool,
) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let [_, _, kernel, _] = weight.dims();
    let (size, ConvOptions { stride, padding }) = ([height, width], options);
    let conv = DepthwiseConv { batch, channels, size, kernel, stride, padding };
    apply!(x, weight, bias; B => Depthwise { conv, relu })
}

/// A depthwise convolution, optionally followed by ReLU.
#[derive(Clone, Debug)]
pub(super) struct Depthwise {
    pub(super) conv: DepthwiseConv,
    pub(super) relu: bool,
}

impl Operation<Flex, 3> for Depthwise {
    fn forward(&self, [x, weight, bias]: [&cpu::Floats; 3]) -> cpu::Floats {
        let end = if self.relu { Epilogue::Relu } else { Epilogue::None };
        let y = self.conv.forward(&floats(x), &floats(weight), &floats(bias), end);
        let [height, width] = self.conv.output_size();
        cpu::tensor(y, [self.conv.batch, self.conv.channels, height, width])
    }

    fn backward(
        &self,
        [x, weight, _]: [&cpu::Floats; 3],
        y: &cpu::Floats,
        gradient: cpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<cpu::Floats>; 3] {
        let DepthwiseConv { batch, channels, size: [height, width], kernel, .. } = self.conv;
        let gradient = before_relu::<Flex>(self.relu, y, gradient);
        let x_grad = to_x.then(|| {
            let found = self.conv.backward_input(&floats(weight), &floats(&gradient));
            cpu::tensor(found, [batch, channels, height, width])
        });
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let found = self.conv.backward_weights(&floats(x), &floats(&gradient));
        let weight_grad = cpu::tensor(found.weight, [channels, 1, kernel, kernel]);
        [x_grad, Some(weight_grad), Some(cpu::tensor(found.bias, [channels]))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 3> for Depthwise {
    fn forward(&self, inputs: [&gpu::Floats; 3]) -> gpu::Floats {
        let Self { conv, relu } = *self;
        let [x, weight, bias] = inputs.map(gpu::contiguous);
        let [height, width] = conv.output_size();
        let y = gpu::empty(&x, &[conv.batch, conv.channels, height, width]);
        gpu::launch(Shader::DepthwiseConv { conv, relu }, &[&x, &weight, &bias, &y]);
        y
    }

    fn backward(
        &self,
        [x, weight, _]: [&gpu::Floats; 3],
        y: &gpu::Floats,
        gradient: gpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<gpu::Floats>; 3] {
        let conv = self.conv;
        let DepthwiseConv { batch, channels, size: [height, width], kernel, .. } = conv;
        let gradient = before_relu::<Cube>(self.relu, y, gradient);
        let [x, weight, gradient] = [x, weight, &gradient].map(gpu::contiguous);
        let x_grad = to_x.then(|| {
            let found = gpu::empty(&gradient, &[batch, channels, height, width]);
            gpu::launch(Shader::DepthwiseInputGrad(conv), &[&gradient, &weight, &found]);
            found
        });
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let parts = shaders::depthwise_parts(&conv);
        let shader = Shader::DepthwiseWeightGrad { conv, parts };
        let shape = [channels, 1, kernel, kernel];
        let [weight_grad, bias_grad] =
            summed_gradients(shader, batch * parts, shape, [x, gradient]);
        [x_grad, Some(weight_grad), Some(bias_grad)]
    }
}
