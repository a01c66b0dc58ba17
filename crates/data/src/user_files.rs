//! Files provided by the visitor: pictures and volumes, and their masks.
//!
//! Every file is read into an [`OpenFile`], a volume in RAS; a picture is a volume with one axial
//! plane. Two files become an image and its mask by [`mask_of_two`], [`MaskGrid`] and
//! [`LabelTable`]; [`Frame`], [`gray_slice`] and [`label_slice`] give what a network sees.

mod dicom_file;
mod error;
mod exif;
mod file_kind;
mod frame;
mod grid;
mod labels;
mod mask_grid;
mod notes;
mod one_hot;
mod open_file;
mod picture;
mod roles;
mod scan_slices;
mod slices_request;
mod window;

pub use dicom_file::is_dicom;
pub use error::UserFileError;
pub use file_kind::{is_image_file, is_webp};
pub use frame::Frame;
pub use grid::{Grid, NetworkInput};
pub use labels::{LabelEntry, LabelGuess, LabelTable, MaskValue};
pub use mask_grid::MaskGrid;
pub use notes::frame_notes;
pub use one_hot::one_volume_per_class;
pub use open_file::{FileFacts, OpenFile};
pub use roles::{looks_like_mask_of, mask_of_two};
pub use scan_slices::{gray_slice, label_slice, thumbnail};
pub use slices_request::{FileId, MaskFacts, Slices, SlicesRequest};
pub use window::{WINDOW_PRESETS, WindowPreset};

#[cfg(test)]
mod tests;
