//! Which images of a data set a run uses, and with which labels.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Split, Trap};

/// Allowed numbers of training images per class, besides 0 for all.
pub const PER_CLASS_RANGE: RangeInclusive<usize> = 5..=10_000;

/// Largest share of wrong labels, in percent.
pub const MAX_WRONG_LABELS: u8 = 80;

/// Largest imbalance factor.
pub const MAX_IMBALANCE: u8 = 100;

/// Number of classes among which [`ClassSubset`] can choose.
pub const MAX_CHOSEN_CLASS: usize = 32;

/// The split on which networks are evaluated while they are trained and compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Partition {
    /// Training, validation and test set: curves and all choices use the validation set, and the
    /// test set is opened at the end.
    #[default]
    ThreeWay,
    /// Training and test set, as in the notebooks of the lab: curves use the test set.
    TwoWay,
}

impl Partition {
    /// Both partitions, in the order of menus.
    pub const ALL: [Partition; 2] = [Partition::ThreeWay, Partition::TwoWay];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Partition::ThreeWay => "validation",
            Partition::TwoWay => "lab",
        }
    }

    /// Returns the split on which networks are evaluated while they are trained.
    pub const fn evaluated(self) -> Split {
        match self {
            Partition::ThreeWay => Split::Validation,
            Partition::TwoWay => Split::Test,
        }
    }

    /// Returns the splits of a pack from which the images of a split come. With two splits, the
    /// validation images are test images if they were cut from the test set.
    pub const fn sources(self, split: Split, validation_is_of_test: bool) -> &'static [Split] {
        match (self, split) {
            (_, Split::Train) => &[Split::Train],
            (Partition::ThreeWay, Split::Validation) => &[Split::Validation],
            (Partition::TwoWay, Split::Validation) => &[],
            (Partition::TwoWay, Split::Test) if validation_is_of_test => {
                &[Split::Validation, Split::Test]
            }
            (_, Split::Test) => &[Split::Test],
        }
    }
}

/// Some of the classes of a data set, or all. Written as numbers from 1 in label order: `1,4`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClassSubset(u32);

impl ClassSubset {
    /// All classes.
    pub const ALL: Self = Self(0);

    /// Returns the classes with these labels; all if there are none. Labels of
    /// [`MAX_CHOSEN_CLASS`] and above are ignored.
    pub fn of(labels: impl IntoIterator<Item = usize>) -> Self {
        let known = labels.into_iter().filter(|label| *label < MAX_CHOSEN_CLASS);
        Self(known.fold(0, |bits, label| bits | 1 << label))
    }

    /// Returns whether every class is chosen.
    pub fn is_all(self) -> bool {
        self.0 == 0
    }

    /// Returns whether the class with this label is chosen.
    pub fn contains(self, label: usize) -> bool {
        self.is_all() || label < MAX_CHOSEN_CLASS && self.0 >> label & 1 == 1
    }

    /// Returns the labels of the chosen classes in ascending order; none if all are chosen.
    pub fn labels(self) -> impl Iterator<Item = usize> {
        (0..MAX_CHOSEN_CLASS).filter(move |label| self.0 >> label & 1 == 1)
    }
}

impl fmt::Display for ClassSubset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, label) in self.labels().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{}", label + 1)?;
        }
        Ok(())
    }
}

impl FromStr for ClassSubset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str| match part.trim().parse() {
            Ok(number @ 1..=MAX_CHOSEN_CLASS) => Some(number - 1),
            _ => None,
        };
        let labels: Option<Vec<usize>> = text.split(',').map(number).collect();
        let chosen = labels.map(Self::of).filter(|chosen| chosen.labels().count() > 1);
        chosen.ok_or_else(|| {
            format!(
                "it must be two or more numbers of classes from 1 to {MAX_CHOSEN_CLASS}, as in 1,4."
            )
        })
    }
}

/// Which images of a data set a run uses, and with which labels. `partition`, `classes`, `noise` and
/// `trap` concern all images, everything else the training images only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sampling {
    /// The split that evaluates.
    pub partition: Partition,
    /// The classes.
    pub classes: ClassSubset,
    /// Number of training images per class, in [`PER_CLASS_RANGE`], or 0 for all.
    pub per_class: usize,
    /// Imbalance factor, 1 to [`MAX_IMBALANCE`]: how many times more training images the first
    /// class has than the last. The numbers between fall exponentially (Cui et al. 2019).
    pub imbalance: u8,
    /// Share of the training labels that are replaced by another class, in percent, 0 to
    /// [`MAX_WRONG_LABELS`].
    pub wrong_labels: u8,
    /// Standard deviation of the noise added to the images of a pack, in percent of full scale, 0 to
    /// 100. Generated images have a setting of their own.
    pub noise: u8,
    /// What makes the evaluation misleading.
    pub trap: Trap,
}

impl Sampling {
    /// All images with their own labels, in three splits.
    pub const DEFAULT: Self = Self {
        partition: Partition::ThreeWay,
        classes: ClassSubset::ALL,
        per_class: 0,
        imbalance: 1,
        wrong_labels: 0,
        noise: 0,
        trap: Trap::None,
    };

    /// Returns whether the images depend on a seed.
    pub fn is_random(&self) -> bool {
        self.wrong_labels > 0 || self.noise > 0 || self.trap != Trap::None
    }
}

impl Default for Sampling {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_written_as_numbers() {
        let chosen = ClassSubset::of([3, 0]);
        assert_eq!(chosen.to_string(), "1,4");
        assert_eq!("4, 1".parse(), Ok(chosen));
        assert!(chosen.contains(3) && !chosen.contains(1) && !chosen.contains(99));
        assert!(ClassSubset::ALL.contains(99) && ClassSubset::ALL.to_string().is_empty());
        for wrong in ["", "1", "1,1", "0,1", "1,33", "1,x", "1;2"] {
            assert!(wrong.parse::<ClassSubset>().is_err(), "{wrong}");
        }
    }
}
