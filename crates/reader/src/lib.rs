//! Decodes data for the page: packs, generated images, and visitors' files.
//!
//! It runs in a small worker of its own, which is loaded long before the engine. The page sends a
//! [`Request`] with the bytes of a file and gets pixels, so it needs no decoder and never waits for
//! one. Requests are independent of each other: after a crash the worker is replaced.
//!
//! ```
//! use model::DataSource;
//! use reader::{Request, Response, handle};
//!
//! let request = Request::Data { source: DataSource::PHANTOM, seed: 1 };
//! let Ok(Response::Data(info, dataset)) = handle(request, Vec::new()) else { panic!() };
//! assert_eq!((info.name.as_str(), dataset.classes().len()), ("phantom", 6));
//!
//! // A file that cannot be read is a sentence for the visitor.
//! let request = Request::Volume { name: "scan.nii".into(), size: [64, 64] };
//! let problem = handle(request, b"not a volume".to_vec()).unwrap_err();
//! assert!(problem.message.starts_with("“scan.nii”: The file is no NIfTI volume."));
//! ```

use data::user_files::{self, Extent, UserFileError};
use data::{Dataset, DatasetInfo};
use model::DataSource;
use protocol::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};

/// Request of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Decodes a data set. The file is its pack; empty for generated images.
    Data {
        /// Which data set.
        source: DataSource,
        /// Seed of generated images.
        seed: u32,
    },
    /// Decodes a volume.
    Volume {
        /// Its file's name, for problems.
        name: String,
        /// Height and width of the slices to return.
        size: [usize; 2],
    },
    /// Decodes the mask of an image or volume.
    Mask {
        /// Its file's name, for problems.
        name: String,
        /// Size of the image or volume that it belongs to.
        of: Extent,
        /// Height and width of the slices to return.
        size: [usize; 2],
        /// Class names in label order.
        classes: Vec<String>,
    },
}

/// Response to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// A data set.
    Data(DatasetInfo, Dataset),
    /// A volume.
    Volume {
        /// Voxels along its axes.
        shape: [usize; 3],
        /// Gray values 0 to 255, `[n, height, width]` row by row, along the first axis.
        #[serde(with = "serde_bytes")]
        slices: Vec<u8>,
    },
    /// Class of each pixel of a mask, `[n, height, width]` row by row.
    Mask(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// Handles a request about a file. Problems are sentences for the visitor.
pub fn handle(request: Request, file: Vec<u8>) -> Result<Response, Problem> {
    match request {
        Request::Data { source, seed } => {
            let (manifest, dataset) = data::load(source, seed, file).map_err(bad_pack)?;
            Ok(Response::Data(manifest.into(), dataset))
        }
        Request::Volume { name, size } => {
            let volume = user_files::read_volume(&name, &file, size).map_err(bad_file)?;
            Ok(Response::Volume { shape: volume.shape, slices: volume.slices })
        }
        Request::Mask { name, of, size, classes } => {
            user_files::read_mask(of, &name, &file, size, &classes)
                .map(Response::Mask)
                .map_err(bad_file)
        }
    }
}

/// Returns the problem of a visitor's file; its message begins with the file's name.
pub fn problem_in(name: &str, sentence: impl std::fmt::Display) -> Problem {
    bad_file(UserFileError::new(name, sentence))
}

fn bad_file(error: UserFileError) -> Problem {
    Problem::new(ErrorCode::BadImage, error)
}

fn bad_pack(error: impl ToString) -> Problem {
    Problem::new(ErrorCode::BadPack, error)
}

#[cfg(test)]
mod tests;
