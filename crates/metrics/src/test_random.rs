//! Random numbers for tests.

/// Returns a linear congruential generator with the constants of Knuth's MMIX, as `draw` of
/// [`bootstrap`](crate::bootstrap()).
pub(crate) fn generator(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |n| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % n as u64) as usize
    }
}
