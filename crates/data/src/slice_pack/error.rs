//! What can be wrong with a pack of slices, each with what to do about it.

use model::Split;
use thiserror::Error;

use crate::pack_error::split_name;
use crate::{PackError, PngError};

/// Maximum number of slices.
pub(super) const MAX_SLICES: usize = 10_000;

/// Maximum number of pixels of all slices: 128 MB with their masks.
pub(super) const MAX_PIXELS: usize = 64 << 20;

/// Largest class number in a zip without manifest.
pub(crate) const MAX_UNNAMED_LABEL: u8 = 9;

/// Why a pack of slices, or a file in it, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SlicePackError {
    /// The zip around it, or its manifest.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A pack of images.
    #[error(
        "The data pack holds images with a class each, and slices with masks are needed here. Choose another one."
    )]
    NoSlicePack,
    /// A file in a folder that has no meaning.
    #[error(
        "“{0}” in the zip file is in none of the folders train/images, train/masks, test/images and test/masks. Move or remove it."
    )]
    UnknownFolder(String),
    /// A split without slices.
    #[error(
        "The zip file has no {} slices. Put images into {folder}/images and their masks into {folder}/masks.", split_name(*.0), folder = crate::pack_error::split_folder(*.0)
    )]
    NoSlices(Split),
    /// An image without mask.
    #[error(
        "“{0}” has no mask. Put one of the same name into the folder “masks” beside “images”, or remove the image."
    )]
    ImageWithoutMask(String),
    /// A mask without image.
    #[error(
        "“{0}” has no image. Put one of the same name into the folder “images” beside “masks”, or remove the mask."
    )]
    MaskWithoutImage(String),
    /// A file that is no PNG that can be used.
    #[error("“{file}” in the zip file cannot be used: {reason}. Replace it, or remove that slice.")]
    Png {
        /// Path in the pack.
        file: String,
        /// What is wrong with it.
        reason: PngError,
    },
    /// An image of another size than the first one.
    #[error(
        "“{file}” is {}×{} pixels and the first image {}×{}. Cut all slices to one size.", .found[1], .found[0], .first[1], .first[0]
    )]
    Size {
        /// Path in the pack.
        file: String,
        /// Its height and width.
        found: [usize; 2],
        /// Height and width of the first image.
        first: [usize; 2],
    },
    /// A mask of another size than the images.
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
    /// A mask with a class that nobody named.
    #[error(
        "The mask “{file}” has the label {label}, and the classes are 0 to {last}. Write the number of its class into each pixel; without a {} they are 0 to {MAX_UNNAMED_LABEL}.",
        crate::MANIFEST_NAME
    )]
    UnknownLabel {
        /// Path in the pack.
        file: String,
        /// The largest label in it.
        label: u8,
        /// The largest label that there may be.
        last: usize,
    },
    /// Masks in which nothing is marked.
    #[error("All masks are empty. Write the number of a class, from 1, into the pixels of each.")]
    OnlyBackground,
    /// More slices or pixels than are ever read.
    #[error(
        "The zip file has {} slices; at most {MAX_SLICES} and {} million pixels can be used. Pick fewer.", .0, MAX_PIXELS >> 20
    )]
    TooMany(usize),
}
