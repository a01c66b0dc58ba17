//! Helpers for 128-bit SIMD vectors.

use wide::f32x4;

/// Number of floats in a vector register.
pub(crate) const LANES: usize = 4;

/// Loads the first [`LANES`] values of a slice.
#[inline(always)]
pub(crate) fn load(values: &[f32]) -> f32x4 {
    f32x4::from([values[0], values[1], values[2], values[3]])
}

/// Returns the sum of `f` over pairs of values. Both slices must have the same length.
#[inline(always)]
pub(crate) fn sum_of(a: &[f32], b: &[f32], f: impl Fn(f32x4, f32x4) -> f32x4) -> f32 {
    let mut sums = [f32x4::ZERO; 2];
    let (mut firsts, mut seconds) = (a.chunks_exact(2 * LANES), b.chunks_exact(2 * LANES));
    for (a, b) in (&mut firsts).zip(&mut seconds) {
        sums[0] += f(load(a), load(b));
        sums[1] += f(load(&a[LANES..]), load(&b[LANES..]));
    }
    let rest = firsts.remainder().iter().zip(seconds.remainder());
    let rest = rest.map(|(a, b)| f(f32x4::splat(*a), f32x4::splat(*b)).to_array()[0]);
    (sums[0] + sums[1]).reduce_add() + rest.sum::<f32>()
}

/// Returns the sum of the values.
#[inline(always)]
pub(crate) fn sum(values: &[f32]) -> f32 {
    sum_of(values, values, |value, _| value)
}
