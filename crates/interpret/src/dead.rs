//! Dead units: which of a layer's units say nothing of an image.
//!
//! A unit is dead if it puts out the same value everywhere in every image that is judged. The row of a
//! layer and the facts about one of its units both ask [`Ends`], about the same images
//! ([`Examples::judged`](crate::study::Examples::judged)), so they cannot disagree.

/// Values count as the same if they differ by less than this share of the largest magnitude among
/// them: sums in single precision that should be equal need not be so to the last bit.
const SAME: f32 = 1e-6;

/// The smallest and the largest value of each unit of a layer, over all images seen so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends(Vec<(f32, f32)>);

impl Ends {
    /// Of that many units, none of which has been seen.
    pub fn new(units: usize) -> Self {
        Self(vec![(f32::INFINITY, f32::NEG_INFINITY); units])
    }

    /// Takes in what the layer puts out for some images, `[images, units, height, width]`, before
    /// anything is done with it.
    pub fn see(&mut self, values: &[f32], [units, height, width]: [usize; 3]) {
        let maps = values.chunks_exact((height * width).max(1));
        for (place, map) in maps.enumerate() {
            let (low, high) = &mut self.0[place % units];
            for value in map {
                (*low, *high) = (low.min(*value), high.max(*value));
            }
        }
    }

    /// Whether a unit is dead. One whose values are no numbers is, and so is one that is not there.
    pub fn is_dead(&self, unit: usize) -> bool {
        let is_alive = |(low, high): &(f32, f32)| high - low > SAME * high.abs().max(low.abs());
        !self.0.get(unit).is_some_and(is_alive)
    }

    /// Share of the units that are dead, 0 to 1.
    pub fn share(&self) -> f32 {
        let dead = (0..self.0.len()).filter(|unit| self.is_dead(*unit)).count();
        dead as f32 / self.0.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_brings_no_unit_to_life_and_what_is_no_number_is_dead() {
        let mut ends = Ends::new(6);
        let shape = [6, 1, 2];
        let nan = f32::NAN;
        let first = [1.0, 1.0, 1e6, 1e6, 0.0, 0.0, 0.0, 1e-9, nan, nan, -3.0, -3.0];
        let second = [1.0, 1.0, 1e6, 1e6 + 0.5, 0.0, 0.0, 0.0, 0.0, nan, nan, -3.0, -2.9];
        ends.see(&[first, second].concat(), shape);
        let dead: Vec<bool> = (0..7).map(|unit| ends.is_dead(unit)).collect();
        assert_eq!(dead, [true, true, true, false, true, false, true]);
        assert_eq!(ends.share(), 4.0 / 6.0);
    }

    #[test]
    fn a_unit_that_differs_only_between_images_is_alive() {
        let mut ends = Ends::new(1);
        ends.see(&[2.0; 4], [1, 2, 2]);
        assert!(ends.is_dead(0));
        ends.see(&[3.0; 4], [1, 2, 2]);
        assert!(!ends.is_dead(0));
    }
}
