//! Dead units: units of a layer whose output does not depend on the image.
//!
//! A unit is dead if its output is the same at every position of every probe image. The layer's row
//! and the details of its units both use [`ValueRanges`] with the same images
//! ([`Examples::probe_images`](crate::layer_probe::Examples::probe_images)), so that they always
//! agree.

/// Relative difference up to which values count as equal. Sums in single precision that should be
/// equal may differ in their last bits.
const RELATIVE_TOLERANCE: f32 = 1e-6;

/// Minimum and maximum output of each unit of a layer, over all images so far.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueRanges(Vec<(f32, f32)>);

impl ValueRanges {
    /// Creates empty ranges for a number of units.
    pub fn new(units: usize) -> Self {
        Self(vec![(f32::INFINITY, f32::NEG_INFINITY); units])
    }

    /// Extends the ranges by a layer's output, `[images, units, height, width]`.
    pub fn update(&mut self, values: &[f32], [units, height, width]: [usize; 3]) {
        let maps = values.chunks_exact((height * width).max(1));
        for (place, map) in maps.enumerate() {
            let (low, high) = &mut self.0[place % units];
            for value in map {
                (*low, *high) = (low.min(*value), high.max(*value));
            }
        }
    }

    /// Returns whether a unit is dead. This includes units whose values are all NaN, and units that
    /// do not exist.
    pub fn is_dead(&self, unit: usize) -> bool {
        let is_alive =
            |(low, high): &(f32, f32)| high - low > RELATIVE_TOLERANCE * high.abs().max(low.abs());
        !self.0.get(unit).is_some_and(is_alive)
    }

    /// Returns the fraction of dead units, 0 to 1.
    pub fn dead_fraction(&self) -> f32 {
        let dead = (0..self.0.len()).filter(|unit| self.is_dead(*unit)).count();
        dead as f32 / self.0.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_brings_no_unit_to_life_and_what_is_no_number_is_dead() {
        let mut ranges = ValueRanges::new(6);
        let shape = [6, 1, 2];
        let nan = f32::NAN;
        let first = [1.0, 1.0, 1e6, 1e6, 0.0, 0.0, 0.0, 1e-9, nan, nan, -3.0, -3.0];
        let second = [1.0, 1.0, 1e6, 1e6 + 0.5, 0.0, 0.0, 0.0, 0.0, nan, nan, -3.0, -2.9];
        ranges.update(&[first, second].concat(), shape);
        let dead: Vec<bool> = (0..7).map(|unit| ranges.is_dead(unit)).collect();
        assert_eq!(dead, [true, true, true, false, true, false, true]);
        assert_eq!(ranges.dead_fraction(), 4.0 / 6.0);
    }

    #[test]
    fn a_unit_that_differs_only_between_images_is_alive() {
        let mut ranges = ValueRanges::new(1);
        ranges.update(&[2.0; 4], [1, 2, 2]);
        assert!(ranges.is_dead(0));
        ranges.update(&[3.0; 4], [1, 2, 2]);
        assert!(!ranges.is_dead(0));
    }
}
