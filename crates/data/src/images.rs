//! Images with their labels, in memory.

use model::{IMAGE_LEN, Split};
use serde::{Deserialize, Serialize};

/// Images of one split with their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Images {
    /// Class of each image, `[n]`.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// Gray values 0 to 255, `[n, 64, 64]` in row-major order.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Number of the patient of each image, `[n]`, the same in all splits; empty if unknown.
    pub patients: Vec<u32>,
}

impl Images {
    /// Creates an empty collection with capacity for `n` images.
    pub fn with_capacity(n: usize) -> Self {
        Self {
            labels: Vec::with_capacity(n),
            pixels: Vec::with_capacity(n * IMAGE_LEN),
            patients: Vec::new(),
        }
    }

    /// Appends one image, `[64, 64]` in row-major order.
    pub fn push(&mut self, label: u8, pixels: &[u8; IMAGE_LEN]) {
        self.labels.push(label);
        self.pixels.extend_from_slice(pixels);
    }

    /// Returns the number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Returns whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Returns the gray values of one image, `[64, 64]` in row-major order.
    ///
    /// # Panics
    ///
    /// Panics if `index` is out of range.
    pub fn image(&self, index: usize) -> &[u8] {
        &self.pixels[index * IMAGE_LEN..][..IMAGE_LEN]
    }
}

/// Data set for classification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSet {
    /// Class names in label order.
    pub classes: Vec<String>,
    /// Training images.
    pub train: Images,
    /// Validation images; none with two splits.
    pub validation: Images,
    /// Test images, which are never used for training.
    pub test: Images,
}

impl ImageSet {
    /// Returns the images of a split.
    pub fn split(&self, split: Split) -> &Images {
        match split {
            Split::Train => &self.train,
            Split::Validation => &self.validation,
            Split::Test => &self.test,
        }
    }

    /// Returns the images of a split, to be changed.
    #[cfg(feature = "sources")]
    pub(crate) fn split_mut(&mut self, split: Split) -> &mut Images {
        match split {
            Split::Train => &mut self.train,
            Split::Validation => &mut self.validation,
            Split::Test => &mut self.test,
        }
    }

    /// Returns the split on which networks are evaluated while they are trained: the validation
    /// set, or the test set if there is none.
    pub fn evaluated(&self) -> Split {
        if self.validation.is_empty() { Split::Test } else { Split::Validation }
    }

    /// Returns the images of the split on which networks are evaluated.
    pub fn evaluated_images(&self) -> &Images {
        self.split(self.evaluated())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_where_they_were_put() {
        let mut images = Images::with_capacity(2);
        images.push(3, &[7; IMAGE_LEN]);
        images.push(1, &[9; IMAGE_LEN]);
        assert_eq!((images.len(), images.is_empty()), (2, false));
        assert_eq!(images.labels, [3, 1]);
        assert_eq!(images.image(1), [9; IMAGE_LEN]);
    }
}
