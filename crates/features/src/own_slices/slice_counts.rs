//! Pixels of a predicted and a true mask that agree, by class.

use super::field_of_view::InputRegion;

/// Pixels of one class in a slice, or in several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassCounts {
    /// Pixels that have the class in both masks.
    pub both: usize,
    /// Pixels that have it in the predicted mask.
    pub predicted: usize,
    /// Pixels that have it in the true mask.
    pub truth: usize,
    /// Pixels that have it in the true mask and that the network did not see.
    pub outside: usize,
}

impl ClassCounts {
    /// Returns the counts of both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            both: self.both + other.both,
            predicted: self.predicted + other.predicted,
            truth: self.truth + other.truth,
            outside: self.outside + other.outside,
        }
    }

    /// Returns the Dice coefficient 2·|A∩B| / (|A|+|B|), or `None` if the class is in neither mask.
    /// What the network did not see counts as missed.
    pub fn dice(self) -> Option<f64> {
        let all = self.predicted + self.truth;
        (all > 0).then(|| 2.0 * self.both as f64 / all as f64)
    }
}

/// Counts the pixels of each foreground class in a slice. The true mask is whole, the predicted one
/// has the part that the network saw.
pub fn count(
    predicted: &[u8],
    truth: &[u8],
    region: InputRegion,
    classes: usize,
) -> Vec<ClassCounts> {
    let mut counts = vec![ClassCounts::default(); classes];
    let whole = region.spread(predicted);
    for (pixel, (predicted, truth)) in whole.iter().zip(truth).enumerate() {
        if let Some(counts) = counts.get_mut(usize::from(*predicted)) {
            counts.predicted += 1;
            counts.both += usize::from(predicted == truth);
        }
        if let Some(counts) = counts.get_mut(usize::from(*truth)) {
            counts.truth += 1;
            counts.outside += usize::from(!region.contains(pixel));
        }
    }
    counts.into_iter().skip(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_counts_as_missed() {
        // A frame of 1×4, of which the network saw the last two pixels.
        let region = InputRegion { frame: [1, 4], size: [1, 2], top_left: [0, 2] };
        let counts = count(&[1, 1], &[1, 0, 1, 0], region, 3);
        assert_eq!(counts[0], ClassCounts { both: 1, predicted: 2, truth: 2, outside: 1 });
        assert_eq!(counts[1], ClassCounts::default());
        assert_eq!((counts[0].dice(), counts[1].dice()), (Some(0.5), None));
        let twice = counts[0].plus(counts[0]);
        assert_eq!((twice.both, twice.outside, twice.dice()), (2, 2, Some(0.5)));
        // A class that the data set does not have counts nowhere.
        assert_eq!(count(&[9, 9], &[9; 4], region, 2), [ClassCounts::default()]);
    }
}
