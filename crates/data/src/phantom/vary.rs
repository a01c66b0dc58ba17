//! How bodies differ from each other.

use crate::rng::Rng;

/// A value that varies between bodies: its middle, and how far it strays.
pub struct Vary<'a>(pub &'a mut Rng);

impl Vary<'_> {
    /// Evenly within `stray` of the middle.
    pub fn about(&mut self, middle: f32, stray: f32) -> f32 {
        middle + stray * (2.0 * self.0.uniform() as f32 - 1.0)
    }

    /// Evenly between two values.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0.uniform_in(f64::from(low), f64::from(high)) as f32
    }

    /// True in that share of all draws.
    pub fn chance(&mut self, share: f64) -> bool {
        self.0.uniform() < share
    }
}
