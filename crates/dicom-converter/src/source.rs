//! Buffered bytes of a file, which can be looked at before they are read.

use std::io::{self, BufReader, Read};

use crate::DicomError;

/// Bytes of a file. Remembers why reading ended, since the decoders of elements do not tell.
pub struct Source<'a> {
    inner: Box<dyn Read + 'a>,
    /// Bytes that were looked at but not read.
    ahead: Vec<u8>,
    position: u64,
    ended: bool,
    failed: bool,
}

impl<'a> Source<'a> {
    /// Creates the source from the start of a file.
    pub fn new(inner: impl Read + 'a) -> Self {
        let inner = Box::new(BufReader::with_capacity(1 << 16, inner));
        Self { inner, ahead: Vec::new(), position: 0, ended: false, failed: false }
    }

    /// Returns the source of what this one yields when decompressed. Positions start at 0.
    pub fn inflated(self) -> Self {
        Self::new(flate2::read::DeflateDecoder::new(self))
    }

    /// Returns the number of bytes read.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns the next bytes without reading them; fewer at the end.
    pub fn peek(&mut self, count: usize) -> Result<&[u8], DicomError> {
        let missing = count.saturating_sub(self.ahead.len()) as u64;
        if missing > 0 {
            let read = self.inner.by_ref().take(missing).read_to_end(&mut self.ahead);
            read.map_err(|_| DicomError::Unreadable)?;
        }
        Ok(&self.ahead[..count.min(self.ahead.len())])
    }

    /// Reads a number of bytes. Allocates memory for those that are there, not for those claimed.
    pub fn read_bytes(&mut self, count: u64) -> Result<Vec<u8>, DicomError> {
        let mut bytes = Vec::new();
        let read = Read::take(&mut *self, count).read_to_end(&mut bytes);
        match read.map(|read| read as u64) {
            Ok(read) if read == count => Ok(bytes),
            _ => Err(self.error()),
        }
    }

    /// Skips a number of bytes.
    pub fn skip(&mut self, count: u64) -> Result<(), DicomError> {
        match io::copy(&mut Read::take(&mut *self, count), &mut io::sink()) {
            Ok(skipped) if skipped == count => Ok(()),
            _ => Err(self.error()),
        }
    }

    /// Returns the reason why reading an element failed.
    pub fn error(&self) -> DicomError {
        match (self.failed, self.ended) {
            (true, _) => DicomError::Unreadable,
            (false, true) => DicomError::Truncated,
            (false, false) => DicomError::Damaged,
        }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = if self.ahead.is_empty() {
            let read = self.inner.read(buffer);
            match &read {
                Ok(0) if !buffer.is_empty() => self.ended = true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.failed = true,
                Ok(_) => {}
            }
            read?
        } else {
            let count = self.ahead.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.ahead[..count]);
            self.ahead.drain(..count);
            count
        };
        self.position += read as u64;
        Ok(read)
    }
}
