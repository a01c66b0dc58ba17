//! Errors in sources of data. Each message says what to do.

use std::io;
use std::path::{Path, PathBuf};

use data::{PackError, SlicePackError, VolumeError};
use thiserror::Error;

use super::source::Source;

/// Reason why a pack could not be made from an existing source.
#[derive(Debug, Error)]
pub enum DataError {
    /// The specified path does not exist.
    #[error("there is nothing at {}; name the folder {folder} or its {archive}.", path.display(), folder = data.folder, archive = data.archive)]
    NotThere {
        /// The specified path.
        path: PathBuf,
        /// The data set to be located.
        data: &'static Source,
    },
    /// The folder does not contain the data set.
    #[error("{} holds none of the folders {parts}; name the folder {folder} or its {archive}.", path.display(), parts = data.parts.join(", "), folder = data.folder, archive = data.archive)]
    NoParts {
        /// The specified path.
        path: PathBuf,
        /// The data set to be located.
        data: &'static Source,
    },
    /// The file is not a complete archive.
    #[error("{} is no complete archive ({error}); fetch it again.", path.display())]
    Archive {
        /// Path of the file.
        path: PathBuf,
        /// Error of the archive reader.
        error: io::Error,
    },
    /// There are fewer files than needed.
    #[error("{} has {found} {what}, and {needed} are needed; use the whole data set or its subset.", path.display())]
    TooFew {
        /// Path of the source.
        path: PathBuf,
        /// Description of the missing files.
        what: String,
        /// Number of files found.
        found: usize,
        /// Number of files needed.
        needed: usize,
    },
    /// A volume cannot be read.
    #[error("{file} in {} cannot be packed. {error}", path.display())]
    Volume {
        /// Path of the source.
        path: PathBuf,
        /// Name of the file in the source.
        file: String,
        /// Reason why the volume cannot be read.
        error: VolumeError,
    },
    /// The shape of a mask differs from that of its volume.
    #[error("the mask {file} in {} has {mask:?} voxels and its volume {volume:?}; fetch the data set again.", path.display())]
    MaskShape {
        /// Path of the source.
        path: PathBuf,
        /// Name of the file in the source.
        file: String,
        /// Number of voxels of the mask along each axis.
        mask: [usize; 3],
        /// Number of voxels of the volume along each axis.
        volume: [usize; 3],
    },
    /// The images cannot be packed.
    #[error("the images in {} cannot be packed: {error}", path.display())]
    Pack {
        /// Path of the source.
        path: PathBuf,
        /// Reason why the images cannot be packed.
        error: PackError,
    },
    /// The slices cannot be packed.
    #[error("the slices from {} cannot be packed: {error}", path.display())]
    Slices {
        /// Path of the source.
        path: PathBuf,
        /// Reason why the slices cannot be packed.
        error: SlicePackError,
    },
    /// A file system operation failed.
    #[error("could not {doing} {}: {error}.", path.display())]
    Io {
        /// Description of the operation.
        doing: &'static str,
        /// Path of the file or folder.
        path: PathBuf,
        /// Error of the operating system.
        error: io::Error,
    },
}

impl DataError {
    /// Creates the error for a failed file system operation.
    pub fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), error }
    }
}
