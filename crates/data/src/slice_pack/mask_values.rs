//! Classes of the values in masks, for zips without a manifest.
//!
//! Values up to [`MAX_UNNAMED_LABEL`] are the numbers of classes. Otherwise the masks may have been
//! drawn in gray levels, such as 0 and 255 or 0, 127 and 255: at most [`MAX_UNNAMED_LABEL`] values
//! above 0, each at least [`MIN_GRAY_STEP`] from the next and from 0. Then 0 is the background, and
//! the other values are classes 1, 2, … in ascending order. All other values are refused, since
//! edges that are smoothed or compressed would become classes.

use super::error::{MAX_UNNAMED_LABEL, MIN_GRAY_STEP};

/// The set of values in the masks of a zip.
#[derive(Clone, Debug)]
pub struct MaskValues([bool; 256]);

impl Default for MaskValues {
    fn default() -> Self {
        Self([false; 256])
    }
}

impl MaskValues {
    /// Adds the values of a mask.
    pub fn add(&mut self, mask: &[u8]) {
        for value in mask {
            self.0[usize::from(*value)] = true;
        }
    }

    /// Returns the classes, or `None` if the values are neither classes nor gray levels.
    pub fn classes(&self) -> Option<MaskClasses> {
        let foreground: Vec<u8> = (1..=u8::MAX).filter(|v| self.0[usize::from(*v)]).collect();
        let last = foreground.last().copied().unwrap_or_default();
        if last <= MAX_UNNAMED_LABEL {
            return Some(MaskClasses { last, gray_levels: Vec::new() });
        }
        let below = std::iter::once(&0).chain(&foreground);
        let apart = below.zip(&foreground).all(|(below, value)| value - below >= MIN_GRAY_STEP);
        let few = foreground.len() <= usize::from(MAX_UNNAMED_LABEL);
        if !few || !apart {
            return None;
        }
        Some(MaskClasses { last: foreground.len() as u8, gray_levels: foreground })
    }
}

/// Classes of the values in masks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskClasses {
    /// Number of the last class.
    pub last: u8,
    /// Gray levels of classes 1, 2, … in ascending order. Empty if the values are the classes.
    gray_levels: Vec<u8>,
}

impl MaskClasses {
    /// Replaces gray levels by classes in a mask whose values were added.
    pub fn apply(&self, mask: &mut [u8]) {
        if self.gray_levels.is_empty() {
            return;
        }
        for value in mask {
            *value = self.gray_levels.partition_point(|level| level < value) as u8
                + u8::from(*value > 0);
        }
    }

    /// Returns a sentence that tells which gray levels became which classes. Empty if the values
    /// are the classes.
    pub fn describe(&self) -> String {
        let levels: Vec<String> = self
            .gray_levels
            .iter()
            .zip(1..)
            .map(|(level, class)| format!("{level} is class {class}"))
            .collect();
        match levels.is_empty() {
            true => String::new(),
            false => format!("In the masks, gray 0 is the background, {}.", levels.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(values: &[u8]) -> Option<MaskClasses> {
        let mut found = MaskValues::default();
        // In two masks, in any order.
        found.add(&values[values.len() / 2..]);
        found.add(&values[..values.len() / 2]);
        found.classes()
    }

    fn mapped(values: &[u8]) -> Option<(u8, Vec<u8>)> {
        let classes = classes(values)?;
        let mut mask = values.to_vec();
        classes.apply(&mut mask);
        Some((classes.last, mask))
    }

    #[test]
    fn numbers_of_classes_stay_as_they_are() {
        for values in [&[0, 1][..], &[0, 1, 2], &[0, 2], &[1, 9], &[0, 9], &[0], &[]] {
            let last = values.last().copied().unwrap_or_default();
            assert_eq!(mapped(values), Some((last, values.to_vec())));
            assert_eq!(classes(values).unwrap().describe(), "");
        }
    }

    #[test]
    fn gray_levels_become_classes_in_ascending_order() {
        assert_eq!(mapped(&[0, 255, 0]), Some((1, vec![0, 1, 0])));
        assert_eq!(mapped(&[255, 0, 127]), Some((2, vec![2, 0, 1])));
        assert_eq!(mapped(&[0, 85, 170, 255]), Some((3, vec![0, 1, 2, 3])));
        assert_eq!(mapped(&[0, 17, 53]), Some((2, vec![0, 1, 2])));
        // Without background in any mask.
        assert_eq!(mapped(&[128, 255]), Some((2, vec![1, 2])));
        let nine: Vec<u8> = (0..=9).map(|class| class * 28).collect();
        assert_eq!(mapped(&nine), Some((9, (0..=9).collect())));
        let sentence = "In the masks, gray 0 is the background, 127 is class 1, 255 is class 2.";
        assert_eq!(classes(&[0, 127, 255]).unwrap().describe(), sentence);
    }

    #[test]
    fn other_values_are_refused() {
        // Class 1 and a value to be ignored; a number above the limit; smoothed edges.
        for values in
            [&[0, 1, 255][..], &[0, 10], &[0, 1, 2, 10], &[0, 127, 128, 255], &[0, 250, 255]]
        {
            assert_eq!(classes(values), None, "{values:?}");
        }
        let ten: Vec<u8> = (0..=10).map(|class| class * 25).collect();
        assert_eq!(classes(&ten), None);
        assert_eq!(classes(&(0..=255).collect::<Vec<u8>>()), None);
    }
}
