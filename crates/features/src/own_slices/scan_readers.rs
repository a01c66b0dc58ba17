//! Functions that read visitors' files.

use std::pin::Pin;

use data::user_files::{FileFacts, FileId, MaskFacts, Slices, SlicesRequest};
use protocol::Problem;
use ui::erased_signal::Callback;

/// Future of a result.
pub type Later<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A visitor's file that the reader has opened.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedFile {
    /// Its number.
    pub id: FileId,
    /// What is known of it.
    pub facts: FileFacts,
}

/// Functions that read files. The page provides them, since the decoders run in a worker, where the
/// files stay open.
#[derive(Clone, Copy)]
pub struct ScanReaders {
    /// Opens files that were dropped or chosen together, and returns at most two. Files that belong
    /// together, as those of a DICOM series, are opened as one.
    pub open: Callback<Vec<web_sys::File>, Later<Vec<OpenedFile>>>,
    /// Opens another volume of a file that has several.
    pub volume: Callback<(FileId, usize), Later<OpenedFile>>,
    /// Matches a mask with its image: image, mask, class names in label order.
    pub mask: Callback<(FileId, FileId, Vec<String>), Later<MaskFacts>>,
    /// Reads slices.
    pub slices: Callback<SlicesRequest, Later<Slices>>,
    /// Closes files.
    pub close: Callback<Vec<FileId>>,
}
