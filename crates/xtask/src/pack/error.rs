//! Errors in sources of data. Each message says what to do.

use std::io;
use std::path::{Path, PathBuf};

use data::{PackError, PngError, SlicePackError, Split, VolumeError};
use thiserror::Error;

use super::csv::CsvError;
use super::npy::NpyError;
use super::source::Source;

/// Reason why a pack could not be made from an existing source.
#[derive(Debug, Error)]
pub enum DataError {
    /// The specified path does not exist.
    #[error("there is nothing at {}; name {}.", path.display(), data.names())]
    NotThere {
        /// The specified path.
        path: PathBuf,
        /// The data set to be located.
        data: &'static Source,
    },
    /// The folder does not contain the data set.
    #[error("{} holds none of the folders {}; name {}.", path.display(), data.parts(), data.names())]
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
    /// A file is missing.
    #[error("{file} is missing in {}; fetch the data set again.", path.display())]
    NoFile {
        /// Path of the source.
        path: PathBuf,
        /// Name of the file in the source.
        file: String,
    },
    /// The name of a file does not tell the patient.
    #[error("{file} in {} is not named like {like}; fetch the data set again.", path.display())]
    FileName {
        /// Path of the source.
        path: PathBuf,
        /// Name of the file.
        file: String,
        /// Names that tell the patient.
        like: &'static str,
    },
    /// Images of a patient are in two splits.
    #[error("patient {patient} in {} has {} and {} images; fetch the data set again, or move them into one split.", path.display(), splits[0].name(), splits[1].name())]
    PatientInTwoSplits {
        /// Path of the source.
        path: PathBuf,
        /// Name of the patient in the source.
        patient: String,
        /// The splits.
        splits: [Split; 2],
    },
    /// A table cannot be used.
    #[error("the table {file} in {} cannot be used: {error}; fetch the data set again.", path.display())]
    Table {
        /// Path of the source.
        path: PathBuf,
        /// Name of the table.
        file: &'static str,
        /// Reason why the table cannot be used.
        error: CsvError,
    },
    /// An array cannot be used.
    #[error("the array {file} in {} cannot be used: {error}; fetch the data set again.", path.display())]
    Array {
        /// Path of the source.
        path: PathBuf,
        /// Name of the array.
        file: &'static str,
        /// Reason why the array cannot be used.
        error: NpyError,
    },
    /// A PNG cannot be decoded.
    #[error("{file} in {} cannot be used: {reason}; fetch the data set again.", path.display())]
    Picture {
        /// Path of the source.
        path: PathBuf,
        /// Name of the file in the source.
        file: String,
        /// Reason why the PNG cannot be decoded.
        reason: PngError,
    },
    /// The size of an image or a mask is not the one needed.
    #[error("{file} in {} is {}×{} pixels, not {}×{}; fetch the data set again.", path.display(), found[1], found[0], needed[1], needed[0])]
    ImageSize {
        /// Path of the source.
        path: PathBuf,
        /// Name of the file in the source.
        file: String,
        /// Height and width in pixels.
        found: [usize; 2],
        /// The height and width needed.
        needed: [usize; 2],
    },
    /// A mask has no lesion.
    #[error("the mask {file} in {} is black; fetch the data set again.", path.display())]
    EmptyMask {
        /// Path of the source.
        path: PathBuf,
        /// Name of the file in the source.
        file: String,
    },
    /// An image cannot be encoded.
    #[error("the image {name} cannot be stored as a JPEG: {reason}.")]
    Encoding {
        /// Name of the image.
        name: String,
        /// Reason why the image cannot be encoded.
        reason: String,
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
