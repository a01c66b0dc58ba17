//! Reasons why a classifier cannot be fitted or asked.

use std::fmt::{self, Display, Formatter};

use thiserror::Error;

/// Reason why a classifier cannot be fitted or asked. Its text is a sentence for the person at the
/// page.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClassicalError {
    /// A part of the data set is empty.
    #[error("There are no {0}. Choose a data set, or a split, that has some.")]
    NoImages(Part),
    /// All training images have the same label.
    #[error(
        "All training images belong to one class, so there is nothing to tell apart. Choose at least two classes."
    )]
    OneClass,
    /// The images have no pixels, or more than can be counted.
    #[error(
        "Images of {} × {} pixels cannot be classified. Choose images that have at least one pixel, and no more than fit into memory.",
        .0[0],
        .0[1]
    )]
    Size([usize; 2]),
    /// The number of pixels is not that of the images.
    #[error(
        "There are {found} pixels for the {part}, and {expected} are needed. Load the data set again; if that does not help, report this as a bug."
    )]
    Pixels {
        /// The part of the data set.
        part: Part,
        /// Number of pixels that the images need, or for images without labels that of one image,
        /// of which it has to be a multiple.
        expected: usize,
        /// Number of pixels that there are.
        found: usize,
    },
    /// Training and test images differ in size.
    #[error(
        "The training images have {} × {} pixels and the test images {} × {}. Use images of one size.",
        .train[0],
        .train[1],
        .test[0],
        .test[1]
    )]
    Sizes {
        /// Height and width of a training image.
        train: [usize; 2],
        /// Height and width of a test image.
        test: [usize; 2],
    },
}

/// A part of a data set, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The images that a classifier is fitted to.
    Train,
    /// The images that it is asked about.
    Test,
    /// A single image.
    Image,
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "training images",
            Self::Test => "test images",
            Self::Image => "image",
        })
    }
}
