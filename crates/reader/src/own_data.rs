//! A visitor's own data set, while it is read or looked at.

use std::io::Read;

use data::FileSource;
use data::own_data::{Collection, Import, OwnDataError, ReadResult, Report, SplitRule, ZipFile};
use protocol::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};

/// Request about a visitor's own data set, of which there is one at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum OwnRequest {
    /// Starts to read the zip file that comes with the request and has this name.
    Zip(String),
    /// Starts to read the files of a folder, which have these paths and come one by one.
    Files(Vec<String>),
    /// Reads the file at a place of [`OwnResponse::Planned`]. It comes with the request, unless it is
    /// in the zip file; one that was converted comes with the request, too.
    Read(usize),
    /// Takes gray values that the browser has decoded in place of a file.
    ReadGray {
        /// The place of the file.
        place: usize,
        /// Height and width in pixels.
        size: [usize; 2],
    },
    /// Skips a file that could not be converted.
    Skip {
        /// The place of the file.
        place: usize,
        /// The end of a sentence that says why.
        reason: String,
    },
    /// Makes a data set of what was read.
    Finish,
    /// Opens a data set that was kept, whose bytes come with the request.
    Open,
    /// Splits the data set by another rule.
    Split(SplitRule),
    /// Asks for the bytes by which the data set is kept.
    Bytes,
    /// Frees the memory of the data set.
    Close,
}

/// Response to an [`OwnRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum OwnResponse {
    /// The files to be read, by their indices among the paths.
    Planned(Vec<usize>),
    /// The file was read, or skipped.
    Read,
    /// The page has to convert the file.
    Convert {
        /// Whether it is DICOM; else it is a picture that the browser decodes.
        is_dicom: bool,
        /// The bytes of a file in a zip; empty if the page has the file.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// What was found, and how it is split.
    Report(Box<Report>),
    /// The bytes by which the data set is kept.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The memory is free.
    Closed,
}

/// A visitor's own data set.
#[derive(Debug, Default)]
pub struct OwnData {
    /// While it is read.
    import: Option<Import>,
    /// When it was read.
    collection: Option<Collection>,
}

impl OwnData {
    /// Handles a request. Returned problems contain a sentence for the visitor.
    pub fn handle(
        &mut self,
        request: OwnRequest,
        file: &dyn FileSource,
    ) -> Result<OwnResponse, Problem> {
        match request {
            OwnRequest::Zip(name) => {
                *self = Self::default();
                self.start(ZipFile::open(&name, file).and_then(Import::of_zip))
            }
            OwnRequest::Files(paths) => {
                *self = Self::default();
                self.start(Import::of_files(&paths))
            }
            OwnRequest::Read(place) => {
                let import = self.import()?;
                let comes = !import.is_zip() || matches!(file.open().read(&mut [0]), Ok(1));
                match import.read(place, comes.then_some(file)).map_err(bad_data)? {
                    ReadResult::Read | ReadResult::Skipped => Ok(OwnResponse::Read),
                    ReadResult::Convert { is_dicom, bytes } => {
                        Ok(OwnResponse::Convert { is_dicom, bytes })
                    }
                }
            }
            OwnRequest::ReadGray { place, size } => {
                let gray = all_bytes(file)?;
                self.import()?.add_gray(place, size, &gray);
                Ok(OwnResponse::Read)
            }
            OwnRequest::Skip { place, reason } => {
                self.import()?.skip(place, reason);
                Ok(OwnResponse::Read)
            }
            OwnRequest::Finish => {
                let import = self.import.take().ok_or_else(not_open)?;
                self.report_on(import.finish().map_err(bad_data)?)
            }
            OwnRequest::Open => {
                *self = Self::default();
                let bytes = all_bytes(file)?;
                self.report_on(Collection::from_bytes(&bytes).map_err(bad_data)?)
            }
            OwnRequest::Split(rule) => {
                let collection = self.collection.take().ok_or_else(not_open)?;
                self.report_on(Collection { rule, ..collection })
            }
            OwnRequest::Bytes => {
                let collection = self.collection.as_ref().ok_or_else(not_open)?;
                Ok(OwnResponse::Bytes(collection.to_bytes()))
            }
            OwnRequest::Close => {
                *self = Self::default();
                Ok(OwnResponse::Closed)
            }
        }
    }

    fn start(&mut self, import: Result<Import, OwnDataError>) -> Result<OwnResponse, Problem> {
        let import = self.import.insert(import.map_err(bad_data)?);
        Ok(OwnResponse::Planned(import.files().iter().map(|file| file.index).collect()))
    }

    fn report_on(&mut self, collection: Collection) -> Result<OwnResponse, Problem> {
        let report = Report::of(self.collection.insert(collection));
        Ok(OwnResponse::Report(Box::new(report)))
    }

    fn import(&mut self) -> Result<&mut Import, Problem> {
        self.import.as_mut().ok_or_else(not_open)
    }
}

fn all_bytes(file: &dyn FileSource) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    file.open().read_to_end(&mut bytes).map_err(|error| {
        Problem::new(ErrorCode::BadImage, format!("The file cannot be read: {error}."))
    })?;
    Ok(bytes)
}

fn bad_data(error: OwnDataError) -> Problem {
    Problem::new(ErrorCode::BadImage, error)
}

/// Returns the problem of a data set that the worker does not have, since it was replaced.
fn not_open() -> Problem {
    Problem::new(ErrorCode::BadImage, "Your images are not open any more. Choose them again.")
}
