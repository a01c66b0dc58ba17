//! The operations on the CPU: the crate [`kernels`] behind burn's CPU backend.

use std::borrow::Cow;

use burn::backend::Flex;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::tensor::TensorData;
use kernels::{Conv, Epilogue, Upsample};

use super::{Dense, Kernels, Operation};

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

    fn pool(x: &Floats, [batch, channels, height, width]: [usize; 4]) -> Floats {
        let y = kernels::pool(&floats(x), [height, width]);
        tensor(y, [batch, channels, height / 2, width / 2])
    }

    fn pool_backward(x: &Floats, shape: [usize; 4], gradient: &Floats) -> Floats {
        let size = [shape[2], shape[3]];
        tensor(kernels::pool_backward(&floats(x), size, &floats(gradient)), shape)
    }
}

impl Operation<Flex> for Upsample {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let y = Upsample::forward(self, &floats(x), &floats(weight), &floats(bias));
        tensor(y, [self.batch, self.outputs, 2 * self.size[0], 2 * self.size[1]])
    }

    fn through(&self, _y: &Floats, gradient: Floats) -> Floats {
        gradient
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        let found = Upsample::backward_input(self, &floats(weight), &floats(gradient));
        tensor(found, [self.batch, self.inputs, self.size[0], self.size[1]])
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let found = Upsample::backward_weights(self, &floats(x), &floats(gradient));
        let shape = [self.inputs, self.outputs, 2, 2];
        [tensor(found.weight, shape), tensor(found.bias, [self.outputs])]
    }
}

impl Operation<Flex> for Dense {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        assert_eq!(floats(x).len(), self.batch * self.inputs, "a row an image");
        let mut y = Flex::float_matmul(x.clone(), weight.clone());
        let bias = floats(bias);
        for row in y.storage_mut::<f32>().chunks_exact_mut(self.outputs) {
            for (y, bias) in row.iter_mut().zip(bias.iter()) {
                *y += bias;
            }
        }
        y
    }

    fn through(&self, _y: &Floats, gradient: Floats) -> Floats {
        gradient
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        Flex::float_matmul(gradient.clone(), weight.transpose(0, 1))
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let weight = Flex::float_matmul(x.transpose(0, 1), gradient.clone());
        let mut bias = vec![0.0; self.outputs];
        for row in floats(gradient).chunks_exact(self.outputs) {
            for (sum, slope) in bias.iter_mut().zip(row) {
                *sum += slope;
            }
        }
        [weight, tensor(bias, [self.outputs])]
    }
}

/// A tensor's values, row by row.
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
