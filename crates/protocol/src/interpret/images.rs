//! Images used by the interpreter.

use data::{IMAGE_SIDE, ImageSet};
use serde::{Deserialize, Serialize};

/// Images for layer probes and activation statistics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterpreterDataset {
    /// Number of classes, including the background.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
    /// Whether each pixel has a class. If false, each image has one.
    pub masks: bool,
    /// Training images: gray values 0 to 255, `[n, height, width]`.
    #[serde(with = "serde_bytes")]
    pub train: Vec<u8>,
    /// Classes of the training images: `[n]`, or `[n, height, width]` with `masks`.
    #[serde(with = "serde_bytes")]
    pub train_targets: Vec<u8>,
    /// Test images, in the same shape as the training images.
    #[serde(with = "serde_bytes")]
    pub test: Vec<u8>,
    /// Classes of the test images, in the same shape as those of the training images.
    #[serde(with = "serde_bytes")]
    pub test_targets: Vec<u8>,
}

impl InterpreterDataset {
    /// Returns all training images of a data set, and those on which networks are evaluated.
    pub fn whole(set: &ImageSet) -> Self {
        let evaluated = set.evaluated_images();
        Self {
            classes: set.classes.len(),
            size: [IMAGE_SIDE; 2],
            masks: false,
            train: set.train.pixels.clone(),
            train_targets: set.train.labels.clone(),
            test: evaluated.pixels.clone(),
            test_targets: evaluated.labels.clone(),
        }
    }
}

/// An image with its class or mask, if known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabeledImage {
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Class of the image, `[1]`, or class of each pixel, `[height, width]`. Empty if unknown: the
    /// network's prediction is used instead.
    #[serde(with = "serde_bytes")]
    pub targets: Vec<u8>,
}

/// A point of the embedding maps: a test image, or one pixel of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapPoint {
    /// Index of the image in the test split.
    pub image: usize,
    /// Row and column of the pixel; `None` for a whole image.
    pub pixel: Option<[usize; 2]>,
    /// True class of the image or pixel.
    pub class: u8,
}
