//! A decoded data set of either lab, and the order in which an epoch visits it.

use std::sync::Arc;

use model::{DataShape, IMAGE_SIDE, Lab, Split};
use serde::{Deserialize, Serialize};

use crate::rng::{Purpose, Rng};
use crate::{ImageSet, Images, SliceSet, Slices};

/// A decoded data set of either lab, which the page shows, the engine trains on and the interpreter
/// analyzes. Clones share the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Dataset {
    /// Images with one class label each.
    Images(#[serde(with = "shared")] Arc<ImageSet>),
    /// Slices with one class label per pixel.
    Slices(#[serde(with = "shared")] Arc<SliceSet>),
}

impl Dataset {
    /// Returns the lab of the data set.
    pub fn lab(&self) -> Lab {
        match self {
            Dataset::Images(_) => Lab::Classify,
            Dataset::Slices(_) => Lab::Segment,
        }
    }

    /// Returns the class names in label order.
    pub fn classes(&self) -> &[String] {
        match self {
            Dataset::Images(set) => &set.classes,
            Dataset::Slices(set) => &set.classes,
        }
    }

    /// Returns the number of images or slices of a split.
    pub fn count(&self, split: Split) -> usize {
        match self {
            Dataset::Images(set) => set.split(split).len(),
            Dataset::Slices(set) => set.split(split).len(),
        }
    }

    /// Returns the properties on which a configuration depends.
    pub fn shape(&self) -> DataShape {
        let size = match self {
            Dataset::Images(_) => [IMAGE_SIDE; 2],
            Dataset::Slices(set) => set.size(),
        };
        DataShape { classes: self.classes().len(), size }
    }

    /// Returns the data set without its test set, if that is sealed: there is a validation set on
    /// which networks are evaluated.
    pub fn without_sealed_test_set(&self) -> Self {
        match self {
            Dataset::Images(set) if !set.validation.is_empty() => {
                ImageSet { test: Images::default(), ..set.as_ref().clone() }.into()
            }
            Dataset::Slices(set) if !set.validation.is_empty() => {
                SliceSet { test: Slices::default(), ..set.as_ref().clone() }.into()
            }
            other => other.clone(),
        }
    }

    /// Returns the test set alone, to be evaluated at the end.
    pub fn only_test_set(&self) -> Self {
        match self {
            Dataset::Images(set) => ImageSet {
                classes: set.classes.clone(),
                test: set.test.clone(),
                ..ImageSet::default()
            }
            .into(),
            Dataset::Slices(set) => SliceSet {
                classes: set.classes.clone(),
                test: set.test.clone(),
                ..SliceSet::default()
            }
            .into(),
        }
    }

    /// Returns the split on which networks are evaluated while they are trained: the validation
    /// set, or the test set if there is none.
    pub fn evaluated(&self) -> Split {
        match self {
            Dataset::Images(set) => set.evaluated(),
            Dataset::Slices(set) => set.evaluated(),
        }
    }

    /// Returns whether a network can be trained and evaluated on the data set: neither the training
    /// set nor the evaluated split is empty, and there are at least two classes to distinguish.
    pub fn is_trainable(&self) -> bool {
        match self {
            Dataset::Images(set) => !set.train.is_empty() && !set.evaluated_images().is_empty(),
            Dataset::Slices(set) => {
                !set.train.is_empty() && !set.evaluated_slices().is_empty() && set.classes.len() > 1
            }
        }
    }
}

/// Serialization of a shared value as the value itself.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Arc<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().serialize(serializer)
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }
}

impl From<ImageSet> for Dataset {
    fn from(set: ImageSet) -> Self {
        Dataset::Images(Arc::new(set))
    }
}

impl From<SliceSet> for Dataset {
    fn from(set: SliceSet) -> Self {
        Dataset::Slices(Arc::new(set))
    }
}

/// Returns the order of `n` examples in an epoch (counted from 0). Each epoch has its own shuffle,
/// which depends on seed and epoch only, so that a run can be resumed at any epoch.
pub fn epoch_order(seed: u32, epoch: usize, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    Rng::stream(seed, Purpose::Shuffle, epoch as u64).shuffle(&mut order);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_visits_every_image_once_in_an_order_of_its_own() {
        let first = epoch_order(1, 0, 1200);
        let mut sorted = first.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1200).collect::<Vec<_>>());
        assert_eq!(first, epoch_order(1, 0, 1200));
        assert_ne!(first, epoch_order(1, 1, 1200));
        assert_ne!(first, epoch_order(2, 0, 1200));
        assert!(epoch_order(1, 0, 0).is_empty());
    }

    #[test]
    fn an_empty_split_or_a_single_class_cannot_be_trained_on() {
        let images = Images { labels: vec![0], pixels: vec![0; 4096], ..Default::default() };
        let classes = vec!["one".into()];
        let set = ImageSet { classes, train: images.clone(), test: images, ..ImageSet::default() };
        assert!(Dataset::from(set.clone()).is_trainable());
        assert!(!Dataset::from(ImageSet { test: Images::default(), ..set }).is_trainable());

        let slices = Slices {
            size: [1, 1],
            images: vec![0],
            masks: vec![0],
            case_of: vec![0],
            cases: vec![],
        };
        let classes = ["background", "one"].map(str::to_owned).to_vec();
        let set = SliceSet { classes, train: slices.clone(), test: slices, ..SliceSet::default() };
        assert_eq!(Dataset::from(set.clone()).shape(), DataShape { classes: 2, size: [1, 1] });
        assert!(Dataset::from(set.clone()).is_trainable());
        let background = SliceSet { classes: vec!["background".into()], ..set };
        assert!(!Dataset::from(background).is_trainable());
    }
}
