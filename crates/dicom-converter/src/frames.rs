//! Frames of a file, decoded one after the other (DICOM PS3.5, chapter 8 and annex A.4).

use crate::DicomError;
use crate::elements::{Elements, Token};
use crate::header::OpenFile;
use crate::jpeg;
use crate::pixel_format::{Photometric, PixelFormat};
use crate::rle;
use crate::transfer_syntax::{ElementEncoding, PixelEncoding};

/// Maximum length of a compressed frame, in bytes.
const MAX_FRAME_BYTES: usize = 1 << 30;

/// Samples of a frame.
pub struct Frame {
    /// Little-endian samples.
    pub bytes: Vec<u8>,
    /// Number of bits that a sample takes: 8, 16 or 32.
    pub bits: u32,
    /// Number of samples of a pixel.
    pub channels: usize,
    /// Whether all first samples come first, instead of all samples of the first pixel.
    pub is_planar: bool,
    /// Whether the frame itself says that its colors are luma and chroma.
    pub is_ycbcr: bool,
}

/// Decodes the frames of a file and calls `put` with the index of each.
///
/// # Errors
///
/// Returns an error if there are fewer frames than the header says, or one is damaged.
pub fn read(
    mut file: OpenFile<'_>,
    mut put: impl FnMut(usize, &PixelFormat, Frame),
) -> Result<(), DicomError> {
    let (format, count) = (&file.header.format, file.header.frames);
    let elements = &mut file.elements;
    if !file.is_encapsulated {
        if format.bits_allocated == 1 {
            let bits = elements.value(elements.value_bytes())?;
            for index in 0..count {
                put(index, format, single_bits(&bits, index, format)?);
            }
            return Ok(());
        }
        for index in 0..count {
            let is_big_endian = file.header.syntax.elements == ElementEncoding::ExplicitBig;
            put(index, format, native(elements, format, is_big_endian && file.is_words)?);
        }
        return Ok(());
    }
    let encoding = file.header.syntax.pixels;
    let mut fragments = Fragments::begin(elements, encoding, count)?;
    for index in 0..count {
        let bytes = fragments.next_frame()?;
        let frame = match encoding {
            PixelEncoding::Rle => {
                let (bits, channels) = (format.bits_allocated, format.samples);
                let bytes = rle::decode(&bytes, format.pixels(), channels, bits as usize / 8)?;
                Frame { bytes, bits, channels, is_planar: true, is_ycbcr: false }
            }
            PixelEncoding::Jpeg => {
                let jpeg::JpegFrame { samples, channels, bits, is_ycbcr } =
                    jpeg::decode(&bytes, format.size)?;
                if channels != format.samples {
                    return Err(DicomError::DamagedPixels);
                }
                Frame { bytes: samples, bits, channels, is_planar: false, is_ycbcr }
            }
            // Pixels that are not compressed have no fragments.
            PixelEncoding::Native | PixelEncoding::Other(_) => return Err(DicomError::Damaged),
        };
        put(index, format, frame);
    }
    Ok(())
}

fn native(
    elements: &mut Elements<'_>,
    format: &PixelFormat,
    is_big_endian: bool,
) -> Result<Frame, DicomError> {
    let length = format.native_bytes() as u64;
    // Of 8-bit samples, the last byte of a frame may be the second one of a word.
    let padding = length % 2 * u64::from(is_big_endian && elements.value_bytes() > length);
    let mut bytes = elements.part_of_value(length + padding)?;
    if is_big_endian {
        let word = (format.bits_allocated as usize / 8).max(2);
        bytes.chunks_exact_mut(word).for_each(<[u8]>::reverse);
    }
    let (bits, mut channels) = (format.bits_allocated, format.samples);
    if format.photometric == (Photometric::Ybr { is_subsampled: true }) {
        // Two lumas, then the chroma samples that they share.
        let sample = bits as usize / 8;
        let lumas = bytes.chunks_exact(4 * sample).flat_map(|pair| &pair[..2 * sample]);
        bytes = lumas.copied().collect();
        channels = 1;
    }
    Ok(Frame { bytes, bits, channels, is_planar: format.is_planar, is_ycbcr: false })
}

/// Returns a frame of single bits, the first one of a byte being the least significant. Frames
/// follow each other without padding.
fn single_bits(bits: &[u8], index: usize, format: &PixelFormat) -> Result<Frame, DicomError> {
    let pixels = format.pixels();
    let first = index * pixels;
    let bit = |at: usize| Some(bits.get(at / 8)? >> (at % 8) & 1);
    let bytes = (first..first + pixels).map(bit).collect::<Option<Vec<u8>>>();
    let bytes = bytes.ok_or(DicomError::Truncated)?;
    Ok(Frame { bytes, bits: 8, channels: 1, is_planar: false, is_ycbcr: false })
}

/// Fragments of compressed frames.
struct Fragments<'e, 'a> {
    elements: &'e mut Elements<'a>,
    encoding: PixelEncoding,
    frames: usize,
    /// Offsets of the frames from the first fragment, in bytes; may be empty.
    offsets: Vec<u64>,
    /// Position of the first fragment.
    origin: Option<u64>,
    /// A fragment that belongs to the next frame.
    ahead: Option<Vec<u8>>,
    index: usize,
}

impl<'e, 'a> Fragments<'e, 'a> {
    /// Reads the basic offset table.
    fn begin(
        elements: &'e mut Elements<'a>,
        encoding: PixelEncoding,
        frames: usize,
    ) -> Result<Self, DicomError> {
        if elements.next()? != Some(Token::Fragment) {
            return Err(DicomError::DamagedPixels);
        }
        let table = elements.value(4 * frames as u64).unwrap_or_default();
        let offsets = table
            .chunks_exact(4)
            .map(|raw| u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]).into())
            .collect();
        let (origin, ahead, index) = (None, None, 0);
        Ok(Self { elements, encoding, frames, offsets, origin, ahead, index })
    }

    /// Reads the fragments of the next frame.
    fn next_frame(&mut self) -> Result<Vec<u8>, DicomError> {
        let mut frame = self.ahead.take();
        while self.next_is_fragment(frame.is_some())? {
            // The header of a fragment takes 8 bytes.
            let start = self.elements.position() - 8;
            let origin = *self.origin.get_or_insert(start);
            let fragment = self.elements.value(MAX_FRAME_BYTES as u64)?;
            match &mut frame {
                None => frame = Some(fragment),
                Some(_) if self.begins_frame(start - origin, &fragment) => {
                    self.ahead = Some(fragment);
                    break;
                }
                Some(frame) if frame.len() + fragment.len() > MAX_FRAME_BYTES => {
                    return Err(DicomError::DamagedPixels);
                }
                Some(frame) => frame.extend(fragment),
            }
        }
        self.index += 1;
        frame.ok_or(DicomError::Truncated)
    }

    /// Returns whether another fragment follows. Some writers omit the delimiter at the end.
    fn next_is_fragment(&mut self, may_end: bool) -> Result<bool, DicomError> {
        match self.elements.next() {
            Err(DicomError::Truncated) if may_end => Ok(false),
            token => Ok(token? == Some(Token::Fragment)),
        }
    }

    fn begins_frame(&self, offset: u64, fragment: &[u8]) -> bool {
        let is_last = self.index + 1 == self.frames;
        match (self.offsets.get(self.index + 1), self.encoding) {
            _ if is_last => false,
            (Some(next), _) => offset >= *next,
            (None, PixelEncoding::Jpeg) => fragment.starts_with(&[0xff, 0xd8]),
            (None, _) => true,
        }
    }
}
