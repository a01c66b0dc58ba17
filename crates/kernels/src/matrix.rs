//! Products of matrices: of examples with one another, and through a dense layer.
//!
//! Both matrices are read row by row, so a product of two rows is a sum of products in the same
//! places. A block of four rows times two rows stays in registers; a stretch of the rows, packed in
//! the order of reading, stays in the cache. Stretches are added up in double precision: the rows
//! of features are long, and what is left of their products after centring may be small.

use wide::f32x4;

use crate::conv_weights::WeightGradients;
use crate::vectors::LANES;

/// Rows of the first matrix and of the second in a block: as many sums as fit beside their factors.
const ROWS: usize = 4;
const COLUMNS: usize = 2;

/// Values of a row in a stretch.
const STRETCH: usize = 256;

/// Examples whose gradients are multiplied at a time, so that sums take little memory.
const PORTION: usize = 64;

/// A·Bᵀ, `[n, m]`, from rows A `[n, width]` and B `[m, width]`: all inner products of rows.
pub fn products(a: &[f32], b: &[f32], width: usize) -> Vec<f32> {
    let columns = count(b, width);
    let mut sums = vec![0.0; count(a, width) * columns];
    for start in (0..width).step_by(STRETCH) {
        let b = packed::<COLUMNS>(b, width, start);
        for (rows, sums) in packed::<ROWS>(a, width, start)
            .chunks_exact(vectors(width, start))
            .zip(sums.chunks_mut((ROWS * columns).max(1)))
        {
            add_blocks(rows, &b, columns, sums);
        }
    }
    sums.into_iter().map(|sum| sum as f32).collect()
}

/// A·Aᵀ, `[n, n]`, the Gram matrix of rows `[n, width]`, at half the price of [`products`].
pub fn symmetric_products(a: &[f32], width: usize) -> Vec<f32> {
    let n = count(a, width);
    let mut sums = vec![0.0; n * n];
    for start in (0..width).step_by(STRETCH) {
        let vectors = vectors(width, start);
        let columns = packed::<COLUMNS>(a, width, start);
        for (block, (rows, sums)) in packed::<ROWS>(a, width, start)
            .chunks_exact(vectors)
            .zip(sums.chunks_mut((ROWS * n).max(1)))
            .enumerate()
        {
            // Up to the diagonal, whole blocks.
            let until = ((block + 1) * ROWS).div_ceil(COLUMNS) * vectors;
            add_blocks(rows, &columns[..until.min(columns.len())], n, sums);
        }
    }
    let mut found: Vec<f32> = sums.into_iter().map(|sum| sum as f32).collect();
    for row in 0..n {
        for column in row + 1..n {
            found[row * n + column] = found[column * n + row];
        }
    }
    found
}

/// A dense layer: `[batch, outputs]` from x `[batch, inputs]`, a weight `[inputs, outputs]` and a
/// bias `[outputs]`. Inputs that are 0, as half are after a ReLU, are passed over.
pub fn dense(x: &[f32], weight: &[f32], bias: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    assert_eq!((weight.len(), bias.len()), (inputs * outputs, outputs), "a layer's weights");
    let mut y = bias.repeat(count(x, inputs));
    // The inputs that are not 0 in a stretch, with their places in it, one example after another.
    let batch = count(x, inputs);
    let mut found = vec![(0, 0.0); batch * STRETCH.min(inputs)];
    let mut ends = vec![0; batch];
    for start in (0..inputs).step_by(STRETCH) {
        let end = (start + STRETCH).min(inputs);
        let mut len = 0;
        for (x, to) in x.chunks_exact(inputs).zip(&mut ends) {
            // Written in any case and kept or not: nobody can predict which inputs are 0.
            for (place, x) in x[start..end].iter().enumerate() {
                found[len] = (place, *x);
                len += usize::from(*x != 0.0);
            }
            *to = len;
        }
        let weight = &weight[start * outputs..end * outputs];
        let mut first = 0;
        while first < outputs {
            first += match (outputs - first).div_ceil(LANES) {
                1 => add_dense::<1>(&found, &ends, weight, [first, outputs], &mut y),
                2 => add_dense::<2>(&found, &ends, weight, [first, outputs], &mut y),
                3 => add_dense::<3>(&found, &ends, weight, [first, outputs], &mut y),
                _ => add_dense::<4>(&found, &ends, weight, [first, outputs], &mut y),
            };
        }
    }
    y
}

/// Gradient with respect to a dense layer's input, `[batch, inputs]`, from its weight
/// `[inputs, outputs]` and the gradient of its output `[batch, outputs]`.
pub fn dense_backward_input(
    weight: &[f32],
    gradient: &[f32],
    inputs: usize,
    outputs: usize,
) -> Vec<f32> {
    assert_eq!(weight.len(), inputs * outputs, "a layer's weights");
    let portions = gradient.chunks((PORTION * outputs).max(1));
    portions.flat_map(|gradient| products(gradient, weight, outputs)).collect()
}

/// Gradients with respect to a dense layer's weight `[inputs, outputs]` and bias `[outputs]`, summed
/// over the batch, from its input `[batch, inputs]` and the gradient of its output
/// `[batch, outputs]`.
pub fn dense_backward_weights(
    x: &[f32],
    gradient: &[f32],
    inputs: usize,
    outputs: usize,
) -> WeightGradients {
    let batch = count(gradient, outputs);
    assert_eq!(x.len(), batch * inputs, "as many examples as gradients");
    let mut bias = vec![0.0; outputs];
    for gradient in gradient.chunks_exact(outputs.max(1)) {
        bias.iter_mut().zip(gradient).for_each(|(sum, slope)| *sum += slope);
    }
    if batch == 0 {
        return WeightGradients { weight: vec![0.0; inputs * outputs], bias };
    }
    let weight = products(&transposed(x, inputs), &transposed(gradient, outputs), batch);
    WeightGradients { weight, bias }
}

/// How many rows there are.
fn count(values: &[f32], width: usize) -> usize {
    let count = values.len() / width.max(1);
    assert_eq!(values.len(), count * width, "whole rows");
    count
}

/// Vectors in the stretch from `start` on.
fn vectors(width: usize, start: usize) -> usize {
    (width - start).min(STRETCH).div_ceil(LANES)
}

/// A stretch of all rows, `[blocks of R rows, vectors, R]`, zeros where there is none.
fn packed<const R: usize>(values: &[f32], width: usize, start: usize) -> Vec<[f32x4; R]> {
    let vectors = vectors(width, start);
    let end = (start + STRETCH).min(width);
    let mut packed = vec![[f32x4::ZERO; R]; count(values, width).div_ceil(R) * vectors];
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

/// Adds the products of one block of rows with all blocks of the second matrix to `sums`, which are
/// as many rows as there are, `width` wide.
fn add_blocks(rows: &[[f32x4; ROWS]], all: &[[f32x4; COLUMNS]], width: usize, sums: &mut [f64]) {
    for (block, columns) in all.chunks_exact(rows.len()).enumerate() {
        let first = block * COLUMNS;
        let found = block_products(rows, columns);
        for (found, sums) in found.iter().zip(sums.chunks_exact_mut(width)) {
            for (found, sum) in found.iter().zip(&mut sums[first..]) {
                *sum += f64::from(found.reduce_add());
            }
        }
    }
}

#[inline(always)]
fn block_products(
    rows: &[[f32x4; ROWS]],
    columns: &[[f32x4; COLUMNS]],
) -> [[f32x4; COLUMNS]; ROWS] {
    let mut sums = [[f32x4::ZERO; COLUMNS]; ROWS];
    for (row, column) in rows.iter().zip(columns) {
        for r in 0..ROWS {
            for c in 0..COLUMNS {
                sums[r][c] += row[r] * column[c];
            }
        }
    }
    sums
}

/// Adds a stretch of inputs to `V` vectors of outputs from `first` on, for all examples. Returns how
/// many outputs these are.
fn add_dense<const V: usize>(
    found: &[(usize, f32)],
    ends: &[usize],
    weight: &[f32],
    [first, outputs]: [usize; 2],
    y: &mut [f32],
) -> usize {
    let wide = (V * LANES).min(outputs - first);
    // Side by side, so that they stay in the cache for all examples.
    let mut columns = [[f32x4::ZERO; V]; STRETCH];
    for (column, row) in columns.iter_mut().zip(weight.chunks_exact(outputs)) {
        let mut lanes = [[0.0; LANES]; V];
        lanes.as_flattened_mut()[..wide].copy_from_slice(&row[first..first + wide]);
        *column = lanes.map(f32x4::from);
    }
    let mut start = 0;
    for (end, y) in ends.iter().zip(y.chunks_exact_mut(outputs)) {
        // Two sums take turns, since each addition waits for the one before it.
        let mut sums = [[f32x4::ZERO; V]; 2];
        for pair in found[start..*end].chunks(2) {
            for ((input, x), sums) in pair.iter().zip(&mut sums) {
                let (x, column) = (f32x4::splat(*x), &columns[*input % STRETCH]);
                for vector in 0..V {
                    sums[vector] += x * column[vector];
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

/// `[width, n]` from rows `[n, width]`.
fn transposed(values: &[f32], width: usize) -> Vec<f32> {
    let n = count(values, width);
    let mut found = vec![0.0; values.len()];
    for (row, values) in values.chunks_exact(width.max(1)).enumerate() {
        for (column, value) in values.iter().enumerate() {
            found[column * n + row] = *value;
        }
    }
    found
}
