//! Helpers for 128-bit SIMD vectors.

use wide::f32x4;

/// Number of floats in a vector register.
pub(crate) const LANES: usize = 4;

/// Loads the first [`LANES`] values of a slice.
///
/// They are read as one value: of overlapping vectors made of single values, the compiler shares the
/// values, and builds each vector lane by lane, which takes as long as the arithmetic.
#[inline(always)]
pub(crate) fn load(values: &[f32]) -> f32x4 {
    bytemuck::pod_read_unaligned(bytemuck::cast_slice(&values[..LANES]))
}

/// Returns a·b + c. Where the build has relaxed SIMD, the browser may round once instead of twice: with
/// the fused multiply-add that most processors have, at half the cost.
#[inline(always)]
pub(crate) fn mul_add(a: f32x4, b: f32x4, c: f32x4) -> f32x4 {
    #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
    return bytemuck::cast(core::arch::wasm32::f32x4_relaxed_madd(
        bytemuck::cast(a),
        bytemuck::cast(b),
        bytemuck::cast(c),
    ));
    #[cfg(not(all(target_arch = "wasm32", target_feature = "relaxed-simd")))]
    return a * b + c;
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
