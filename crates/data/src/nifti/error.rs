//! Errors in volumes, and limits on their size.

use thiserror::Error;

/// Maximum number of voxels, enough for 512 slices of 512×512. As 16-bit integers they take 256 MB.
pub const MAX_VOXELS: usize = 1 << 27;

/// Maximum gap between header and array, and maximum number of bytes after the array, in bytes.
pub(super) const MAX_EXTRA_BYTES: u64 = 16 << 20;

/// Reason why a file cannot be used as a volume.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum VolumeError {
    /// The file is empty.
    #[error("The file is empty. Choose a NIfTI volume (.nii or .nii.gz).")]
    Empty,
    /// The file has no NIfTI header, with or without gzip compression.
    #[error("The file is no NIfTI volume. Choose a .nii or .nii.gz file.")]
    NotNifti,
    /// The file is the header of a file pair, `.hdr` and `.img`.
    #[error("The file is the header of a pair. Choose the .hdr and the .img file together.")]
    Pair,
    /// The file has the header of NIfTI-2, but holds values on a surface.
    #[error(
        "The file is a CIFTI file, which holds values on the cortex, not a volume. Choose the volume (.nii.gz) that it was made from."
    )]
    Cifti,
    /// The gzip stream is truncated or damaged; contains the message of the decoder.
    #[error("The .nii.gz file is incomplete or damaged ({0}). Fetch or save it again.")]
    Gzip(String),
    /// The array is shorter than declared.
    #[error(
        "The volume is incomplete: {found} of its {declared} voxels are there. Fetch or save it again."
    )]
    Truncated {
        /// Number of voxels declared in the header.
        declared: usize,
        /// Number of voxels present.
        found: usize,
    },
    /// The file has more than four dimensions.
    #[error("The file has {0} dimensions; a volume has three. Save one volume of it as a file.")]
    Dimensions(usize),
    /// The file contains a single row of voxels.
    #[error("The file holds one row of {0} voxels. Choose a volume or a slice.")]
    Line(u64),
    /// The header declares an impossible shape.
    #[error(
        "The header of the volume is damaged: it names {0:?} as its dimensions. Save it again."
    )]
    Shape([i64; 8]),
    /// The volume has more than [`MAX_VOXELS`] voxels.
    #[error(
        "The volume has {}×{}×{} voxels; at most {} million can be read. Cut or resample it.", .0[0], .0[1], .0[2], MAX_VOXELS / 1_000_000
    )]
    TooLarge([u64; 3]),
    /// The data type is not supported: colors, complex numbers, 128-bit numbers.
    #[error(
        "The volume's voxels are of NIfTI data type {0}, which is not read here. Save them as 16-bit integers or 32-bit floats."
    )]
    Type(i16),
    /// The header declares an invalid offset of the array.
    #[error("The header of the volume is damaged: it puts the voxels at byte {0}. Save it again.")]
    Offset(f64),
    /// No voxel has a finite value.
    #[error("None of the volume's voxels is a finite number. Choose another volume.")]
    NoValues,
    /// A voxel of a mask has a value that is not a class.
    #[error("The mask has the value {0}; classes are the whole numbers 0 to 255.")]
    NoClass(f32),
}
