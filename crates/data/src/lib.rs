//! Images to train on: packs of JPEGs, generated phantoms, and the seeded generator behind both
//! shuffles and weights.
//!
//! The page and the engine read the same bytes through this crate, so it stays small, computes
//! without tensors, and gives the same numbers natively and in WebAssembly. A pack is a zip in
//! image-folder layout with a [`Manifest`]; it is untrusted input, every size is bounded before
//! memory is taken for it.

mod dataset;
mod image;
mod manifest;
mod pack;
pub mod phantom;
pub mod rng;
#[cfg(feature = "write")]
mod write;

pub use dataset::{Dataset, Images, epoch_order};
pub use image::{ImageError, decode_jpeg};
pub use manifest::{FORMAT, Index, Manifest, PackInfo};
pub use pack::{Entry, MANIFEST_NAME, MAX_PACK_BYTES, Pack, PackError};
pub use protocol::{IMAGE_LEN, IMAGE_SIDE, Split};
#[cfg(feature = "write")]
pub use write::{Picture, sha256_hex, write_pack};
