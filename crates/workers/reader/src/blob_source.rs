//! A visitor's file as the browser holds it.

use std::io::{self, Read};

use data::FileSource;
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

/// Number of bytes read at a time. Each read costs a round trip to the browser's process for files.
const PORTION_BYTES: f64 = (1 << 20) as f64;

/// A file that is read in portions, so that it never lies in memory as a whole.
pub struct BlobSource(pub Blob);

impl FileSource for BlobSource {
    fn open(&self) -> Box<dyn Read + '_> {
        Box::new(BlobReader { blob: &self.0, next: 0.0, portion: Vec::new(), start: 0 })
    }
}

struct BlobReader<'a> {
    blob: &'a Blob,
    /// Place in the file after the portion.
    next: f64,
    portion: Vec<u8>,
    /// Bytes of the portion before this place are consumed.
    start: usize,
}

impl BlobReader<'_> {
    fn read_portion(&mut self) -> Result<(), JsValue> {
        let end = (self.next + PORTION_BYTES).min(self.blob.size());
        let part = self.blob.slice_with_f64_and_f64(self.next, end)?;
        let buffer = FileReaderSync::new()?.read_as_array_buffer(&part)?;
        self.portion = js_sys::Uint8Array::new(&buffer).to_vec();
        (self.next, self.start) = (end, 0);
        Ok(())
    }
}

impl Read for BlobReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.portion.len() && self.next < self.blob.size() {
            // The file was removed or changed since it was chosen.
            let failed = |_| io::Error::other("it could not be read from the disk");
            self.read_portion().map_err(failed)?;
        }
        let read = (&self.portion[self.start..]).read(buffer)?;
        self.start += read;
        Ok(read)
    }
}
