//! PNG decoding, to gray values or to the classes of a mask.

use std::io::Cursor;
use std::ops::RangeInclusive;

use png::{BitDepth, ColorType, Decoder, Limits, Transformations};
use thiserror::Error;

/// Allowed heights and widths of a slice in pixels.
pub const SIDE_RANGE: RangeInclusive<usize> = 16..=256;

/// Maximum number of pixels of a visitor's picture.
pub(crate) const MAX_USER_PIXELS: usize = 40_000_000;

/// Most bytes that a byte of a compressed stream becomes (zlib, technical details).
const MAX_EXPANSION: usize = 1032;

/// Memory limit of the decoder, for rows of 8-byte pixels, palettes and unused text.
const MAX_DECODER_BYTES: usize = 4 << 20;

/// Reason why a PNG cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PngError {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The decoder failed; contains its error message.
    #[error("it is no PNG that can be read ({0})")]
    Broken(String),
    /// The height or width is outside [`SIDE_RANGE`].
    #[error(
        "it is {width}×{height} pixels, and each side must have {} to {}", SIDE_RANGE.start(), SIDE_RANGE.end()
    )]
    Size {
        /// Pixels per row.
        width: usize,
        /// Number of rows.
        height: usize,
    },
    /// A visitor's picture has too many pixels.
    #[error("it is {width}×{height} pixels; the limit is {} megapixels", MAX_USER_PIXELS / 1_000_000)]
    TooLarge {
        /// Pixels per row.
        width: usize,
        /// Number of rows.
        height: usize,
    },
    /// The mask has colors, or 16-bit gray values above 255.
    #[error(
        "a mask tells the class of each pixel by a gray value from 0 to 255, and its colours tell none"
    )]
    NotAMask,
}

/// Decodes a PNG to its height and width, and gray values 0 to 255 in row-major order. Colors are
/// converted to luma (ITU-R BT.601), transparency is ignored, and 16-bit values are truncated to 8
/// bits. The size is checked before memory is allocated.
pub fn decode_gray_png(bytes: &[u8]) -> Result<([usize; 2], Vec<u8>), PngError> {
    decode_gray(bytes, check_slice)
}

/// Decodes a PNG of up to 40 megapixels like [`decode_gray_png`], for the packer.
#[cfg(feature = "write")]
pub fn decode_large_gray_png(bytes: &[u8]) -> Result<([usize; 2], Vec<u8>), PngError> {
    decode_gray(bytes, check_user_image)
}

fn decode_gray(
    bytes: &[u8],
    check: fn(usize, usize) -> Result<(), PngError>,
) -> Result<([usize; 2], Vec<u8>), PngError> {
    let DecodedPng { size, color, bytes, .. } =
        decode(bytes, Transformations::normalize_to_color8(), check)?;
    let luma = |pixel: &[u8]| luma([pixel[0], pixel[1], pixel[2]]);
    let gray = match color {
        ColorType::Grayscale | ColorType::Indexed => bytes,
        ColorType::GrayscaleAlpha => bytes.chunks_exact(2).map(|pixel| pixel[0]).collect(),
        ColorType::Rgb => bytes.chunks_exact(3).map(luma).collect(),
        ColorType::Rgba => bytes.chunks_exact(4).map(luma).collect(),
    };
    Ok((size, gray))
}

/// Returns the luma of a color (ITU-R BT.601).
pub(crate) fn luma([red, green, blue]: [u8; 3]) -> u8 {
    ((299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue) + 500) / 1000) as u8
}

/// Decodes a mask from a PNG to its height and width, and the class of each pixel in row-major
/// order. The class is the stored gray value (1 for white in a black and white mask) or the palette
/// index. Transparency is ignored. Color images are accepted if all their pixels are gray.
pub fn decode_mask_png(bytes: &[u8]) -> Result<([usize; 2], Vec<u8>), PngError> {
    labels(decode(bytes, Transformations::IDENTITY, check_slice)?)
}

/// Decodes a picture of up to 40 megapixels, with its pixels as they are stored.
pub(crate) fn decode_user_png(bytes: &[u8]) -> Result<DecodedPng, PngError> {
    decode(bytes, Transformations::IDENTITY, check_user_image)
}

fn labels(png: DecodedPng) -> Result<([usize; 2], Vec<u8>), PngError> {
    let samples: Vec<u8> = match png.depth {
        BitDepth::Sixteen => {
            let low = |pair: &[u8]| (pair[0] == 0).then_some(pair[1]).ok_or(PngError::NotAMask);
            png.bytes.chunks_exact(2).map(low).collect::<Result<_, _>>()?
        }
        _ => unpack_samples(&png).collect(),
    };
    let DecodedPng { size, color, .. } = png;
    let labels = match color {
        ColorType::Grayscale | ColorType::Indexed => samples,
        ColorType::GrayscaleAlpha => samples.chunks_exact(2).map(|pixel| pixel[0]).collect(),
        ColorType::Rgb | ColorType::Rgba => {
            let gray = |pixel: &[u8]| {
                let same = pixel[0] == pixel[1] && pixel[1] == pixel[2];
                same.then_some(pixel[0]).ok_or(PngError::NotAMask)
            };
            samples.chunks_exact(color.samples()).map(gray).collect::<Result<_, _>>()?
        }
    };
    Ok((size, labels))
}

/// Pixels as returned by the decoder.
pub(crate) struct DecodedPng {
    /// Height and width.
    pub size: [usize; 2],
    /// Channels of a pixel.
    pub color: ColorType,
    /// Bits of a sample.
    pub depth: BitDepth,
    /// Number of bytes per row.
    pub row: usize,
    /// The rows; samples of 16 bits have the higher byte first.
    pub bytes: Vec<u8>,
    /// Colors of a palette, three bytes each.
    pub palette: Option<Vec<u8>>,
    /// EXIF data.
    pub exif: Option<Vec<u8>>,
}

/// Returns the samples of an image with up to 8 bits per sample, as they are stored.
pub(crate) fn unpack_samples(png: &DecodedPng) -> Box<dyn Iterator<Item = u8> + '_> {
    if png.depth == BitDepth::Eight {
        return Box::new(png.bytes.iter().copied());
    }
    // Several pixels per byte, the first one in the highest bits. Each row begins with a new byte.
    let bits = (png.depth as usize).min(8);
    let at = move |row: &[u8], i: usize| {
        let place = i * bits;
        row[place / 8] >> (8 - bits - place % 8) & ((1 << bits) - 1) as u8
    };
    let width = png.size[1];
    Box::new(
        png.bytes.chunks_exact(png.row).flat_map(move |row| (0..width).map(move |i| at(row, i))),
    )
}

fn check_slice(width: usize, height: usize) -> Result<(), PngError> {
    match SIDE_RANGE.contains(&width) && SIDE_RANGE.contains(&height) {
        true => Ok(()),
        false => Err(PngError::Size { width, height }),
    }
}

fn check_user_image(width: usize, height: usize) -> Result<(), PngError> {
    match width.checked_mul(height) {
        Some(1..=MAX_USER_PIXELS) => Ok(()),
        _ => Err(PngError::TooLarge { width, height }),
    }
}

/// Decodes a PNG after `check` has accepted its width and height.
fn decode(
    bytes: &[u8],
    wanted: Transformations,
    check: fn(usize, usize) -> Result<(), PngError>,
) -> Result<DecodedPng, PngError> {
    if bytes.is_empty() {
        return Err(PngError::Empty);
    }
    let broken = |error: png::DecodingError| {
        let words = error.to_string();
        PngError::Broken(words.lines().next().unwrap_or_default().chars().take(120).collect())
    };
    let limits = Limits { bytes: MAX_DECODER_BYTES };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(wanted);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(broken)?;
    let (width, height) = (header.width as usize, header.height as usize);
    check(width, height)?;
    let mut reader = decoder.read_info().map_err(broken)?;
    // Before memory is allocated for what the header promises.
    if reader.info().raw_bytes() / MAX_EXPANSION > bytes.len() {
        return Err(PngError::Broken("it has fewer pixels than its header says".into()));
    }
    let length = reader.output_buffer_size().unwrap_or_default();
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    // The end of the file contains the checksums.
    reader.finish().map_err(broken)?;
    pixels.truncate(frame.buffer_size());
    if [frame.height as usize, frame.width as usize] != [height, width] {
        return Err(PngError::Broken("its animation begins with another size".into()));
    }
    let (color, depth, row) = (frame.color_type, frame.bit_depth, frame.line_size);
    let info = reader.info();
    let palette = info.palette.as_ref().map(|palette| palette.to_vec());
    let exif = info.exif_metadata.as_ref().map(|exif| exif.to_vec());
    Ok(DecodedPng { size: [height, width], color, depth, row, bytes: pixels, palette, exif })
}
