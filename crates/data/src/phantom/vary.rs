//! Random variation between bodies.

use crate::rng::Rng;

/// Source of the random values by which bodies differ.
pub struct Vary<'a>(pub &'a mut Rng);

impl Vary<'_> {
    /// Draws uniformly within `spread` of `center`.
    pub fn about(&mut self, center: f32, spread: f32) -> f32 {
        center + spread * (2.0 * self.0.uniform() as f32 - 1.0)
    }

    /// Draws uniformly between two values.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0.uniform_in(f64::from(low), f64::from(high)) as f32
    }

    /// Returns true with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.uniform() < probability
    }
}
