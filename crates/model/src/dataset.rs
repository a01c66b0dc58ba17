//! Facts about data sets that every crate shares: image size, splits, references to images.

use serde::{Deserialize, Serialize};

/// Side of the square images that every network of the classification lab sees, in pixels.
pub const IMAGE_SIDE: usize = 64;

/// Values in one image: `IMAGE_SIDE` squared, one gray channel.
pub const IMAGE_LEN: usize = IMAGE_SIDE * IMAGE_SIDE;

/// Largest number of test slices whose prediction is shown live while a run trains.
pub const PREVIEW_SLICES: usize = 8;

/// Which shapes a run meets: the data, as far as a configuration depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataShape {
    /// Number of classes, the background among them.
    pub classes: usize,
    /// Height and width of the images in pixels.
    pub size: [usize; 2],
}

/// Which half of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Split {
    /// Seen while training.
    Train,
    /// Never trained on.
    Test,
}

/// One image of the data set, by its place in the split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImageRef {
    /// Train or test.
    pub split: Split,
    /// Index in pack order.
    pub index: usize,
}
