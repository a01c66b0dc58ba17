//! What can be wrong with a source of data, each with what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use data::{PackError, SlicePackError, VolumeError};
use thiserror::Error;

use super::source::Source;

/// Why there is no pack although there should be one.
#[derive(Debug, Error)]
pub enum DataError {
    /// The named source does not exist.
    #[error("there is nothing at {}; name the folder {folder} or its {archive}.", path.display(), folder = data.folder, archive = data.archive)]
    NotThere {
        /// What was named.
        path: PathBuf,
        /// The data set that was looked for.
        data: &'static Source,
    },
    /// A folder without the data set in it.
    #[error("{} holds none of the folders {parts}; name the folder {folder} or its {archive}.", path.display(), parts = data.parts.join(", "), folder = data.folder, archive = data.archive)]
    NoParts {
        /// What was named.
        path: PathBuf,
        /// The data set that was looked for.
        data: &'static Source,
    },
    /// A file that is no whole archive.
    #[error("{} is no complete archive ({error}); fetch it again.", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What its reader says.
        error: io::Error,
    },
    /// Fewer files than are needed.
    #[error("{} has {found} {what}, and {needed} are needed; use the whole data set or its subset.", path.display())]
    TooFew {
        /// The source.
        path: PathBuf,
        /// Of what there is too little.
        what: String,
        /// How much there is.
        found: usize,
        /// How much there must be.
        needed: usize,
    },
    /// A volume that cannot be read.
    #[error("{file} in {} cannot be packed. {error}", path.display())]
    Volume {
        /// The source.
        path: PathBuf,
        /// The file in it.
        file: String,
        /// Why.
        error: VolumeError,
    },
    /// A mask that does not belong to its volume.
    #[error("the mask {file} in {} has {mask:?} voxels and its volume {volume:?}; fetch the data set again.", path.display())]
    MaskShape {
        /// The source.
        path: PathBuf,
        /// The file in it.
        file: String,
        /// Voxels of the mask along each axis.
        mask: [usize; 3],
        /// Voxels of the volume.
        volume: [usize; 3],
    },
    /// Images that cannot be packed.
    #[error("the images in {} cannot be packed: {error}", path.display())]
    Pack {
        /// The source.
        path: PathBuf,
        /// Why.
        error: PackError,
    },
    /// Slices that cannot be packed.
    #[error("the slices from {} cannot be packed: {error}", path.display())]
    Slices {
        /// The source.
        path: PathBuf,
        /// Why.
        error: SlicePackError,
    },
    /// The file system.
    #[error("could not {doing} {}: {error}.", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
}

impl DataError {
    /// A failure of the file system at that path.
    pub fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), error }
    }
}
