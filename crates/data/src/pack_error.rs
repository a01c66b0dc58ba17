//! What can be wrong with a pack, and the bounds that it is held to.

use model::Split;
use thiserror::Error;

use crate::ImageError;

/// Name of the manifest in a pack.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Largest pack that is opened, in bytes.
pub const MAX_PACK_BYTES: usize = 64 << 20;

pub(crate) const MAX_IMAGES: usize = 50_000;

/// Why a pack, or an image in it, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PackError {
    /// Above [`MAX_PACK_BYTES`].
    #[error("The data pack has {} MB; the largest that can be opened has {}. Pick fewer images.", .0 >> 20, MAX_PACK_BYTES >> 20)]
    TooLarge(usize),
    /// No bytes at all.
    #[error("The data pack is empty. Reload the page to fetch it again, or choose another file.")]
    Empty,
    /// It does not begin as zip files do.
    #[error(
        "The data pack is no zip file. Choose one that is, or rebuild it with “cargo xtask data”."
    )]
    NotZip,
    /// It begins as a zip file but its directory cannot be read; mostly the end is missing.
    #[error(
        "The data pack is incomplete or damaged ({0}). Reload the page to fetch it again, or pack the files again."
    )]
    Damaged(String),
    /// A zip file without `manifest.json`.
    #[error(
        "The zip file is no data pack: {MANIFEST_NAME} is missing. Make one with “cargo xtask data”."
    )]
    NoManifest,
    /// The manifest cannot be read; why.
    #[error(
        "The data pack's {MANIFEST_NAME} cannot be used: {0}. Rebuild the pack with “cargo xtask data”."
    )]
    Manifest(String),
    /// A format of the future.
    #[error(
        "The data pack has format {0}, which is newer than this page. Reload the page without its cache."
    )]
    Newer(u32),
    /// A pack of slices with masks.
    #[error(
        "The data pack holds slices with masks, and images with a class each are needed here. Choose another one."
    )]
    NoImagePack,
    /// A file that lies in no class of the manifest.
    #[error(
        "The data pack has a file “{0}” that belongs to no class of its manifest. Rebuild the pack with “cargo xtask data”."
    )]
    UnknownFolder(String),
    /// A split without images.
    #[error("The data pack has no {} images. Rebuild it with “cargo xtask data”.", split_name(*.0))]
    NoImages(Split),
    /// More images than are ever read.
    #[error("The data pack has more than {MAX_IMAGES} images. Pick fewer.")]
    TooManyImages,
    /// Another number of images than the manifest says.
    #[error(
        "The data pack has {found} {} images where its manifest says {declared}. Rebuild it with “cargo xtask data”.", split_name(*.split)
    )]
    Count {
        /// Which split.
        split: Split,
        /// Images in the manifest.
        declared: usize,
        /// Images in the zip.
        found: usize,
    },
    /// There is no such image.
    #[error("The data pack has no {} image number {index}; choose a smaller number.", split_name(*.split))]
    NoSuchImage {
        /// Which split.
        split: Split,
        /// The index asked for, from 0.
        index: usize,
    },
    /// A file in the pack cannot be read; its path and why.
    #[error(
        "“{file}” in the data pack cannot be read ({reason}). Reload the page to fetch the pack again."
    )]
    File {
        /// Returns the path in the pack.
        file: String,
        /// The zip reader's words.
        reason: String,
    },
    /// A file in the pack is no image that can be used.
    #[error(
        "“{file}” in the data pack cannot be used: {reason}. Replace or remove that image and pack again."
    )]
    Image {
        /// Returns the path in the pack.
        file: String,
        /// What is wrong with it.
        reason: ImageError,
    },
}

pub(crate) fn split_name(split: Split) -> &'static str {
    match split {
        Split::Train => "training",
        Split::Test => "test",
    }
}

pub(crate) fn split_folder(split: Split) -> &'static str {
    match split {
        Split::Train => "train",
        Split::Test => "test",
    }
}
