//! Buffered reading of a source whose next bytes can be looked at.

use std::io::{self, BufRead, Read};

/// Number of bytes read at a time.
const PORTION_BYTES: usize = 1 << 16;

/// A source that is read in portions. Unlike [`io::BufReader`], it can look at more than one byte
/// ahead, wherever a portion ends.
pub struct Portions<R> {
    source: R,
    buffer: Vec<u8>,
    /// Bytes before this place are consumed.
    start: usize,
}

impl<R: Read> Portions<R> {
    /// Starts to read a source.
    pub fn new(source: R) -> Self {
        Self { source, buffer: Vec::new(), start: 0 }
    }

    /// Returns whether the next bytes are these, without consuming them.
    pub fn is_next(&mut self, bytes: &[u8]) -> io::Result<bool> {
        while self.buffer.len() - self.start < bytes.len() && self.read_more()? > 0 {}
        Ok(self.buffer[self.start..].starts_with(bytes))
    }

    /// Appends a portion to the bytes that are not consumed yet. Returns the number of new bytes.
    fn read_more(&mut self) -> io::Result<usize> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let before = self.buffer.len();
        self.buffer.resize(before + PORTION_BYTES, 0);
        let read = loop {
            match self.source.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(before + read.as_ref().map_or(0, |read| *read));
        read
    }
}

impl<R: Read> BufRead for Portions<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.buffer.len() {
            self.read_more()?;
        }
        Ok(&self.buffer[self.start..])
    }

    fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.buffer.len());
    }
}

impl<R: Read> Read for Portions<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(1);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn looking_ahead_consumes_nothing() {
        let mut portions = Portions::new(Slow(b"abcdef"));
        assert!(portions.is_next(b"abc").unwrap() && !portions.is_next(b"b").unwrap());
        let mut two = [0; 2];
        portions.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"ab");
        assert!(portions.is_next(b"cdef").unwrap() && !portions.is_next(b"cdefg").unwrap());
        let mut rest = Vec::new();
        portions.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"cdef");
        assert!(!portions.is_next(b"x").unwrap() && portions.is_next(b"").unwrap());
    }
}
