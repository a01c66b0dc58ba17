//! Matrix products: inner products of feature vectors, and dense layers with their gradients.
//!
//! Both matrices are stored by rows, and an entry of the product is the inner product of two rows.
//! A block of four rows times two rows stays in registers, and a block of the inner dimension,
//! packed in reading order, stays in the cache. The results of the blocks are added in double
//! precision, since the feature vectors are long and their inner products may be small after
//! centering.

use wide::f32x4;

use crate::conv_weights::WeightGradients;
use crate::vectors::{LANES, load, mul_add};

/// Number of rows of the first and of the second matrix in a register block: the largest block that
/// fits into the registers together with the factors.
const BLOCK_ROWS: usize = 4;
const BLOCK_COLUMNS: usize = 2;

/// Number of values per row in a block of the inner dimension.
const DEPTH_BLOCK: usize = 256;

/// Number of examples whose gradients are multiplied at a time, which limits the memory for sums.
const BATCH_BLOCK: usize = 64;

/// Computes A·Bᵀ, `[n, m]`, from rows A `[n, width]` and B `[m, width]`: all inner products of
/// their rows.
pub fn matmul_transposed(a: &[f32], b: &[f32], width: usize) -> Vec<f32> {
    let columns = row_count(b, width);
    let mut sums = vec![0.0; row_count(a, width) * columns];
    for start in (0..width).step_by(DEPTH_BLOCK) {
        let b = pack::<BLOCK_COLUMNS>(b, width, start);
        for (rows, sums) in pack::<BLOCK_ROWS>(a, width, start)
            .chunks_exact(block_vectors(width, start))
            .zip(sums.chunks_mut((BLOCK_ROWS * columns).max(1)))
        {
            add_blocks(rows, &b, columns, sums);
        }
    }
    sums.into_iter().map(|sum| sum as f32).collect()
}

/// Computes the Gram matrix A·Aᵀ, `[n, n]`, of rows `[n, width]`, at half the cost of
/// [`matmul_transposed`].
pub fn gram_matrix(a: &[f32], width: usize) -> Vec<f32> {
    let n = row_count(a, width);
    let mut sums = vec![0.0; n * n];
    for start in (0..width).step_by(DEPTH_BLOCK) {
        let vectors = block_vectors(width, start);
        let columns = pack::<BLOCK_COLUMNS>(a, width, start);
        for (block, (rows, sums)) in pack::<BLOCK_ROWS>(a, width, start)
            .chunks_exact(vectors)
            .zip(sums.chunks_mut((BLOCK_ROWS * n).max(1)))
            .enumerate()
        {
            // Only whole blocks up to the diagonal.
            let until = ((block + 1) * BLOCK_ROWS).div_ceil(BLOCK_COLUMNS) * vectors;
            add_blocks(rows, &columns[..until.min(columns.len())], n, sums);
        }
    }
    let mut gram: Vec<f32> = sums.into_iter().map(|sum| sum as f32).collect();
    for row in 0..n {
        for column in row + 1..n {
            gram[row * n + column] = gram[column * n + row];
        }
    }
    gram
}

/// Applies a dense layer: `[batch, outputs]` from x `[batch, inputs]`, a weight `[inputs, outputs]`
/// and a bias `[outputs]`. Inputs that are 0 (about half of them after a ReLU) are skipped.
pub fn dense(x: &[f32], weight: &[f32], bias: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    assert_eq!((weight.len(), bias.len()), (inputs * outputs, outputs), "a layer's weights");
    let mut y = bias.repeat(row_count(x, inputs));
    // Nonzero inputs within a block, with their positions in it, one example after another.
    let batch = row_count(x, inputs);
    let mut nonzero = vec![(0, 0.0); batch * DEPTH_BLOCK.min(inputs)];
    let mut ends = vec![0; batch];
    for start in (0..inputs).step_by(DEPTH_BLOCK) {
        let end = (start + DEPTH_BLOCK).min(inputs);
        let mut len = 0;
        for (x, to) in x.chunks_exact(inputs).zip(&mut ends) {
            // Branch-free compaction, since it is unpredictable which inputs are 0.
            for (place, x) in x[start..end].iter().enumerate() {
                nonzero[len] = (place, *x);
                len += usize::from(*x != 0.0);
            }
            *to = len;
        }
        let weight = &weight[start * outputs..end * outputs];
        let mut first = 0;
        while first < outputs {
            first += match (outputs - first).div_ceil(LANES) {
                1 => add_dense::<1>(&nonzero, &ends, weight, [first, outputs], &mut y),
                2 => add_dense::<2>(&nonzero, &ends, weight, [first, outputs], &mut y),
                3 => add_dense::<3>(&nonzero, &ends, weight, [first, outputs], &mut y),
                _ => add_dense::<4>(&nonzero, &ends, weight, [first, outputs], &mut y),
            };
        }
    }
    y
}

/// Computes the gradient with respect to the input of a dense layer, `[batch, inputs]`, from its
/// weight `[inputs, outputs]` and the gradient of its output, `[batch, outputs]`.
pub fn dense_backward_input(
    weight: &[f32],
    gradient: &[f32],
    inputs: usize,
    outputs: usize,
) -> Vec<f32> {
    assert_eq!(weight.len(), inputs * outputs, "a layer's weights");
    let portions = gradient.chunks((BATCH_BLOCK * outputs).max(1));
    portions.flat_map(|gradient| matmul_transposed(gradient, weight, outputs)).collect()
}

/// Computes the gradients with respect to the weight `[inputs, outputs]` and bias `[outputs]` of a
/// dense layer, summed over the batch, from its input `[batch, inputs]` and the gradient of its
/// output, `[batch, outputs]`.
pub fn dense_backward_weights(
    x: &[f32],
    gradient: &[f32],
    inputs: usize,
    outputs: usize,
) -> WeightGradients {
    let mut weight = vec![0.0; inputs * outputs];
    dense_weight_gradient(x, gradient, [inputs, outputs], |first, rows| {
        weight[first..first + rows.len()].copy_from_slice(rows);
    });
    WeightGradients { weight, bias: dense_backward_bias(gradient, outputs) }
}

/// Computes the gradient with respect to the bias `[outputs]` of a dense layer, summed over the batch,
/// from the gradient of its output, `[batch, outputs]`.
pub fn dense_backward_bias(gradient: &[f32], outputs: usize) -> Vec<f32> {
    let mut bias = vec![0.0; outputs];
    for gradient in gradient.chunks_exact(outputs.max(1)) {
        bias.iter_mut().zip(gradient).for_each(|(sum, grad)| *sum += grad);
    }
    bias
}

/// Computes the gradient of a dense layer's weights as [`dense_backward_weights`], some rows at a time:
/// calls `each` with the place of the first value and the values of the rows, which can be used while they
/// are in the cache. It is not called for an empty batch, whose gradient is 0.
pub fn dense_weight_gradient(
    x: &[f32],
    gradient: &[f32],
    [inputs, outputs]: [usize; 2],
    mut each: impl FnMut(usize, &[f32]),
) {
    const WIDE: usize = VECTORS * LANES;
    let batch = row_count(gradient, outputs);
    assert_eq!(x.len(), batch * inputs, "as many examples as gradients");
    if x.is_empty() || gradient.is_empty() {
        return;
    }
    let padded_width = outputs.next_multiple_of(WIDE);
    let mut padded = vec![0.0; batch * padded_width];
    for (to, from) in padded.chunks_exact_mut(padded_width).zip(gradient.chunks_exact(outputs)) {
        to[..outputs].copy_from_slice(from);
    }
    let mut rows = vec![0.0; GRADIENT_ROWS.min(inputs) * outputs];
    for first_input in (0..inputs).step_by(GRADIENT_ROWS) {
        let count = GRADIENT_ROWS.min(inputs - first_input);
        let rows = &mut rows[..count * outputs];
        outer_products(x, &padded, [inputs, first_input, outputs], rows);
        each(first_input * outputs, rows);
    }
}

/// Number of inputs whose gradients are computed at a time. An even number.
const GRADIENT_ROWS: usize = 16;

/// Number of vectors of outputs in a block of an outer product.
const VECTORS: usize = 4;

/// Computes some rows of xᵀ·g, from `first_input` on, `[rows, outputs]`, from x `[batch, inputs]` and g
/// `[batch, outputs]` with zeros up to a multiple of the width of a block, neither of them empty. The sums
/// over the batch of a block of two inputs times four vectors of outputs stay in registers: unlike a
/// general product, it writes the large result once and packs only g.
fn outer_products(
    x: &[f32],
    padded: &[f32],
    [inputs, first_input, outputs]: [usize; 3],
    products: &mut [f32],
) {
    const WIDE: usize = VECTORS * LANES;
    let padded_width = outputs.next_multiple_of(WIDE);
    for (block, rows) in products.chunks_mut(2 * outputs).enumerate() {
        let first_input = first_input + 2 * block;
        // The last input may be alone. Its products are then computed twice.
        let second_input = (first_input + 1).min(inputs - 1);
        for first in (0..outputs).step_by(WIDE) {
            let mut sums = [[f32x4::ZERO; VECTORS]; 2];
            for (x, gradient) in x.chunks_exact(inputs).zip(padded.chunks_exact(padded_width)) {
                let gradient = &gradient[first..][..WIDE];
                // Not an array: LLVM would fill each lane of its vectors in memory, anew for each use.
                let first_factor = f32x4::splat(x[first_input]);
                let second_factor = f32x4::splat(x[second_input]);
                for vector in 0..VECTORS {
                    let gradient = load(&gradient[vector * LANES..]);
                    sums[0][vector] = mul_add(first_factor, gradient, sums[0][vector]);
                    sums[1][vector] = mul_add(second_factor, gradient, sums[1][vector]);
                }
            }
            let end = outputs.min(first + WIDE);
            for (row, sums) in rows.chunks_exact_mut(outputs).zip(sums) {
                let sums = sums.map(f32x4::to_array);
                row[first..end].copy_from_slice(&sums.as_flattened()[..end - first]);
            }
        }
    }
}

/// Returns the number of rows.
fn row_count(values: &[f32], width: usize) -> usize {
    let count = values.len() / width.max(1);
    assert_eq!(values.len(), count * width, "whole rows");
    count
}

/// Returns the number of vectors in the block that begins at `start`.
fn block_vectors(width: usize, start: usize) -> usize {
    (width - start).min(DEPTH_BLOCK).div_ceil(LANES)
}

/// Packs a block of the inner dimension of all rows, `[blocks of R rows, vectors, R]`, with zeros
/// beyond the last row.
fn pack<const R: usize>(values: &[f32], width: usize, start: usize) -> Vec<[f32x4; R]> {
    let vectors = block_vectors(width, start);
    let end = (start + DEPTH_BLOCK).min(width);
    let mut packed = vec![[f32x4::ZERO; R]; row_count(values, width).div_ceil(R) * vectors];
    for (row, values) in values.chunks_exact(width).enumerate() {
        let block = &mut packed[row / R * vectors..][..vectors];
        for (place, values) in block.iter_mut().zip(values[start..end].chunks(LANES)) {
            let mut lanes = [0.0; LANES];
            lanes[..values.len()].copy_from_slice(values);
            place[row % R] = f32x4::from(lanes);
        }
    }
    packed
}

/// Adds the products of one block of rows with all blocks of the second matrix to `sums`, which
/// contains the rows that exist, each of length `width`.
fn add_blocks(
    rows: &[[f32x4; BLOCK_ROWS]],
    all: &[[f32x4; BLOCK_COLUMNS]],
    width: usize,
    sums: &mut [f64],
) {
    for (block, columns) in all.chunks_exact(rows.len()).enumerate() {
        let first = block * BLOCK_COLUMNS;
        let products = block_products(rows, columns);
        for (products, sums) in products.iter().zip(sums.chunks_exact_mut(width)) {
            for (product, sum) in products.iter().zip(&mut sums[first..]) {
                *sum += f64::from(product.reduce_add());
            }
        }
    }
}

#[inline(always)]
fn block_products(
    rows: &[[f32x4; BLOCK_ROWS]],
    columns: &[[f32x4; BLOCK_COLUMNS]],
) -> [[f32x4; BLOCK_COLUMNS]; BLOCK_ROWS] {
    let mut sums = [[f32x4::ZERO; BLOCK_COLUMNS]; BLOCK_ROWS];
    for (row, column) in rows.iter().zip(columns) {
        for r in 0..BLOCK_ROWS {
            for c in 0..BLOCK_COLUMNS {
                sums[r][c] = mul_add(row[r], column[c], sums[r][c]);
            }
        }
    }
    sums
}

/// Adds a block of inputs to `V` vectors of outputs starting at `first`, for all examples. Returns
/// the number of these outputs.
fn add_dense<const V: usize>(
    nonzero: &[(usize, f32)],
    ends: &[usize],
    weight: &[f32],
    [first, outputs]: [usize; 2],
    y: &mut [f32],
) -> usize {
    let wide = (V * LANES).min(outputs - first);
    // Contiguous, so that it stays in the cache for all examples.
    let mut columns = [[f32x4::ZERO; V]; DEPTH_BLOCK];
    for (column, row) in columns.iter_mut().zip(weight.chunks_exact(outputs)) {
        let mut lanes = [[0.0; LANES]; V];
        lanes.as_flattened_mut()[..wide].copy_from_slice(&row[first..first + wide]);
        *column = lanes.map(f32x4::from);
    }
    let mut start = 0;
    for (end, y) in ends.iter().zip(y.chunks_exact_mut(outputs)) {
        // Two alternating sums, since each addition depends on the previous one.
        let mut sums = [[f32x4::ZERO; V]; 2];
        for pair in nonzero[start..*end].chunks(2) {
            for ((input, x), sums) in pair.iter().zip(&mut sums) {
                let (x, column) = (f32x4::splat(*x), &columns[*input % DEPTH_BLOCK]);
                for vector in 0..V {
                    sums[vector] = mul_add(x, column[vector], sums[vector]);
                }
            }
        }
        start = *end;
        let sums: [[f32; LANES]; V] =
            std::array::from_fn(|vector| (sums[0][vector] + sums[1][vector]).to_array());
        for (y, sum) in y[first..first + wide].iter_mut().zip(sums.as_flattened()) {
            *y += sum;
        }
    }
    wide
}
