//! Dense layers on a GPU.

use burn::backend::Cube;
use burn::backend::ops::FloatTensorOps;

use super::launch::{contiguous, empty, launch};
use super::shader::Shader;
use super::{BUSY, Floats};
use crate::ops::{Dense, Kernels, Operation};

/// Terms of a sum that one thread adds up at least, where a sum is split.
const TERMS: usize = 64;

/// A product of matrices, `[rows, columns]`, of `terms` products each. The steps lead from an entry
/// to the next, along the output and along the terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Product {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) terms: usize,
    /// Of the left matrix: from row to row, from term to term.
    pub(super) left: [usize; 2],
    /// Of the right matrix: from term to term, from column to column.
    pub(super) right: [usize; 2],
    /// Parts that the sums are split into.
    pub(super) parts: usize,
}

impl Product {
    /// Rows and columns that a thread computes.
    pub(super) const TILE: [usize; 2] = [8, 4];

    /// Split into as many parts as keep a GPU busy.
    fn new([rows, terms, columns]: [usize; 3], left: [usize; 2], right: [usize; 2]) -> Self {
        let [tall, wide] = Self::TILE;
        let threads = rows.div_ceil(tall) * columns.div_ceil(wide);
        let parts = (BUSY / threads).clamp(1, terms.div_ceil(TERMS));
        Self { rows, columns, terms, left, right, parts }
    }
}

/// The product of two tensors.
fn multiply(product: Product, left: &Floats, right: &Floats) -> Floats {
    let Product { rows, columns, parts, .. } = product;
    let sums = empty(left, &[parts, rows, columns]);
    launch(Shader::Product(product), &[left, right, &sums]);
    if parts == 1 {
        return Cube::float_reshape(sums, vec![rows, columns].into());
    }
    let y = empty(left, &[rows, columns]);
    let shader = Shader::Gather { parts, rows, columns, bias: false, relu: false };
    launch(shader, &[&sums, &y]);
    y
}

impl Operation<Cube> for Dense {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let Self { batch, inputs, outputs, relu } = *self;
        let [x, weight, bias] = [x, weight, bias].map(contiguous);
        let product = Product::new([batch, inputs, outputs], [inputs, 1], [outputs, 1]);
        let Product { rows, columns, parts, .. } = product;
        let sums = empty(&x, &[parts, rows, columns]);
        launch(Shader::Product(product), &[&x, &weight, &sums]);
        let y = empty(&x, &[rows, columns]);
        let shader = Shader::Gather { parts, rows, columns, bias: true, relu };
        launch(shader, &[&sums, &bias, &y]);
        y
    }

    fn through(&self, y: &Floats, gradient: Floats) -> Floats {
        if self.relu { Cube::relu_gradient(y, &gradient) } else { gradient }
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        let Self { batch, inputs, outputs, .. } = *self;
        let [weight, gradient] = [weight, gradient].map(contiguous);
        let product = Product::new([batch, outputs, inputs], [outputs, 1], [1, outputs]);
        multiply(product, &gradient, &weight)
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let Self { batch, inputs, outputs, .. } = *self;
        let [x, gradient] = [x, gradient].map(contiguous);
        let product = Product::new([inputs, batch, outputs], [1, inputs], [outputs, 1]);
        let weight = multiply(product, &x, &gradient);
        let bias = empty(&x, &[outputs]);
        // The sum over the batch, as over parts of a product of one row.
        let shader =
            Shader::Gather { parts: batch, rows: 1, columns: outputs, bias: false, relu: false };
        launch(shader, &[&gradient, &bias]);
        [weight, bias]
    }
}
