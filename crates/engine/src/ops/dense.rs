//! Dense layers.

use burn::backend::Flex;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::Tensor;
#[cfg(feature = "gpu")]
use shaders::MatMul;

use super::activation::before_relu;
use super::cpu::{self, floats};
#[cfg(feature = "gpu")]
use super::gpu::launch::{self as gpu, Cube, Shader};
use super::operation::{Operation, apply};

/// Dense layer x·W + b, optionally followed by ReLU: `[batch, out]` from `[batch, in]`, `[in, out]`
/// and `[out]`.
pub(crate) fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, relu: bool) -> Tensor<2> {
    let ([batch, inputs], [_, outputs]) = (x.dims(), weight.dims());
    apply!(x, weight, bias; B => Dense { batch, inputs, outputs, relu })
}

/// Shape of a dense layer applied to a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dense {
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Whether ReLU follows.
    pub(super) relu: bool,
}

impl Operation<Flex, 3> for Dense {
    fn forward(&self, [x, weight, bias]: [&cpu::Floats; 3]) -> cpu::Floats {
        assert_eq!(floats(x).len(), self.batch * self.inputs, "a row an image");
        let mut y = Flex::float_matmul(x.clone(), weight.clone());
        let bias = floats(bias);
        for row in y.storage_mut::<f32>().chunks_exact_mut(self.outputs) {
            for (y, bias) in row.iter_mut().zip(bias.iter()) {
                let sum = *y + bias;
                *y = if self.relu && sum < 0.0 { 0.0 } else { sum };
            }
        }
        y
    }

    fn backward(
        &self,
        [x, weight, _]: [&cpu::Floats; 3],
        y: &cpu::Floats,
        gradient: cpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<cpu::Floats>; 3] {
        let gradient = before_relu::<Flex>(self.relu, y, gradient);
        let x_grad = to_x.then(|| Flex::float_matmul(gradient.clone(), weight.transpose(0, 1)));
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let weight_grad = Flex::float_matmul(x.transpose(0, 1), gradient.clone());
        let mut bias_grad = vec![0.0; self.outputs];
        for row in floats(&gradient).chunks_exact(self.outputs) {
            for (sum, gradient) in bias_grad.iter_mut().zip(row) {
                *sum += gradient;
            }
        }
        [x_grad, Some(weight_grad), Some(cpu::tensor(bias_grad, [self.outputs]))]
    }
}

#[cfg(feature = "gpu")]
impl Operation<Cube, 3> for Dense {
    fn forward(&self, tensors: [&gpu::Floats; 3]) -> gpu::Floats {
        let Self { batch, inputs, outputs, relu } = *self;
        let [x, weight, bias] = tensors.map(gpu::contiguous);
        let product = MatMul::new([batch, inputs, outputs], [inputs, 1], [outputs, 1]);
        let MatMul { rows, columns, parts, .. } = product;
        let sums = gpu::empty(&x, &[parts, rows, columns]);
        gpu::launch(Shader::MatMul(product), &[&x, &weight, &sums]);
        let y = gpu::empty(&x, &[rows, columns]);
        let shader = Shader::ReduceSplitK { parts, rows, columns, bias: true, relu };
        gpu::launch(shader, &[&sums, &bias, &y]);
        y
    }

    fn backward(
        &self,
        [x, weight, _]: [&gpu::Floats; 3],
        y: &gpu::Floats,
        gradient: gpu::Floats,
        [to_x, to_weight, to_bias]: [bool; 3],
    ) -> [Option<gpu::Floats>; 3] {
        let Self { batch, inputs, outputs, .. } = *self;
        let gradient = before_relu::<Cube>(self.relu, y, gradient);
        let [x, weight, gradient] = [x, weight, &gradient].map(gpu::contiguous);
        let x_grad = to_x.then(|| {
            let product = MatMul::new([batch, outputs, inputs], [outputs, 1], [1, outputs]);
            matmul(product, &gradient, &weight)
        });
        if !to_weight && !to_bias {
            return [x_grad, None, None];
        }
        let product = MatMul::new([inputs, batch, outputs], [1, inputs], [outputs, 1]);
        let weight_grad = matmul(product, &x, &gradient);
        let bias_grad = gpu::empty(&x, &[outputs]);
        // The sum over the batch is computed like the split sum of a matrix product with one row.
        let (parts, rows, columns) = (batch, 1, outputs);
        let shader = Shader::ReduceSplitK { parts, rows, columns, bias: false, relu: false };
        gpu::launch(shader, &[&gradient, &bias_grad]);
        [x_grad, Some(weight_grad), Some(bias_grad)]
    }
}

/// Computes the matrix product of two tensors.
#[cfg(feature = "gpu")]
fn matmul(product: MatMul, left: &gpu::Floats, right: &gpu::Floats) -> gpu::Floats {
    let MatMul { rows, columns, parts, .. } = product;
    let sums = gpu::empty(left, &[parts, rows, columns]);
    gpu::launch(Shader::MatMul(product), &[left, right, &sums]);
    if parts == 1 {
        return Cube::float_reshape(sums, vec![rows, columns].into());
    }
    let y = gpu::empty(left, &[rows, columns]);
    let shader = Shader::ReduceSplitK { parts, rows, columns, bias: false, relu: false };
    gpu::launch(shader, &[&sums, &y]);
    y
}
