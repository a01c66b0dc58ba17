//! The operations on the CPU: the crate [`kernels`], connected to burn's CPU backend.

use std::borrow::Cow;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use kernels::{
    Activation, BatchNorm, Concat, Conv, Epilogue, Loss, NearestUpsample, NormParameters, Pool,
    TransposedConv,
};

use super::backend::Kernels;
use super::linear::{Dense, LinearOp};
use super::unary_op::UnaryOp;

/// A tensor of the CPU backend.
pub(crate) type Floats = FloatTensor<Flex>;

impl Kernels for Flex {
    fn conv(conv: &Conv, relu: bool, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let end = if relu { Epilogue::Relu } else { Epilogue::None };
        let y = conv.forward(&floats(x), &floats(weight), &floats(bias), end);
        let [height, width] = conv.output_size();
        tensor(y, [conv.batch, conv.outputs, height, width])
    }

    fn conv_backward_input(conv: &Conv, weight: &Floats, gradient: &Floats) -> Floats {
        let [height, width] = conv.size;
        let found = conv.backward_input(&floats(weight), &floats(gradient));
        tensor(found, [conv.batch, conv.inputs, height, width])
    }

    fn conv_backward_weights(conv: &Conv, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let found = conv.backward_weights(&floats(x), &floats(gradient));
        let shape = [conv.outputs, conv.inputs, conv.kernel, conv.kernel];
        [tensor(found.weight, shape), tensor(found.bias, [conv.outputs])]
    }

    fn relu_grad(y: &Floats, gradient: &Floats) -> Floats {
        like(y, kernels::relu_backward(&floats(y), &floats(gradient)))
    }

    fn multiply(a: &Floats, b: &Floats) -> Floats {
        like(a, kernels::multiply(&floats(a), &floats(b)))
    }

    fn gather_rows(table: &Floats, width: usize, indices: &[usize]) -> Floats {
        tensor(kernels::gather_rows(&floats(table), width, indices), [indices.len(), width])
    }

    fn concat(join: &Concat, shape: [usize; 4], a: &Floats, b: &Floats) -> Floats {
        tensor(join.forward(&floats(a), &floats(b)), shape)
    }

    fn split(join: &Concat, shapes: [[usize; 4]; 2], gradient: &Floats) -> [Floats; 2] {
        let [a, b] = join.backward(&floats(gradient));
        [tensor(a, shapes[0]), tensor(b, shapes[1])]
    }

    fn norm_statistics(norm: &BatchNorm, x: &Floats, running: [&Floats; 2]) -> [Floats; 4] {
        let [mean, variance] = norm.statistics(&floats(x));
        let [old_mean, old_variance] = running.map(floats);
        let [new_mean, new_variance] =
            norm.updated_running([&old_mean, &old_variance], [&mean, &variance]);
        [mean, variance, new_mean, new_variance].map(|values| tensor(values, [norm.channels]))
    }

    fn norm(norm: &BatchNorm, x: &Floats, by: [&Floats; 4]) -> Floats {
        let [mean, variance, scale, shift] = by.map(floats);
        let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
        like(x, norm.forward(&floats(x), &by))
    }

    fn norm_backward(
        norm: &BatchNorm,
        [x, y, gradient]: [&Floats; 3],
        by: [&Floats; 4],
    ) -> [Floats; 3] {
        let [mean, variance, scale, shift] = by.map(floats);
        let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
        let found = norm.backward(&floats(x), &floats(y), &floats(gradient), &by);
        let channels = [norm.channels];
        [like(x, found.x), tensor(found.scale, channels), tensor(found.shift, channels)]
    }

    fn loss(loss: &Loss, [logits, targets, weights]: [&Floats; 3]) -> [Floats; 2] {
        let sums = loss.sums(&floats(logits), &floats(targets), &floats(weights));
        let count = sums.len();
        [tensor(vec![loss.value(&sums)], [1]), tensor(sums, [count])]
    }

    fn loss_backward(
        loss: &Loss,
        [logits, targets, weights, sums, gradient]: [&Floats; 5],
    ) -> Floats {
        let gradient = floats(gradient)[0];
        let [values, targets, weights, sums] = [logits, targets, weights, sums].map(floats);
        like(logits, loss.backward(&values, &targets, &weights, &sums, gradient))
    }
}

impl UnaryOp<Flex> for Pool {
    fn forward(&self, x: &Floats) -> Floats {
        let ([batch, channels, ..], [rows, columns]) = (self.shape, self.output_size());
        tensor(Pool::forward(self, &floats(x)), [batch, channels, rows, columns])
    }

    fn backward(&self, x: &Floats, _y: &Floats, gradient: &Floats) -> Floats {
        tensor(Pool::backward(self, &floats(x), &floats(gradient)), self.shape)
    }
}

impl UnaryOp<Flex> for Activation {
    fn forward(&self, x: &Floats) -> Floats {
        like(x, Activation::forward(*self, &floats(x)))
    }

    fn backward(&self, x: &Floats, y: &Floats, gradient: &Floats) -> Floats {
        like(x, Activation::backward(*self, &floats(x), &floats(y), &floats(gradient)))
    }
}

impl UnaryOp<Flex> for NearestUpsample {
    fn forward(&self, x: &Floats) -> Floats {
        let [batch, channels, height, width] = self.shape;
        tensor(NearestUpsample::forward(self, &floats(x)), [batch, channels, 2 * height, 2 * width])
    }

    fn backward(&self, _x: &Floats, _y: &Floats, gradient: &Floats) -> Floats {
        tensor(NearestUpsample::backward(self, &floats(gradient)), self.shape)
    }
}

impl LinearOp<Flex> for TransposedConv {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let y = TransposedConv::forward(self, &floats(x), &floats(weight), &floats(bias));
        tensor(y, [self.batch, self.outputs, 2 * self.size[0], 2 * self.size[1]])
    }

    fn backward_activation(&self, _y: &Floats, gradient: Floats) -> Floats {
        gradient
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        let found = TransposedConv::backward_input(self, &floats(weight), &floats(gradient));
        tensor(found, [self.batch, self.inputs, self.size[0], self.size[1]])
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let found = TransposedConv::backward_weights(self, &floats(x), &floats(gradient));
        let shape = [self.inputs, self.outputs, 2, 2];
        [tensor(found.weight, shape), tensor(found.bias, [self.outputs])]
    }
}

impl LinearOp<Flex> for Dense {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
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

    fn backward_activation(&self, y: &Floats, gradient: Floats) -> Floats {
        if self.relu { Flex::relu_grad(y, &gradient) } else { gradient }
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        Flex::float_matmul(gradient.clone(), weight.transpose(0, 1))
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let weight = Flex::float_matmul(x.transpose(0, 1), gradient.clone());
        let mut bias = vec![0.0; self.outputs];
        for row in floats(gradient).chunks_exact(self.outputs) {
            for (sum, gradient) in bias.iter_mut().zip(row) {
                *sum += gradient;
            }
        }
        [weight, tensor(bias, [self.outputs])]
    }
}

/// Returns the values of a tensor in row-major order.
pub(crate) fn floats(tensor: &Floats) -> Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(values) => Cow::Borrowed(values),
        None => {
            let copy = tensor.to_contiguous();
            Cow::Owned(copy.as_slice::<f32>().expect("contiguous floats").to_vec())
        }
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Floats {
    Floats::from_data(TensorData::new(values, shape))
}

/// Creates a tensor with the shape of another one.
fn like(tensor: &Floats, values: Vec<f32>) -> Floats {
    Floats::from_data(TensorData::new(values, tensor.shape()))
}
