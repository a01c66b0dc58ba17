//! Data sets: packs, generated phantoms, volumes, visitors' files, and the seeded random number
//! generator behind shuffles and initial weights.
//!
//! The page and the engine read the same data through this crate. Therefore it is small, does not
//! use tensors, and gives the same numbers natively and in WebAssembly. A pack is a zip file with a
//! [`Manifest`], and with images in one folder per class ([`Pack`]) or with slices and masks
//! ([`SlicePack`]). Packs are untrusted input, as is every [`Volume`]: every size is checked before
//! memory is allocated.
//!
//! ```
//! use data::{IMAGE_SIDE, Split, phantom};
//!
//! // The same seed gives the same image on every machine.
//! let spec = phantom::Spec { noise: 10, rotation: 15 };
//! let image = phantom::image(spec, 1, Split::Test, 0);
//! assert_eq!(image.len(), IMAGE_SIDE * IMAGE_SIDE);
//! assert_eq!(image, phantom::image(spec, 1, Split::Test, 0));
//!
//! // The order of an epoch depends only on the seed and the epoch.
//! assert_eq!(data::epoch_order(1, 3, 100), data::epoch_order(1, 3, 100));
//! ```

#[cfg(feature = "sources")]
mod affine;
#[cfg(feature = "sources")]
mod archive;
mod augmentation;
mod corrupt;
mod dataset;
mod dataset_info;
mod gaussian_noise;
#[cfg(feature = "sources")]
mod image;
mod image_edits;
mod images;
#[cfg(feature = "sources")]
mod load_dataset;
#[cfg(feature = "sources")]
mod manifest;
#[cfg(feature = "sources")]
mod nifti;
#[cfg(feature = "sources")]
mod normalize;
#[cfg(feature = "sources")]
mod orientation;
#[cfg(feature = "sources")]
pub mod own_data;
#[cfg(feature = "sources")]
mod pack;
#[cfg(feature = "sources")]
mod pack_error;
#[cfg(feature = "write")]
mod pack_writer;
#[cfg(feature = "sources")]
pub mod phantom;
mod plant;
#[cfg(feature = "sources")]
mod resample;
pub mod rng;
#[cfg(feature = "sources")]
mod sampling;
#[cfg(feature = "sources")]
mod slice_pack;
#[cfg(feature = "sources")]
mod slice_png;
mod slices;
#[cfg(feature = "sources")]
mod trap;
#[cfg(feature = "sources")]
pub mod user_files;
#[cfg(feature = "sources")]
mod voxels;

#[cfg(feature = "sources")]
pub use affine::Affine;
pub use augmentation::{Augmenter, ImageChange};
pub use corrupt::corrupt;
pub use dataset::{Dataset, epoch_order};
pub use dataset_info::DatasetInfo;
#[cfg(feature = "sources")]
pub use image::{ImageError, decode_jpeg};
pub use images::{ImageSet, Images};
#[cfg(feature = "sources")]
pub use load_dataset::{LoadError, load};
#[cfg(feature = "sources")]
pub use manifest::{FORMAT, Index, Manifest, PackInfo, PackKind};
pub use model::{DataSource, IMAGE_LEN, IMAGE_SIDE, Partition, Split, Splits};
#[cfg(feature = "sources")]
pub use nifti::{
    FileSource, MAX_VOXELS, Plane, PlaneGrid, ReadSeek, Volume, VolumeError, slice_axis,
};
#[cfg(feature = "sources")]
pub(crate) use normalize::center;
#[cfg(feature = "sources")]
pub use normalize::{WINDOW_PERCENTILES, center_gray, center_labels, intensity_window};
#[cfg(feature = "sources")]
pub use orientation::{Direction, Orientation};
#[cfg(feature = "sources")]
pub use pack::{Entry, Pack};
#[cfg(feature = "sources")]
pub use pack_error::{MANIFEST_NAME, MAX_PACK_BYTES, PackError};
#[cfg(feature = "write")]
pub use pack_writer::{
    ImageEncoding, JpegFile, LabeledSlice, add_file, encode_gray_jpeg, sha256_hex, write_pack,
    write_slice_pack,
};
pub use plant::{plant, plant_marker};
#[cfg(feature = "sources")]
pub use sampling::{SamplingError, sample};
#[cfg(feature = "sources")]
pub use slice_pack::{SliceFile, SlicePack, SlicePackError};
#[cfg(feature = "write")]
pub use slice_png::decode_large_gray_png;
#[cfg(feature = "sources")]
pub use slice_png::{PngError, SIDE_RANGE, decode_gray_png, decode_mask_png};
pub use slices::{Case, SliceSet, Slices};
#[cfg(feature = "sources")]
pub use voxels::Voxels;
