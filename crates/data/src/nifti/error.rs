//! What can be wrong with a volume, and the bounds that it is held to.

use thiserror::Error;

/// Largest number of voxels that is read: a head of 256³.
pub const MAX_VOXELS: usize = 1 << 24;

/// Largest gap between header and array, and largest rest behind the array, in bytes.
pub(super) const MAX_EXTRA_BYTES: u64 = 16 << 20;

/// Why a file cannot be used as a volume.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum VolumeError {
    /// No bytes at all.
    #[error("The file is empty. Choose a NIfTI volume (.nii or .nii.gz).")]
    Empty,
    /// Neither a NIfTI-1 header nor gzip around one.
    #[error("The file is no NIfTI volume. Choose a .nii or .nii.gz file.")]
    NotNifti,
    /// The header of a pair of files, `.hdr` and `.img`.
    #[error("The file is the header of a pair of files. Save the volume as one .nii file.")]
    Pair,
    /// The second version of the format.
    #[error("The file is NIfTI-2, which is not read here. Save it as NIfTI-1.")]
    Nifti2,
    /// The gzip stream is cut short or broken; the decoder's words.
    #[error("The .nii.gz file is incomplete or damaged ({0}). Fetch or save it again.")]
    Gzip(String),
    /// The array ends before it should.
    #[error(
        "The volume is incomplete: {found} of its {declared} voxels are there. Fetch or save it again."
    )]
    Truncated {
        /// Voxels that the header tells of.
        declared: usize,
        /// Voxels that are there.
        found: usize,
    },
    /// Four dimensions or more.
    #[error(
        "The file has {0} dimensions, as a time series has; a volume has three. Save one volume of it as a file."
    )]
    Dimensions(usize),
    /// A single plane.
    #[error(
        "The file holds one plane of {0}×{1} pixels, no volume. Save it as a PNG image and choose that."
    )]
    Flat(usize, usize),
    /// Sides that no array can have.
    #[error(
        "The header of the volume is damaged: it names {0:?} as its dimensions. Save it again."
    )]
    Shape([i16; 8]),
    /// More voxels than [`MAX_VOXELS`].
    #[error(
        "The volume has {}×{}×{} voxels; at most {} million can be read. Cut or resample it.", .0[0], .0[1], .0[2], MAX_VOXELS / 1_000_000
    )]
    TooLarge([usize; 3]),
    /// A kind of number that is not read: colours, complex numbers, 64-bit integers.
    #[error(
        "The volume's voxels are of NIfTI data type {0}, which is not read here. Save them as 16-bit integers or 32-bit floats."
    )]
    Type(i16),
    /// The array does not begin where one can.
    #[error("The header of the volume is damaged: it puts the voxels at byte {0}. Save it again.")]
    Offset(f32),
    /// No voxel is a finite number.
    #[error("None of the volume's voxels is a finite number. Choose another volume.")]
    NoValues,
    /// A mask with a voxel that is no class.
    #[error("The mask has the value {0}; classes are the whole numbers 0 to 255.")]
    NoClass(f32),
}
