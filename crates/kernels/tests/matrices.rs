//! Compares matrix products with their definition, computed in double precision.

use data::rng::Rng;
use kernels::{
    dense, dense_backward_input, dense_backward_weights, gram_matrix, matmul_transposed,
};

fn random(seed: u64, len: usize) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    (0..len).map(|_| rng.normal() as f32).collect()
}

/// Computes A·Bᵀ by definition, and the same product of absolute values.
fn by_definition(a: &[f32], b: &[f32], width: usize) -> Vec<[f64; 2]> {
    let pairs = a.chunks(width).flat_map(|a| b.chunks(width).map(move |b| (a, b)));
    pairs
        .map(|(a, b)| {
            let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
            products.fold([0.0, 0.0], |[sum, size], p| [sum + p, size + p.abs()])
        })
        .collect()
}

/// Checks that each value is within `bound` times the sum of the absolute products.
#[track_caller]
fn assert_within(found: &[f32], expected: &[[f64; 2]], bound: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, [expected, size])) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(*found) - expected).abs();
        assert!(
            difference <= bound * size,
            "{what}, value {index}: {found}, expected {expected}, {difference:e} apart"
        );
    }
}

const EPSILON: f64 = f32::EPSILON as f64;

#[test]
fn products_of_rows_are_what_they_are_by_definition() {
    // Whole and partial blocks of rows, of vectors and of the inner dimension.
    for (n, m, width) in
        [(1, 1, 1), (4, 2, 256), (5, 3, 7), (9, 11, 300), (3, 6, 1025), (12, 1, 513)]
    {
        let (a, b) = (random(1, n * width), random(2, m * width));
        let name = format!("{n}x{m}x{width}");
        // A lane adds 64 products, and each addition has an error of at most half an epsilon.
        let bound = 34.0 * EPSILON;
        let expected = by_definition(&a, &b, width);
        assert_within(&matmul_transposed(&a, &b, width), &expected, bound, &name);
        let expected = by_definition(&a, &a, width);
        let found = gram_matrix(&a, width);
        assert_within(&found, &expected, bound, &name);
        for (row, column) in (0..n).flat_map(|row| (0..n).map(move |column| (row, column))) {
            assert_eq!(found[row * n + column], found[column * n + row], "{name} is symmetric");
        }
    }
}

#[test]
fn products_of_long_rows_keep_their_digits() {
    // All values have the same sign, so a plain sum in single precision would be off by tens of
    // epsilons.
    let width = 16_000;
    let positive =
        |seed| -> Vec<f32> { random(seed, 3 * width).into_iter().map(|x| 3.0 + x).collect() };
    let (a, b) = (positive(3), positive(4));
    let expected = by_definition(&a, &b, width);
    assert_within(&matmul_transposed(&a, &b, width), &expected, 1.5 * EPSILON, "products");
    let expected = by_definition(&a, &a, width);
    assert_within(&gram_matrix(&a, width), &expected, 1.5 * EPSILON, "Gram matrix");
}

#[test]
fn nothing_times_nothing_is_nothing() {
    assert!(matmul_transposed(&[], &[], 5).is_empty());
    assert!(matmul_transposed(&[1.0, 2.0], &[], 2).is_empty());
    assert!(gram_matrix(&[], 0).is_empty());
    assert!(dense(&[], &[1.0; 6], &[0.0; 3], 2, 3).is_empty());
    assert!(dense_backward_input(&[1.0; 6], &[], 2, 3).is_empty());
    assert_eq!(dense_backward_weights(&[], &[], 2, 3).weight, [0.0; 6]);
}

#[test]
fn what_is_no_number_stays_in_its_row() {
    let mut a = vec![1.0; 5 * 6];
    a[6] = f32::NAN;
    let found = gram_matrix(&a, 6);
    for (index, value) in found.iter().enumerate() {
        assert_eq!(value.is_nan(), index / 5 == 1 || index % 5 == 1, "{index}");
    }
    assert!(dense(&[0.0, f32::NAN], &[1.0; 2], &[0.0], 2, 1)[0].is_nan());
}

#[test]
fn dense_layers_and_their_gradients_are_what_they_are_by_definition() {
    for (batch, inputs, outputs) in [(1, 1, 1), (3, 20, 10), (70, 33, 3), (2, 301, 37), (5, 6, 16)]
    {
        let name = format!("{batch}x{inputs}x{outputs}");
        // About half of them are zero, as after a ReLU.
        let x: Vec<f32> = random(5, batch * inputs).into_iter().map(|x| x.max(0.0)).collect();
        let (weight, bias) = (random(6, inputs * outputs), random(7, outputs));
        let gradient = random(8, batch * outputs);

        let mut y: Vec<[f64; 2]> = (0..batch)
            .flat_map(|_| bias.iter().map(|bias| [f64::from(*bias), f64::from(bias.abs())]))
            .collect();
        let mut to_x = vec![[0.0; 2]; x.len()];
        let mut to_weight = vec![[0.0; 2]; weight.len()];
        let mut to_bias = vec![[0.0; 2]; outputs];
        let add = |sum: &mut [f64; 2], a: f32, b: f32| {
            let product = f64::from(a) * f64::from(b);
            *sum = [sum[0] + product, sum[1] + product.abs()];
        };
        for (example, output) in (0..batch).flat_map(|e| (0..outputs).map(move |o| (e, o))) {
            let g = gradient[example * outputs + output];
            add(&mut to_bias[output], g, 1.0);
            for input in 0..inputs {
                let (at, place) = (example * inputs + input, input * outputs + output);
                add(&mut y[example * outputs + output], x[at], weight[place]);
                add(&mut to_x[at], weight[place], g);
                add(&mut to_weight[place], x[at], g);
            }
        }
        // Up to 301 products in two sums, and each addition has an error of at most half an
        // epsilon.
        let bound = 80.0 * EPSILON;
        assert_within(&dense(&x, &weight, &bias, inputs, outputs), &y, bound, &name);
        let found = dense_backward_input(&weight, &gradient, inputs, outputs);
        assert_within(&found, &to_x, bound, &name);
        let found = dense_backward_weights(&x, &gradient, inputs, outputs);
        assert_within(&found.weight, &to_weight, bound, &name);
        assert_within(&found.bias, &to_bias, bound, &name);
    }
}
