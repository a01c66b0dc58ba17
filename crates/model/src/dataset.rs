//! Constants and types about data sets that every crate shares: image size, splits, references to
//! images.

use serde::{Deserialize, Serialize};

/// Side of the square images of the classification lab, in pixels.
pub const IMAGE_SIDE: usize = 64;

/// Number of values in one image: `IMAGE_SIDE` squared, one gray channel.
pub const IMAGE_LEN: usize = IMAGE_SIDE * IMAGE_SIDE;

/// Largest number of test slices whose prediction is shown live while a run trains.
pub const PREVIEW_SLICES: usize = 8;

/// Properties of a data set that a configuration depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataShape {
    /// Number of classes, including the background.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
}

/// Training or test split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Split {
    /// The training set.
    Train,
    /// The test set.
    Test,
}

/// Reference to one image of the data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImageRef {
    /// Split that contains the image.
    pub split: Split,
    /// Index within the split, in the order of the pack.
    pub index: usize,
}
