//! Errors in packs, and limits on their size.

use model::Split;
use thiserror::Error;

use crate::ImageError;

/// Name of the manifest in a pack.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Maximum size of a pack, in bytes.
pub const MAX_PACK_BYTES: usize = 64 << 20;

pub(crate) const MAX_IMAGES: usize = 50_000;

/// Reason why a pack, or an image in it, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PackError {
    /// The pack is larger than [`MAX_PACK_BYTES`].
    #[error("The data pack has {} MB; the largest that can be opened has {}. Pick fewer images.", .0 >> 20, MAX_PACK_BYTES >> 20)]
    TooLarge(usize),
    /// The file is empty.
    #[error("The data pack is empty. Reload the page to fetch it again, or choose another file.")]
    Empty,
    /// The file does not have the signature of a zip file.
    #[error(
        "The data pack is no zip file. Choose one that is, or rebuild it with “cargo xtask data”."
    )]
    NotZip,
    /// The file begins like a zip file, but its directory cannot be read. Usually the end is
    /// missing.
    #[error(
        "The data pack is incomplete or damaged ({0}). Reload the page to fetch it again, or pack the files again."
    )]
    Damaged(String),
    /// The zip file does not contain `manifest.json`.
    #[error(
        "The zip file is no data pack: {MANIFEST_NAME} is missing. Make one with “cargo xtask data”."
    )]
    NoManifest,
    /// The manifest cannot be read; contains the reason.
    #[error(
        "The data pack's {MANIFEST_NAME} cannot be used: {0}. Rebuild the pack with “cargo xtask data”."
    )]
    Manifest(String),
    /// The format is newer than this reader.
    #[error(
        "The data pack has format {0}, which is newer than this page. Reload the page without its cache."
    )]
    Newer(u32),
    /// The pack contains slices with masks instead of images.
    #[error(
        "The data pack holds slices with masks, and images with a class each are needed here. Choose another one."
    )]
    NoImagePack,
    /// A file does not belong to any class of the manifest.
    #[error(
        "The data pack has a file “{0}” that belongs to no class of its manifest. Rebuild the pack with “cargo xtask data”."
    )]
    UnknownFolder(String),
    /// A split contains no images.
    #[error("The data pack has no {} images. Rebuild it with “cargo xtask data”.", .0.name())]
    NoImages(Split),
    /// The pack contains more images than the limit.
    #[error("The data pack has more than {MAX_IMAGES} images. Pick fewer.")]
    TooManyImages,
    /// The number of images differs from the one in the manifest.
    #[error(
        "The data pack has {found} {} images where its manifest says {declared}. Rebuild it with “cargo xtask data”.", .split.name()
    )]
    Count {
        /// Split in which the numbers differ.
        split: Split,
        /// Number of images according to the manifest.
        declared: usize,
        /// Number of images in the zip.
        found: usize,
    },
    /// The requested image does not exist.
    #[error("The data pack has no {} image number {index}; choose a smaller number.", .split.name())]
    NoSuchImage {
        /// Split of the image.
        split: Split,
        /// Index of the image, from 0.
        index: usize,
    },
    /// A file in the pack cannot be read.
    #[error(
        "“{file}” in the data pack cannot be read ({reason}). Reload the page to fetch the pack again."
    )]
    File {
        /// Path in the pack.
        file: String,
        /// Message of the zip reader.
        reason: String,
    },
    /// A file in the pack is not a usable image.
    #[error(
        "“{file}” in the data pack cannot be used: {reason}. Replace or remove that image and pack again."
    )]
    Image {
        /// Path in the pack.
        file: String,
        /// Reason why the image cannot be used.
        reason: ImageError,
    },
}
