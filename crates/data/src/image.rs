//! JPEG decoding to images of the size that the networks take.

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
}

/// Decodes a JPEG of 64×64 pixels to gray values 0 to 255, `[64, 64]` in row-major order. Color
/// images are converted to luma. The size is checked before anything is decoded. Only the portable
/// code of the decoder is used, so that every machine produces the same pixels.
pub fn decode_jpeg(bytes: &[u8]) -> Result<[u8; IMAGE_LEN], ImageError> {
    if bytes.is_empty() {
        return Err(ImageError::Empty);
    }
    let broken = |error: zune_jpeg::errors::DecodeErrors| ImageError::Broken(first_line(&error));
    let options =
        DecoderOptions::new_safe().set_use_unsafe(false).jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    if (width, height) != (IMAGE_SIDE, IMAGE_SIDE) {
        return Err(ImageError::Size { width, height });
    }
    let mut pixels = [0; IMAGE_LEN];
    match decoder.output_buffer_size() {
        Some(IMAGE_LEN) => decoder.decode_into(&mut pixels).map_err(broken)?,
        _ => return Err(ImageError::Broken("neither gray nor a colour that has a luma".into())),
    }
    Ok(pixels)
}

fn first_line(error: &zune_jpeg::errors::DecodeErrors) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(120).collect::<String>().trim_matches('"').to_owned()
}
