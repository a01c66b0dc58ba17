//! Reading of a `Blob` without waiting, which only workers can do.

use std::io::{self, Read, Seek, SeekFrom};

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

/// Reads a `Blob` in portions, so that it never lies in memory as a whole.
pub struct BlobReader {
    blob: Blob,
    portion_bytes: u32,
    /// Place in the blob after the portion.
    next: f64,
    portion: Vec<u8>,
    /// Bytes of the portion before this place are consumed.
    start: usize,
}

impl BlobReader {
    /// Creates the reader, which asks the browser for `portion_bytes` at a time. Each portion costs a
    /// round trip to the browser's process for files.
    pub fn new(blob: &Blob, portion_bytes: u32) -> Self {
        Self { blob: blob.clone(), portion_bytes, next: 0.0, portion: Vec::new(), start: 0 }
    }

    fn read_portion(&mut self) -> Result<(), JsValue> {
        let end = (self.next + f64::from(self.portion_bytes)).min(self.blob.size());
        let part = self.blob.slice_with_f64_and_f64(self.next, end)?;
        let buffer = FileReaderSync::new()?.read_as_array_buffer(&part)?;
        self.portion = Uint8Array::new(&buffer).to_vec();
        (self.next, self.start) = (end, 0);
        Ok(())
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.portion.len() && self.next < self.blob.size() {
            // The file was removed or changed since it was chosen. The browser's reason names it.
            let failed = |_| io::Error::other("it could not be read from the disk");
            self.read_portion().map_err(failed)?;
        }
        let read = (&self.portion[self.start..]).read(buffer)?;
        self.start += read;
        Ok(read)
    }
}

impl Seek for BlobReader {
    /// Moves to another place. The portion is kept if the place is in it.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let begin = self.next - self.portion.len() as f64;
        let place = match to {
            SeekFrom::Start(place) => place as f64,
            SeekFrom::End(offset) => self.blob.size() + offset as f64,
            SeekFrom::Current(offset) => begin + self.start as f64 + offset as f64,
        };
        if place < 0.0 {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        if (begin..=self.next).contains(&place) {
            self.start = (place - begin) as usize;
        } else {
            self.portion.clear();
            (self.next, self.start) = (place, 0);
        }
        Ok(place as u64)
    }
}
