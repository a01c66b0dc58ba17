//! Decoding of pictures: PNG and JPEG.

use std::io::Read;

use thiserror::Error;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::exif::{UPRIGHT, exif_orientation};
use crate::FileSource;
use crate::orientation::Orientation;
use crate::slice_png::{
    DecodedPng, MAX_USER_PIXELS, PngError, decode_user_png, luma, unpack_samples,
};
use crate::voxels::{Slots, Voxels, VoxelsBuilder};
use png::{BitDepth, ColorType};

/// Maximum size of a picture's file, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Most pixels of a JPEG for each byte: a block of 8 × 8 pixels takes at least one bit.
const JPEG_PIXELS_PER_BYTE: usize = 512;

/// A decoded picture.
pub struct Picture {
    /// Gray values as they are stored, `[width, height, 1]` with the first axis fastest.
    pub voxels: Voxels,
    /// How the picture is turned for display.
    pub orientation: Orientation,
    /// Values for black and white, if they are known.
    pub window: Option<(f32, f32)>,
    /// Colors by the place in the table of gray values, if there are at most 256 and not all are
    /// gray.
    pub colors: Option<Vec<[u8; 3]>>,
}

/// Reason why a picture cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PictureError {
    /// The PNG cannot be read.
    #[error("{0}. Save it again, or choose another picture.")]
    Png(#[from] PngError),
    /// The JPEG cannot be read; contains the message of the decoder.
    #[error("it is no JPEG that can be read ({0}). Save it as a PNG.")]
    Jpeg(String),
    /// There are too many pixels.
    #[error(
        "it is {width} × {height} pixels; the limit is {} megapixels. Scale it down first.", MAX_USER_PIXELS / 1_000_000
    )]
    TooLarge {
        /// Pixels per row.
        width: usize,
        /// Number of rows.
        height: usize,
    },
    /// The file is larger than any picture that can be shown.
    #[error("the file has more than {} MB. Scale the picture down first.", MAX_FILE_BYTES >> 20)]
    LargeFile,
    /// The file could not be read.
    #[error("the file could not be read from the disk. Choose it again.")]
    Unreadable,
}

/// Returns whether a file begins like a PNG or a JPEG.
pub fn is_picture(start: &[u8]) -> bool {
    start.starts_with(b"\x89PNG\r\n\x1a\n") || start.starts_with(&[0xff, 0xd8, 0xff])
}

/// Decodes a PNG or a JPEG.
pub fn read_picture(file: &dyn FileSource) -> Result<Picture, PictureError> {
    let mut bytes = Vec::new();
    let read = file.open().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|_| PictureError::Unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(PictureError::LargeFile);
    }
    if bytes.starts_with(&[0xff]) { read_jpeg(&bytes) } else { read_png(&bytes) }
}

fn read_jpeg(bytes: &[u8]) -> Result<Picture, PictureError> {
    let broken = |error: zune_jpeg::errors::DecodeErrors| {
        let line: String =
            error.to_string().lines().next().unwrap_or_default().chars().take(120).collect();
        PictureError::Jpeg(line.trim_matches('"').to_owned())
    };
    let options = DecoderOptions::new_safe()
        .set_use_unsafe(false)
        .set_max_width(1 << 16)
        .set_max_height(1 << 16)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    check_size(width, height)?;
    // Before memory is allocated for what the header promises.
    if width * height > bytes.len().saturating_mul(JPEG_PIXELS_PER_BYTE) {
        return Err(PictureError::Jpeg("it has fewer pixels than its header says".into()));
    }
    let orientation = decoder.exif().map_or(UPRIGHT, |exif| exif_orientation(exif));
    let gray = decoder.decode().map_err(broken)?;
    let table = (0..=255_u8).map(f32::from).collect();
    let voxels = Voxels::from_table(gray.into_iter(), table, [width, height, 1]);
    let voxels = voxels.ok_or_else(|| PictureError::Jpeg("its colors have no luma".into()))?;
    Ok(Picture { voxels, orientation, window: Some((0.0, 255.0)), colors: None })
}

fn check_size(width: usize, height: usize) -> Result<(), PictureError> {
    match width.checked_mul(height) {
        Some(1..=MAX_USER_PIXELS) => Ok(()),
        _ => Err(PictureError::TooLarge { width, height }),
    }
}

fn read_png(bytes: &[u8]) -> Result<Picture, PictureError> {
    let png = decode_user_png(bytes)?;
    let orientation = png.exif.as_deref().map_or(UPRIGHT, exif_orientation);
    let (voxels, colors) = match png.color {
        ColorType::Grayscale | ColorType::GrayscaleAlpha => (gray_voxels(&png), None),
        ColorType::Indexed | ColorType::Rgb | ColorType::Rgba => color_voxels(&png),
    };
    let voxels = voxels.ok_or_else(|| PngError::Broken("it has too few pixels".into()))?;
    let window = match (png.depth, png.color) {
        (BitDepth::Sixteen, ColorType::Grayscale | ColorType::GrayscaleAlpha) => None,
        (_, ColorType::Grayscale) => Some((0.0, ((1_u32 << png.depth as u32) - 1) as f32)),
        _ => Some((0.0, 255.0)),
    };
    Ok(Picture { voxels, orientation, window, colors })
}

/// Returns the stored gray values, of 1 to 16 bits.
fn gray_voxels(png: &DecodedPng) -> Option<Voxels> {
    let channels = png.color.samples();
    let mut builder = VoxelsBuilder::new((1.0, 0.0), Some(32_768.0), None);
    let mut push = |value: u16| builder.push(f64::from(value)).ok();
    if png.depth == BitDepth::Sixteen {
        for pixel in png.bytes.chunks_exact(2 * channels) {
            push(u16::from_be_bytes([pixel[0], pixel[1]]))?;
        }
    } else {
        for sample in unpack_samples(png).step_by(channels) {
            push(u16::from(sample))?;
        }
    }
    builder.finish([png.size[1], png.size[0], 1])
}

/// Returns the luma of the colors, and the colors if there are at most 256 and not all are gray.
fn color_voxels(png: &DecodedPng) -> (Option<Voxels>, Option<Vec<[u8; 3]>>) {
    let shape = [png.size[1], png.size[0], 1];
    let mut known: Vec<[u8; 3]> = Vec::new();
    let mut slots = Slots::default();
    let mut of_pixels = Vec::with_capacity(shape[0] * shape[1]);
    let is_table = pixels(png).all(|color| {
        let [red, green, blue] = color;
        let Some(place) = slots.place(u32::from_be_bytes([0, red, green, blue])) else {
            return false;
        };
        if usize::from(place) == known.len() {
            known.push(color);
        }
        of_pixels.push(place);
        true
    });
    if !is_table || known.iter().all(|[red, green, blue]| red == green && green == blue) {
        let table = (0..=255_u8).map(f32::from).collect();
        return (Voxels::from_table(pixels(png).map(luma), table, shape), None);
    }
    let table = known.iter().map(|color| f32::from(luma(*color))).collect();
    (Voxels::from_table(of_pixels.into_iter(), table, shape), Some(known))
}

/// Returns the colors of all pixels; of those with 16 bits the higher 8.
fn pixels(png: &DecodedPng) -> Box<dyn Iterator<Item = [u8; 3]> + '_> {
    if png.color == ColorType::Indexed {
        let palette = png.palette.as_deref().unwrap_or_default();
        // An index without a color is black, as libpng has it.
        return Box::new(unpack_samples(png).map(|index| {
            let color = palette.as_chunks::<3>().0.get(usize::from(index));
            color.copied().unwrap_or_default()
        }));
    }
    let bytes = if png.depth == BitDepth::Sixteen { 2 } else { 1 };
    let step = png.color.samples() * bytes;
    Box::new(png.bytes.chunks_exact(step).map(move |pixel| [0, 1, 2].map(|i| pixel[i * bytes])))
}
