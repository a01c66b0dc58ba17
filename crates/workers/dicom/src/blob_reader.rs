//! Reads a `Blob` without waiting, which only workers can do.

use std::io::{self, Read};

use js_sys::Uint8Array;
use web_sys::{Blob, FileReaderSync};

/// Reader of a `Blob` from its start.
pub struct BlobReader<'a> {
    blob: &'a Blob,
    chunk_bytes: u32,
    position: f64,
    chunk: Vec<u8>,
    /// Number of bytes of the chunk that were read.
    used: usize,
}

impl<'a> BlobReader<'a> {
    /// Creates the reader, which asks the browser for `chunk_bytes` at once.
    pub fn new(blob: &'a Blob, chunk_bytes: u32) -> Self {
        Self { blob, chunk_bytes, position: 0.0, chunk: Vec::new(), used: 0 }
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        // The browser's reasons name the file.
        let failed = |_| io::Error::other("the browser did not read the file");
        let end = (self.position + f64::from(self.chunk_bytes)).min(self.blob.size());
        let part = self.blob.slice_with_f64_and_f64(self.position, end).map_err(failed)?;
        let reader = FileReaderSync::new().map_err(failed)?;
        let buffer = reader.read_as_array_buffer(&part).map_err(failed)?;
        self.chunk = Uint8Array::new(&buffer).to_vec();
        self.used = 0;
        self.position = end;
        Ok(())
    }
}

impl Read for BlobReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used == self.chunk.len() && self.position < self.blob.size() {
            self.next_chunk()?;
        }
        let rest = self.chunk.get(self.used..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.used += count;
        Ok(count)
    }
}
