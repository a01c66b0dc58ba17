//! Dense layers on a GPU, and Adam.

use burn::backend::Cube;
use kernels::Adam;

use super::launch::{contiguous, empty, launch};
use super::shader::Shader;
use super::{BUSY, Floats};
use crate::ops::{Dense, Operation};

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
    fn split(self) -> Self {
        let [tall, wide] = Self::TILE;
        let threads = self.rows.div_ceil(tall) * self.columns.div_ceil(wide);
        let parts = (BUSY / threads).clamp(1, self.terms.div_ceil(TERMS));
        Self { parts, ..self }
    }
}

/// The product of two tensors, with a bias a column where there is one.
fn multiply(product: Product, left: &Floats, right: &Floats, bias: Option<&Floats>) -> Floats {
    let product = product.split();
    let Product { rows, columns, parts, .. } = product;
    let sums = empty(left, &[parts, rows, columns]);
    launch(Shader::Product(product), &[left, right, &sums]);
    let y = empty(left, &[rows, columns]);
    let shader = Shader::Gather { parts, rows, columns, bias: bias.is_some() };
    match bias {
        Some(bias) => launch(shader, &[&sums, bias, &y]),
        None => launch(shader, &[&sums, &y]),
    }
    y
}

impl Operation<Cube> for Dense {
    fn forward(&self, x: &Floats, weight: &Floats, bias: &Floats) -> Floats {
        let Self { batch, inputs, outputs } = *self;
        let [x, weight, bias] = [x, weight, bias].map(contiguous);
        let product = Product {
            rows: batch,
            columns: outputs,
            terms: inputs,
            left: [inputs, 1],
            right: [outputs, 1],
            parts: 1,
        };
        multiply(product, &x, &weight, Some(&bias))
    }

    fn through(&self, _y: &Floats, gradient: Floats) -> Floats {
        gradient
    }

    fn backward_input(&self, weight: &Floats, gradient: &Floats) -> Floats {
        let Self { batch, inputs, outputs } = *self;
        let [weight, gradient] = [weight, gradient].map(contiguous);
        let product = Product {
            rows: batch,
            columns: inputs,
            terms: outputs,
            left: [outputs, 1],
            right: [1, outputs],
            parts: 1,
        };
        multiply(product, &gradient, &weight, None)
    }

    fn backward_weights(&self, x: &Floats, gradient: &Floats) -> [Floats; 2] {
        let Self { batch, inputs, outputs } = *self;
        let [x, gradient] = [x, gradient].map(contiguous);
        let product = Product {
            rows: inputs,
            columns: outputs,
            terms: batch,
            left: [1, inputs],
            right: [outputs, 1],
            parts: 1,
        };
        let weight = multiply(product, &x, &gradient, None);
        let bias = empty(&x, &[outputs]);
        // The sum over the batch, as over parts of a product of one row.
        let shader = Shader::Gather { parts: batch, rows: 1, columns: outputs, bias: false };
        launch(shader, &[&gradient, &bias]);
        [weight, bias]
    }
}

/// See [`kernels::adam_step`]: the updated parameter and both means. `scalars` are those of
/// [`Adam::scalars`].
pub(crate) fn adam_step(
    adam: Adam,
    [parameter, gradient, mean, square, scalars]: [&Floats; 5],
    shape: &[usize],
) -> [Floats; 3] {
    let [parameter, gradient, mean, square] = [parameter, gradient, mean, square].map(contiguous);
    let found = [(); 3].map(|()| empty(&parameter, shape));
    let shader = Shader::Adam {
        length: shape.iter().product(),
        beta_1: adam.beta_1.to_bits(),
        beta_2: adam.beta_2.to_bits(),
    };
    let [new_parameter, new_mean, new_square] = &found;
    let tensors =
        [&parameter, &gradient, &mean, &square, scalars, new_parameter, new_mean, new_square];
    launch(shader, &tensors);
    found
}
