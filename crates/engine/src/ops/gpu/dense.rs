//! Dense layers on a GPU.

use burn::backend::Cube;
use burn::backend::ops::FloatTensorOps;
use shaders::{MatMul, Shader};

use super::launch::{Floats, contiguous, empty, launch};
use crate::ops::backend::Kernels;
use crate::ops::linear::{Dense, LinearOp};

/// Computes the matrix product of two tensors.
fn matmul(product: MatMul, left: &Floats, right: &Floats) -> Floats {
    let MatMul { rows, columns, parts, .. } = product;
    let sums = empty(left, &[parts, rows, columns]);
    launch(Shader::MatMul(product), &[left, right, &sums]);
    if parts == 1 {
        return Cube::float_reshape(sums, vec![rows, columns].into());
    }
    let y = empty(left, &[rows, columns]);
    let shader = Shader::ReduceSplitK { parts, rows, columns, bias: false, relu: false };
    launch(shader, &[&sums, &y]);
    y
}

impl LinearOp<Cube> for Dense {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let Self { batch, inputs, outputs, relu } = *self;
        let [x, weight, bias] = [x, weight, bias].map(contiguous);
        let product = MatMul::new([batch, inputs, outputs], [inputs, 1], [outputs, 1]);
        let MatMul { rows, columns, parts, .. } = product;
        let sums = empty(&x, &[parts, rows, columns]);
        launch(Shader::MatMul(product), &[&x, &weight, &sums]);
        let y = empty(&x, &[rows, columns]);
        let shader = Shader::ReduceSplitK { parts, rows, columns, bias: true, relu };
        launch(shader, &[&sums, &bias, &y]);
        y
    }

    fn backward_activation(&self, y: &Floats, gradient: Floats) -> Floats {
        if self.relu { Cube::relu_grad(y, &gradient) } else { gradient }
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        let Self { batch, inputs, outputs, .. } = *self;
        let [weight, gradient] = [weight, gradient].map(contiguous);
        let product = MatMul::new([batch, outputs, inputs], [outputs, 1], [1, outputs]);
        matmul(product, &gradient, &weight)
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let Self { batch, inputs, outputs, .. } = *self;
        let [x, gradient] = [x, gradient].map(contiguous);
        let product = MatMul::new([inputs, batch, outputs], [1, inputs], [outputs, 1]);
        let weight = matmul(product, &x, &gradient);
        let bias = empty(&x, &[outputs]);
        // The sum over the batch is computed like the split sum of a matrix product with one row.
        let shader = Shader::ReduceSplitK {
            parts: batch,
            rows: 1,
            columns: outputs,
            bias: false,
            relu: false,
        };
        launch(shader, &[&gradient, &bias]);
        [weight, bias]
    }
}
