//! A visitor's file as the browser holds it.

use std::io::Read;

use data::{FileSource, ReadSeek};
use transport::BlobReader;
use web_sys::Blob;

/// Number of bytes read at a time.
const PORTION_BYTES: u32 = 1 << 20;

/// A file that is read in portions.
pub struct BlobSource(pub Blob);

impl FileSource for BlobSource {
    fn open(&self) -> Box<dyn Read + '_> {
        Box::new(BlobReader::new(&self.0, PORTION_BYTES))
    }

    fn open_anywhere(&self) -> Box<dyn ReadSeek> {
        Box::new(BlobReader::new(&self.0, PORTION_BYTES))
    }
}
