//! Decodes data for the page: packs, generated images, and visitors' files.
//!
//! The reader runs in a small worker of its own, which is loaded long before the engine. The page
//! sends a [`Request`], perhaps with a file, and receives pixels, so the page itself contains no
//! decoder and is not blocked while decoding. A visitor's file stays open in the [`Reader`], so that
//! the page asks for the slices it shows and no more; a file is read in portions, and never lies in
//! memory as a whole.
//!
//! ```
//! use data::user_files::NetworkInput;
//! use model::{DataSource, DatasetKey, Sampling};
//! use reader::{Reader, Request, Response};
//!
//! let mut reader = Reader::default();
//! let request = Request::Data(DatasetKey::new(DataSource::PHANTOM, Sampling::DEFAULT, 1));
//! let Ok(Response::Data(info, dataset)) = reader.handle(request, &Vec::new()) else { panic!() };
//! assert_eq!((info.name.as_str(), dataset.classes().len()), ("phantom", 6));
//!
//! // A file that cannot be read gives a sentence for the visitor.
//! let request = Request::Open { file: 1, name: "scan.nii".into(), volume: 0 };
//! let problem = reader.handle(request, &b"not a volume".to_vec()).unwrap_err();
//! assert!(problem.message.starts_with("“scan.nii”: it seems to be text."));
//! ```

mod open_files;
mod own_data;

use data::user_files::{FileFacts, FileId, MaskFacts, Slices, SlicesRequest, UserFileError};
use data::{Dataset, DatasetInfo, FileSource};
use model::DatasetKey;
use open_files::OpenFiles;
use own_data::OwnData;
pub use own_data::{OwnRequest, OwnResponse};
use protocol::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};

/// Request from the page to the reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Decodes a data set. The file is the pack of the data set; empty for generated images.
    Data(DatasetKey),
    /// Opens a picture or a volume.
    Open {
        /// Number for later requests. A file with this number is closed before.
        file: FileId,
        /// Name of the file.
        name: String,
        /// Index of the volume in a file of several.
        volume: usize,
    },
    /// Opens a picture that the browser has decoded; the file is its gray values 0 to 255, row by
    /// row.
    OpenGray {
        /// Number for later requests.
        file: FileId,
        /// Name of the file.
        name: String,
        /// Height and width in pixels.
        size: [usize; 2],
    },
    /// Closes files, which frees their memory.
    Close(Vec<FileId>),
    /// Matches a mask with its image. The file is that of the mask again, in case that it has one
    /// volume per class.
    Mask {
        /// The image.
        image: FileId,
        /// The mask.
        mask: FileId,
        /// Class names in label order.
        classes: Vec<String>,
    },
    /// Returns slices, whole, with the pixels of a network.
    Slices(SlicesRequest),
    /// Returns the middle slice of a file, scaled to fit into an image of this size.
    Thumbnail {
        /// The file.
        file: FileId,
        /// Height and width in pixels.
        size: [usize; 2],
    },
    /// Reads a data set of the visitor's own.
    Own(OwnRequest),
}

/// Response to a [`Request`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// A decoded data set, with its description.
    Data(DatasetInfo, Dataset),
    /// A file was opened.
    Opened(Box<FileFacts>),
    /// Files were closed.
    Closed,
    /// A mask was matched with its image.
    Mask(MaskFacts),
    /// Slices.
    Slices(Slices),
    /// Gray values 0 to 255, row by row.
    Thumbnail(#[serde(with = "serde_bytes")] Vec<u8>),
    /// What became of a data set of the visitor's own.
    Own(OwnResponse),
}

/// The reader with the files that visitors have opened.
#[derive(Debug, Default)]
pub struct Reader {
    files: OpenFiles,
    own: OwnData,
}

impl Reader {
    /// Handles a request about a file. Returned problems contain a sentence for the visitor.
    pub fn handle(&mut self, request: Request, file: &dyn FileSource) -> Result<Response, Problem> {
        match request {
            Request::Data(key) => {
                let mut bytes = Vec::new();
                let read = std::io::Read::read_to_end(&mut file.open(), &mut bytes);
                read.map_err(|error| Problem::new(ErrorCode::BadPack, error))?;
                let (info, dataset) = data::load(key, bytes).map_err(bad_pack)?;
                Ok(Response::Data(info, dataset))
            }
            Request::Open { file: id, name, volume } => {
                let facts = self.files.open(id, &name, file, volume).map_err(bad_file)?;
                Ok(Response::Opened(Box::new(facts)))
            }
            Request::OpenGray { file: id, name, size } => {
                let facts = self.files.open_gray(id, &name, size, file).map_err(bad_file)?;
                Ok(Response::Opened(Box::new(facts)))
            }
            Request::Close(files) => {
                self.files.close(&files);
                Ok(Response::Closed)
            }
            Request::Mask { image, mask, classes } => {
                self.files.match_mask(image, mask, file, &classes).map(Response::Mask)
            }
            Request::Slices(request) => self.files.slices(&request).map(Response::Slices),
            Request::Thumbnail { file, size } => {
                self.files.thumbnail(file, size).map(Response::Thumbnail)
            }
            Request::Own(request) => self.own.handle(request, file).map(Response::Own),
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
