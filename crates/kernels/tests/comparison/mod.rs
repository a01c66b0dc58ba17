//! Random values, and comparison with results in double precision.

use data::rng::Rng;

/// Returns values around 0.
pub fn random(seed: u64, len: usize) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    (0..len).map(|_| rng.normal() as f32).collect()
}

/// Compares sums of up to 800 products of magnitude 1. In single precision their error is about
/// 1e-5.
#[track_caller]
pub fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(*found) - expected).abs();
        assert!(
            difference <= 2e-5 * (1.0 + expected.abs()) * 4.0,
            "{what}, value {index}: {found}, expected {expected}, {difference:e} apart"
        );
    }
}

/// Computes the partial derivatives of a function by central differences.
pub fn numeric_gradient(at: &[f32], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut at: Vec<f64> = at.iter().map(|value| f64::from(*value)).collect();
    (0..at.len())
        .map(|i| {
            let (start, h) = (at[i], 1e-5);
            at[i] = start + h;
            let above = f(&at);
            at[i] = start - h;
            let below = f(&at);
            at[i] = start;
            (above - below) / (2.0 * h)
        })
        .collect()
}
