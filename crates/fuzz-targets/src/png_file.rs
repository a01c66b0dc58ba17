//! PNG files from the bytes of an input.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use crate::bytes::Bytes;

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// Returns a PNG of up to 48 × 48 pixels in any form, with EXIF data and perhaps too few or too many
/// pixels.
pub fn png(bytes: &mut Bytes<'_>) -> Vec<u8> {
    let [width, height] = [1 + bytes.below(48) as u32, 1 + bytes.below(48) as u32];
    let depth: u8 = bytes.one_of([8, 16, 1, 2, 4]);
    // Gray, palette, colors, gray with alpha, colors with alpha.
    let (color, samples) = bytes.one_of([(0_u8, 1_u32), (3, 1), (2, 3), (4, 2), (6, 4)]);
    let is_interlaced = bytes.byte() > 200;
    let mut file = SIGNATURE.to_vec();
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let form = [depth, color, 0, 0, u8::from(is_interlaced)];
    push_chunk(&mut file, b"IHDR", &[&size[..], &form].concat());
    let length = bytes.below(64);
    let exif = bytes.up_to(length);
    if !exif.is_empty() {
        push_chunk(&mut file, b"eXIf", exif);
    }
    if color == 3 {
        let colors = 3 * (1 + bytes.below(256));
        let palette = bytes.up_to(colors);
        push_chunk(&mut file, b"PLTE", palette);
    }
    let missing = bytes.one_of([0, 0, 0, 1]);
    let row = 1 + (width * samples * u32::from(depth)).div_ceil(8);
    let passes = if is_interlaced { 2 } else { 1 };
    let length = (row * height * passes) as usize - missing;
    let values = bytes.up_to(length);
    let mut pixels: Vec<u8> =
        if values.is_empty() { vec![0; length] } else { values.repeat(length / values.len() + 1) };
    pixels.truncate(length);
    if !is_interlaced {
        // The first byte of a row is one of five filters.
        pixels.iter_mut().step_by(row as usize).for_each(|filter| *filter %= 5);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(&pixels);
    push_chunk(&mut file, b"IDAT", &encoder.finish().unwrap_or_default());
    push_chunk(&mut file, b"IEND", b"");
    file
}

/// Returns the chunks of a file with correct checksums.
pub fn with_checksums(file: &[u8]) -> Vec<u8> {
    let mut mended = SIGNATURE.to_vec();
    let mut rest = file.get(SIGNATURE.len()..).unwrap_or_default();
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let content = &body[..length.min(body.len())];
        push_chunk(&mut mended, &kind, content);
        rest = body.get(content.len() + 4..).unwrap_or_default();
    }
    mended
}

fn push_chunk(file: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    file.extend((content.len() as u32).to_be_bytes());
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(content);
    file.extend(kind);
    file.extend(content);
    file.extend(crc.sum().to_be_bytes());
}
