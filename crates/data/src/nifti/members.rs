//! Decompression of gzip files as `gunzip` does it.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

/// First two bytes of a gzip stream.
pub const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The decompressed content of all gzip streams of a file, one after the other. Bytes after the
/// last stream, such as zeros that fill up a block, are ignored.
pub struct Members<'a> {
    decoder: GzDecoder<&'a [u8]>,
}

impl<'a> Members<'a> {
    /// Starts to decompress a file.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { decoder: GzDecoder::new(bytes) }
    }
}

impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.decoder.read(buffer)? {
                0 => {}
                read => return Ok(read),
            }
            let rest = *self.decoder.get_ref();
            if !rest.starts_with(&MAGIC) {
                return Ok(0);
            }
            self.decoder = GzDecoder::new(rest);
        }
    }
}
