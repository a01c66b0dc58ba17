//! JPEG frames: baseline, extended with 8 bits, and lossless (ISO 10918-1).

use jpeg_decoder::{ColorTransform, Decoder, Error, PixelFormat, UnsupportedFeature};

use crate::DicomError;

/// Most pixels for each byte: a block of 8 × 8 pixels takes at least one bit.
const PIXELS_PER_BYTE: usize = 512;

/// A decoded frame.
pub struct JpegFrame {
    /// Little-endian samples, all samples of the first pixel first. Colors are not converted.
    pub samples: Vec<u8>,
    /// Number of samples of a pixel.
    pub channels: usize,
    /// Number of bits that a sample takes: 8 or 16.
    pub bits: u32,
    /// Whether a JFIF header says that colors are luma and chroma.
    pub is_ycbcr: bool,
}

/// Decodes a frame of a size, columns and rows.
///
/// # Errors
///
/// Returns an error if the frame is damaged, of another size, or of another process.
pub fn decode(frame: &[u8], size: [usize; 2]) -> Result<JpegFrame, DicomError> {
    let mut decoder = Decoder::new(frame);
    decoder.read_info().map_err(error)?;
    let info = decoder.info().ok_or(DicomError::DamagedPixels)?;
    let found = [info.width, info.height].map(usize::from);
    // The length, before memory is allocated for what the header promises.
    if found != size || size[0] * size[1] > frame.len().saturating_mul(PIXELS_PER_BYTE) {
        return Err(DicomError::DamagedPixels);
    }
    let (channels, bits) = match info.pixel_format {
        PixelFormat::L8 => (1, 8),
        PixelFormat::L16 => (1, 16),
        PixelFormat::RGB24 => (3, 8),
        PixelFormat::CMYK32 => return Err(DicomError::JpegOption("four colors")),
    };
    if channels == 3 {
        decoder.set_color_transform(ColorTransform::RGB);
    }
    let mut samples = decoder.decode().map_err(error)?;
    if bits == 16 {
        // The decoder returns numbers as the processor stores them.
        for raw in samples.chunks_exact_mut(2) {
            let number = u16::from_ne_bytes([raw[0], raw[1]]);
            raw.copy_from_slice(&number.to_le_bytes());
        }
    }
    if samples.len() != size[0] * size[1] * channels * bits as usize / 8 {
        return Err(DicomError::DamagedPixels);
    }
    let is_ycbcr = frame.get(6..10) == Some(b"JFIF");
    Ok(JpegFrame { samples, channels, bits, is_ycbcr })
}

fn error(error: Error) -> DicomError {
    match error {
        Error::Unsupported(UnsupportedFeature::SamplePrecision(_)) => {
            DicomError::JpegOption("12 bits per sample")
        }
        Error::Unsupported(UnsupportedFeature::Hierarchical) => {
            DicomError::JpegOption("hierarchical")
        }
        Error::Unsupported(UnsupportedFeature::ArithmeticEntropyCoding) => {
            DicomError::JpegOption("arithmetic coding")
        }
        Error::Unsupported(_) => DicomError::JpegOption("an option that is rarely used"),
        _ => DicomError::DamagedPixels,
    }
}
