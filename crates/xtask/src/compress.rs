//! Compressed copies of each file, for hosts that send `app.wasm.br` in response to a request for
//! `app.wasm`. They are compressed more slowly, and are therefore smaller, than what a host
//! compresses while it serves.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::files::{list, read, write};
use crate::shell::Failure;

/// File name extensions of compressed copies.
pub const ENDINGS: [&str; 2] = ["br", "gz"];

/// Writes a `.br` and a `.gz` copy next to each file in a folder, unless it saves less than 5
/// percent, as with images and packs.
pub fn beside(folder: &Path) -> Result<(), Failure> {
    for path in list(folder)? {
        if path.is_dir() {
            beside(&path)?;
            continue;
        }
        let bytes = read(&path)?;
        for (ending, packed) in ENDINGS.into_iter().zip([brotli(&bytes), gzip(&bytes)]) {
            let copy = copy_of(&path, ending);
            match packed {
                Some(packed) if packed.len() * 20 < bytes.len() * 19 => {
                    write(&copy, &packed)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Returns the path of a compressed copy.
pub fn copy_of(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).ok()
}

fn brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 24, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).ok().map(|_| out)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn what_gains_has_copies_that_hold_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("below");
        fs::create_dir(&below).unwrap();
        let text = below.join("text.js");
        let words = b"over and over again ".repeat(100);
        fs::write(&text, &words).unwrap();
        // Hash digests are like noise, which cannot be compressed.
        let noise = folder.path().join("pack.zip");
        let digests = (0..64_u8).flat_map(|i| Sha256::digest([i]));
        fs::write(&noise, digests.collect::<Vec<u8>>()).unwrap();

        beside(folder.path()).unwrap();
        let mut found = Vec::new();
        let packed = fs::read(copy_of(&text, "br")).unwrap();
        brotli::BrotliDecompress(&mut &*packed, &mut found).unwrap();
        assert_eq!(found, words);
        assert!(fs::read(copy_of(&text, "gz")).unwrap().starts_with(&[0x1f, 0x8b]));
        assert!(ENDINGS.iter().all(|ending| !copy_of(&noise, ending).exists()));
    }
}
