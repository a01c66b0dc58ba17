//! Images that the interpreter works with.

use serde::{Deserialize, Serialize};

/// Images for probes and statistics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterpreterDataset {
    /// Number of classes, the background among them.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
    /// True with a class a pixel, false with a class an image.
    pub masks: bool,
    /// Training images: gray values 0 to 255, `[n, height, width]`.
    #[serde(with = "serde_bytes")]
    pub train: Vec<u8>,
    /// Their classes, `[n]`, or `[n, height, width]` with `masks`.
    #[serde(with = "serde_bytes")]
    pub train_targets: Vec<u8>,
    /// Test images, in the shape of the training images.
    #[serde(with = "serde_bytes")]
    pub test: Vec<u8>,
    /// Their classes.
    #[serde(with = "serde_bytes")]
    pub test_targets: Vec<u8>,
}

/// An image with its class or mask, if known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabeledImage {
    /// Gray values 0 to 255, `[height, width]`.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Its class `[1]`, or the class of each pixel `[height, width]`. Empty where unknown: the network's
    /// prediction then takes its place.
    #[serde(with = "serde_bytes")]
    pub targets: Vec<u8>,
}

/// A point of the embedding maps: a test image, or a pixel of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapPoint {
    /// Index of the image in the test split.
    pub image: usize,
    /// Row and column of the pixel; none for a whole image.
    pub pixel: Option<[usize; 2]>,
    /// Its class.
    pub class: u8,
}
