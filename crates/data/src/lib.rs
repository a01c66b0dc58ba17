//! Images and slices to train on: packs, generated phantoms, volumes, and the seeded generator
//! behind both shuffles and weights.
//!
//! The page and the engine read the same bytes through this crate, so it stays small, computes
//! without tensors, and gives the same numbers natively and in WebAssembly. A pack is a zip with a
//! [`Manifest`]: of images in class folders ([`Pack`]), or of slices with masks ([`SlicePack`]). It
//! is untrusted input, as is every [`Volume`]: every size is bounded before memory is taken for it.

mod archive;
mod dataset;
mod image;
mod manifest;
mod nifti;
mod normalise;
mod pack;
pub mod phantom;
pub mod rng;
mod slice_pack;
mod slice_png;
mod slices;
#[cfg(feature = "write")]
mod write;

pub use dataset::{Dataset, Images, epoch_order};
pub use image::{ImageError, decode_jpeg};
pub use manifest::{FORMAT, Index, Manifest, PackInfo, PackKind};
pub use model::{IMAGE_LEN, IMAGE_SIDE, Split};
pub use nifti::{MAX_VOXELS, Plane, Volume, VolumeError};
pub use normalise::{WINDOW_PERCENT, centred, centred_labels, window};
pub use pack::{Entry, MANIFEST_NAME, MAX_PACK_BYTES, Pack, PackError};
pub use slice_pack::{SliceFile, SlicePack, SlicePackError};
pub use slice_png::{PngError, SIDE_RANGE, decode_gray_png, decode_mask_png};
pub use slices::{Case, SliceSet, Slices};
#[cfg(feature = "write")]
pub use write::{LabelledSlice, Picture, sha256_hex, write_pack, write_slice_pack};
