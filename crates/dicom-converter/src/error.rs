//! Errors of the conversion.

use thiserror::Error;

/// Maximum number of files of a conversion.
pub const MAX_FILES: usize = 5_000;

/// Maximum number of slices of a volume.
pub const MAX_SLICES: usize = 1_200;

/// Maximum number of voxels of a volume: 512 slices of 512 × 512 pixels.
pub const MAX_VOXELS: usize = 1 << 27;

/// Reason why files cannot be converted. Contains no text of a header other than UIDs of the
/// standard, so that it can be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DicomError {
    /// There are no files.
    #[error("There is no DICOM file. Choose the files of a series, or the folder that holds them.")]
    NoFiles,
    /// The file has 0 bytes.
    #[error("The file is empty. Copy it again from where it came.")]
    Empty,
    /// The file does not begin as a DICOM file does.
    #[error(
        "The file is no DICOM file. Choose a DICOM file (often .dcm), a NIfTI volume or an image."
    )]
    NotDicom,
    /// The file ends before its last element does.
    #[error("The DICOM file is cut off. Copy or export it again.")]
    Truncated,
    /// The structure of the file contradicts itself.
    #[error(
        "The DICOM file is damaged: its elements do not follow each other as the standard demands. Copy or export it again."
    )]
    Damaged,
    /// Reading failed outside of this crate.
    #[error("The file could not be read to its end. Choose it again.")]
    Unreadable,
    /// The file is of a kind without an image.
    #[error("The DICOM file has no image: it is {0}. Choose the files of the images.")]
    NoImage(&'static str),
    /// The file has pixels that are no image of a patient.
    #[error(
        "The DICOM file is {0}, which is not read here. Convert it to NIfTI, for example with dcmqi or 3D Slicer."
    )]
    NotConverted(&'static str),
    /// The pixels are compressed in a way that is not read.
    #[error(
        "The pixels are compressed as {name} (transfer syntax {uid}), which is not read here. Save the files uncompressed (Explicit VR Little Endian), for example with “gdcmconv --raw”, or convert them to NIfTI with dcm2niix."
    )]
    Compressed {
        /// Name of the transfer syntax.
        name: &'static str,
        /// UID of the transfer syntax.
        uid: String,
    },
    /// A frame is compressed as JPEG, with an option that is not read.
    #[error(
        "The pixels are compressed as JPEG in a way that is not read here ({0}). Save the files uncompressed (Explicit VR Little Endian), for example with “gdcmconv --raw”."
    )]
    JpegOption(&'static str),
    /// A compressed frame cannot be decoded.
    #[error("The compressed pixels of the DICOM file are damaged. Copy or export it again.")]
    DamagedPixels,
    /// The pixels are stored in a form that is not read.
    #[error(
        "The DICOM file stores its pixels in a form that is not read here ({0}). Save it as 8 or 16 bit gray, or convert it to NIfTI with dcm2niix."
    )]
    PixelForm(&'static str),
    /// The header names no size, or one that is too large for NIfTI-1.
    #[error(
        "The DICOM file has an image of {columns} × {rows} pixels; 1 to 32767 in each direction can be read."
    )]
    ImageSize {
        /// Number of columns.
        columns: usize,
        /// Number of rows.
        rows: usize,
    },
    /// There are more than [`MAX_FILES`] files.
    #[error(
        "There are more than {MAX_FILES} files. Choose the files of one series, or the folder that holds them alone."
    )]
    TooManyFiles,
    /// The series has more than [`MAX_SLICES`] slices.
    #[error(
        "The series has {0} slices; up to {MAX_SLICES} can be read. Choose some of its files, such as every second one."
    )]
    TooManySlices(usize),
    /// The series has more than [`MAX_VOXELS`] voxels.
    #[error(
        "The series has {}×{}×{} voxels; up to {} million can be read. Choose some of its files, such as every second one.", .0[0], .0[1], .0[2], MAX_VOXELS / 1_000_000
    )]
    TooManyVoxels([usize; 3]),
    /// The volume could not be stored.
    #[error("There is not enough memory for the volume. Close other tabs, or choose fewer files.")]
    NoMemory,
    /// A file is not the one of which the header was read.
    #[error("A file has changed while it was read. Choose the files again.")]
    Changed,
}
