//! Converts DICOM files to one NIfTI-1 volume, as dcm2niix does, so that nothing else needs to know
//! DICOM.
//!
//! Files are read twice. First [`FileSet::add`] reads each header, up to the pixels, and
//! [`FileSet::plan`] puts the slices of the largest series in order. Then [`Plan::read_slices`] reads
//! one file at a time and returns the voxels of its slices. The caller concatenates
//! [`Plan::header`] and the slices; the volume is never in the memory of this crate.
//!
//! Only listed elements of a header are read, and none of them is returned: no name of a patient,
//! date or description can get into a [`Note`], a [`DicomError`] or the volume.
//!
//! ```
//! use dicom_converter::{DicomError, FileSet};
//!
//! let mut files = FileSet::new();
//! files.add(&b"no DICOM file"[..], 13)?;
//! assert_eq!(files.plan().err(), Some(DicomError::NotDicom));
//! # Ok::<(), DicomError>(())
//! ```

mod dictionary;
mod elements;
mod error;
mod file_meta;
mod file_set;
mod frame_fields;
mod frames;
mod header;
mod jpeg;
mod luma;
mod nifti_header;
mod note;
mod palette;
mod pixel_format;
mod plan;
mod rle;
mod slice;
mod sop_class;
mod source;
mod stack;
mod transfer_syntax;
mod value;
mod vector;
mod voxels;

pub use error::{DicomError, MAX_FILES, MAX_SLICES, MAX_VOXELS};
pub use file_set::FileSet;
pub use note::Note;
pub use plan::Plan;
