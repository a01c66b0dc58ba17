//! JPEG decoding to gray values.

use crate::slice_png::SIDE_RANGE;
use model::{IMAGE_LEN, IMAGE_SIDE};
use thiserror::Error;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Errors of JPEG decoding.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImageError {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The decoder failed; contains its error message.
    #[error("it is no JPEG that can be read ({0})")]
    Broken(String),
    /// The size differs from that of the networks' input.
    #[error("it is {width}×{height} pixels, not {IMAGE_SIDE}×{IMAGE_SIDE}")]
    Size {
        /// Pixels per row.
        width: usize,
        /// Number of rows.
        height: usize,
    },
    /// The height or width of a slice is outside [`SIDE_RANGE`].
    #[error(
        "it is {width}×{height} pixels, and each side must have {} to {}", SIDE_RANGE.start(), SIDE_RANGE.end()
    )]
    SliceSize {
        /// Pixels per row.
        width: usize,
        /// Number of rows.
        height: usize,
    },
}

/// Returns whether a file begins like a JPEG.
pub(crate) fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff])
}

/// Decodes a JPEG of 64×64 pixels to gray values 0 to 255, `[64, 64]` in row-major order. Color
/// images are converted to luma. The size is checked before anything is decoded. Only the portable
/// code of the decoder is used, so that every machine produces the same pixels.
pub fn decode_jpeg(bytes: &[u8]) -> Result<[u8; IMAGE_LEN], ImageError> {
    let is_input = |width, height| (width, height) == (IMAGE_SIDE, IMAGE_SIDE);
    let (_, gray) = decode(bytes, |width, height| match is_input(width, height) {
        true => Ok(()),
        false => Err(ImageError::Size { width, height }),
    })?;
    gray.try_into().map_err(|_| ImageError::Broken("it has too few pixels".into()))
}

/// Decodes a JPEG of a slice to its height and width, and gray values 0 to 255 in row-major order,
/// like [`decode_jpeg`].
pub(crate) fn decode_slice_jpeg(bytes: &[u8]) -> Result<([usize; 2], Vec<u8>), ImageError> {
    decode(bytes, |width, height| {
        match SIDE_RANGE.contains(&width) && SIDE_RANGE.contains(&height) {
            true => Ok(()),
            false => Err(ImageError::SliceSize { width, height }),
        }
    })
}

/// Decodes a JPEG to its height and width, and gray values in row-major order, after `check` has
/// accepted its width and height.
fn decode(
    bytes: &[u8],
    check: impl Fn(usize, usize) -> Result<(), ImageError>,
) -> Result<([usize; 2], Vec<u8>), ImageError> {
    if bytes.is_empty() {
        return Err(ImageError::Empty);
    }
    let broken = |error: zune_jpeg::errors::DecodeErrors| ImageError::Broken(first_line(&error));
    let options =
        DecoderOptions::new_safe().set_use_unsafe(false).jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    check(width, height)?;
    let mut gray = vec![0; width * height];
    match decoder.output_buffer_size() {
        Some(size) if size == gray.len() => decoder.decode_into(&mut gray).map_err(broken)?,
        _ => return Err(ImageError::Broken("neither gray nor a colour that has a luma".into())),
    }
    Ok(([height, width], gray))
}

fn first_line(error: &zune_jpeg::errors::DecodeErrors) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(120).collect::<String>().trim_matches('"').to_owned()
}
