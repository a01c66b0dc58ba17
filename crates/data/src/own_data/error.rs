//! Errors in visitors' own data.

use thiserror::Error;

use super::limits::{CLASS_RANGE, MAX_FILES, MAX_TOTAL_BYTES, MAX_ZIP_BYTES, thousands};
use super::readable::quoted;

/// Reason why files cannot become a data set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OwnDataError {
    /// There are too many files.
    #[error(
        "There are more than the {} files in it that can be read. Choose a folder with fewer, or a part of it.",
        thousands(MAX_FILES)
    )]
    TooManyFiles,
    /// There are no files that could be images.
    #[error(
        "There are no images in it. Choose a folder with one folder of images per class, or a zip file of one."
    )]
    NoFiles,
    /// The zip file is too large.
    #[error(
        "The zip file has {} MB; the limit is {} MB. Scale the images down, or choose the folder instead.", .0 >> 20, MAX_ZIP_BYTES >> 20
    )]
    LargeZip(u64),
    /// The files are too large together.
    #[error(
        "The files have more than {} GB together. Scale the images down: a network sees 64 × 64 pixels of each.", MAX_TOTAL_BYTES >> 30
    )]
    TooManyBytes,
    /// The file is not a zip file.
    #[error(
        "{} is not a zip file, and one file is no data set. Choose a zip file of class folders, or the folder itself.",
        quoted(.0)
    )]
    NotZip(String),
    /// The zip file is damaged.
    #[error(
        "The zip file is incomplete or damaged ({0}). Pack it again, or choose the folder instead."
    )]
    DamagedZip(String),
    /// All images are in one folder.
    #[error(
        "All images belong to one class ({0}), and a classifier needs two or more. Put the images of each class into a folder of its own, and choose the folder around them."
    )]
    OneClass(String),
    /// Images are not in class folders.
    #[error(
        "The images are not in class folders. Put the images of each class into a folder of its own, and choose the folder around them."
    )]
    NoClasses,
    /// There are too many classes.
    #[error(
        "There are {found} class folders; at most {} can be used. Choose a folder with fewer, or put classes together.", CLASS_RANGE.end()
    )]
    TooManyClasses {
        /// Number of class folders.
        found: usize,
    },
    /// Too few images could be read for two classes.
    #[error(
        "Fewer than two classes have the images that are needed. {0} Add images and choose the folder again."
    )]
    TooFewImages(String),
    /// No pair of image and mask could be read.
    #[error("{0} images with a mask are too few; there must be at least 3. {1}")]
    TooFewPairs(usize, String),
    /// Masks have values that cannot be classes.
    #[error(
        "The masks have values that cannot be classes. Write the number of its class into each pixel, 0 to 9, or use at most 9 gray levels at least 16 apart, and save masks as PNG."
    )]
    MaskValues,
    /// All masks are empty.
    #[error("All masks are empty. Write the number of a class, from 1, into the pixels of each.")]
    OnlyBackground,
    /// The kept data cannot be read.
    #[error(
        "Your own images, as this browser kept them, cannot be read any more. Choose the files again."
    )]
    Kept,
}
