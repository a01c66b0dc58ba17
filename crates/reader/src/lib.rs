//! Decodes data for the page: packs, generated images, and visitors' files.
//!
//! The reader runs in a small worker of its own, which is loaded long before the engine. The page
//! sends a [`Request`] with the bytes of a file and receives pixels, so the page itself contains no
//! decoder and is not blocked while decoding. Requests are independent of each other; after a
//! crash, the worker is replaced.
//!
//! ```
//! use data::user_files::NetworkInput;
//! use model::DataSource;
//! use reader::{Request, Response, handle};
//!
//! let request = Request::Data { source: DataSource::PHANTOM, seed: 1 };
//! let Ok(Response::Data(info, dataset)) = handle(request, Vec::new()) else { panic!() };
//! assert_eq!((info.name.as_str(), dataset.classes().len()), ("phantom", 6));
//!
//! // A file that cannot be read gives a sentence for the visitor.
//! let input = NetworkInput { size: [64, 64], pixel_mm: [1.0, 1.0] };
//! let request = Request::Volume { name: "scan.nii".into(), input };
//! let problem = handle(request, b"not a volume".to_vec()).unwrap_err();
//! assert!(problem.message.starts_with("“scan.nii”: The file is no NIfTI volume."));
//! ```

use data::user_files::{self, Extent, Grid, NetworkInput, UserFileError};
use data::{Dataset, DatasetInfo};
use model::DataSource;
use protocol::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};

/// Request from the page to the reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Decodes a data set. The file is the pack of the data set; empty for generated images.
    Data {
        /// Source of the data set.
        source: DataSource,
        /// Seed of generated images.
        seed: u32,
    },
    /// Decodes a volume, such as a NIfTI file.
    Volume {
        /// Name of the file, for problems.
        name: String,
        /// Size of the slices to return.
        input: NetworkInput,
    },
    /// Decodes the mask of an image or volume.
    Mask {
        /// Name of the file, for problems.
        name: String,
        /// Extent of the image or volume that the mask belongs to.
        of: Box<Extent>,
        /// Size of the slices to return.
        input: NetworkInput,
        /// Class names in label order.
        classes: Vec<String>,
    },
}

/// Response to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// A decoded data set, with its description.
    Data(DatasetInfo, Dataset),
    /// A decoded volume.
    Volume {
        /// The voxels.
        grid: Grid,
        /// Gray values 0 to 255 of the slices, `[n, height, width]` row by row.
        #[serde(with = "serde_bytes")]
        slices: Vec<u8>,
        /// What was done with the file, as sentences.
        notes: Vec<String>,
    },
    /// A decoded mask.
    Mask {
        /// The class of each pixel, `[n, height, width]` row by row.
        #[serde(with = "serde_bytes")]
        labels: Vec<u8>,
        /// What was done with the file, as sentences.
        notes: Vec<String>,
    },
}

/// Handles a request about a file. Returned problems contain a sentence for the visitor.
pub fn handle(request: Request, file: Vec<u8>) -> Result<Response, Problem> {
    match request {
        Request::Data { source, seed } => {
            let (manifest, dataset) = data::load(source, seed, file).map_err(bad_pack)?;
            Ok(Response::Data(manifest.into(), dataset))
        }
        Request::Volume { name, input } => {
            let volume = user_files::read_volume(&name, &file, input).map_err(bad_file)?;
            Ok(Response::Volume { grid: volume.grid, slices: volume.slices, notes: volume.notes })
        }
        Request::Mask { name, of, input, classes } => {
            let mask = user_files::read_mask(*of, &name, &file, input, &classes);
            let mask = mask.map_err(bad_file)?;
            Ok(Response::Mask { labels: mask.labels, notes: mask.notes })
        }
    }
}

/// Returns the problem of a visitor's file. Its message begins with the name of the file.
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
