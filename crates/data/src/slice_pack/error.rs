//! Errors in packs of slices. Each message says what to do.

use model::Split;
use thiserror::Error;

use crate::{ImageError, PackError, PngError};

/// Maximum number of slices.
pub(super) const MAX_SLICES: usize = 10_000;

/// Maximum total number of pixels: 128 MB including the masks.
pub(super) const MAX_PIXELS: usize = 64 << 20;

/// Maximum class number in a zip without a manifest.
pub(crate) const MAX_UNNAMED_LABEL: u8 = 9;

/// Minimum difference between gray levels that stand for classes in a zip without a manifest.
pub(super) const MIN_GRAY_STEP: u8 = 16;

/// Reason why a pack of slices, or a file in it, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SlicePackError {
    /// The zip or its manifest cannot be used.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The pack contains images with one class each instead of slices.
    #[error(
        "The data pack holds images with a class each, and slices with masks are needed here. Choose another one."
    )]
    NoSlicePack,
    /// A file is in an unknown folder.
    #[error(
        "“{0}” in the zip file is in none of the folders “images” and “masks” of “train”, “validation” and “test”. Move or remove it."
    )]
    UnknownFolder(String),
    /// A split contains no slices.
    #[error(
        "The zip file has no {} slices. Put images into {folder}/images and their masks into {folder}/masks.", .0.name(), folder = .0.folder()
    )]
    NoSlices(Split),
    /// An image has no mask.
    #[error(
        "“{0}” has no mask. Put one of the same name, a PNG, into the folder “masks” beside “images”, or remove the image."
    )]
    ImageWithoutMask(String),
    /// A mask has no image.
    #[error(
        "“{0}” has no image. Put one of the same name into the folder “images” beside “masks”, or remove the mask."
    )]
    MaskWithoutImage(String),
    /// A file is not a usable PNG.
    #[error("“{file}” in the zip file cannot be used: {reason}. Replace it, or remove that slice.")]
    Png {
        /// Path in the pack.
        file: String,
        /// Reason why the PNG cannot be used.
        reason: PngError,
    },
    /// A file is not a usable JPEG.
    #[error("“{file}” in the zip file cannot be used: {reason}. Replace it, or remove that slice.")]
    Jpeg {
        /// Path in the pack.
        file: String,
        /// Reason why the JPEG cannot be used.
        reason: ImageError,
    },
    /// The size of an image differs from that of the first one.
    #[error(
        "“{file}” is {}×{} pixels and the first image {}×{}. Cut all slices to one size.", .found[1], .found[0], .first[1], .first[0]
    )]
    Size {
        /// Path in the pack.
        file: String,
        /// Height and width of the image.
        found: [usize; 2],
        /// Height and width of the first image.
        first: [usize; 2],
    },
    /// The size of a mask differs from that of the images.
    #[error(
        "The mask “{file}” is {}×{} pixels and its image {}×{}. Save both in one size.", .found[1], .found[0], .image[1], .image[0]
    )]
    MaskSize {
        /// Path in the pack.
        file: String,
        /// Height and width of the mask.
        found: [usize; 2],
        /// Height and width of the image.
        image: [usize; 2],
    },
    /// A mask contains an unknown class.
    #[error(
        "The mask “{file}” has the label {label}, and the classes are 0 to {last}. Write the number of its class into each pixel; without a {} they are 0 to {MAX_UNNAMED_LABEL}, or gray levels at least {MIN_GRAY_STEP} apart.",
        crate::MANIFEST_NAME
    )]
    UnknownLabel {
        /// Path in the pack.
        file: String,
        /// Largest label in the mask.
        label: u8,
        /// Largest allowed label.
        last: usize,
    },
    /// All masks contain background only.
    #[error("All masks are empty. Write the number of a class, from 1, into the pixels of each.")]
    OnlyBackground,
    /// The pack contains more slices or pixels than the limit.
    #[error(
        "The zip file has {} slices; at most {MAX_SLICES} and {} million pixels can be used. Pick fewer.", .0, MAX_PIXELS >> 20
    )]
    TooMany(usize),
}
