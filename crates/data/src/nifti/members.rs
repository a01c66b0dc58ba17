//! Decompression of gzip files as `gunzip` does it.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use super::portions::Portions;

/// First two bytes of a gzip stream.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The decompressed content of all gzip streams of a file, one after the other. Bytes after the
/// last stream, such as zeros that fill up a block, are ignored.
struct Members<R: Read> {
    /// `None` after an error.
    decoder: Option<GzDecoder<Portions<R>>>,
}

/// Returns the content of a file: decompressed if it is a gzip file, twice if that is a gzip file
/// again, as some upload forms make them.
pub fn content<'a>(file: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut file = Portions::new(file);
    if !file.is_next(&MAGIC)? {
        return Ok(Box::new(file));
    }
    let mut once = Portions::new(Members::new(file));
    if !once.is_next(&MAGIC)? {
        return Ok(Box::new(once));
    }
    Ok(Box::new(Members::new(once)))
}

impl<R: Read> Members<R> {
    /// Starts to decompress a file.
    fn new(file: Portions<R>) -> Self {
        Self { decoder: Some(GzDecoder::new(file)) }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(decoder) = &mut self.decoder else { return Ok(0) };
            match decoder.read(buffer)? {
                0 => {}
                read => return Ok(read),
            }
            if !decoder.get_mut().is_next(&MAGIC)? {
                return Ok(0);
            }
            self.decoder = self.decoder.take().map(|decoder| GzDecoder::new(decoder.into_inner()));
        }
    }
}
