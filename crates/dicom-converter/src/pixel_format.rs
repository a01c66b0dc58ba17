//! Form of the pixels of a frame (DICOM PS3.3, C.7.6.3).

use crate::DicomError;
use crate::palette::Palette;

/// Maximum number of pixels in a row or column, that of NIfTI-1.
const MAX_SIDE: usize = i16::MAX as usize;

/// How the samples of a pixel are shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Photometric {
    /// One sample; larger numbers are brighter, or darker if inverted.
    Gray {
        /// Whether larger numbers are darker (MONOCHROME1).
        is_inverted: bool,
    },
    /// One sample, an index to colors.
    Palette(Palette),
    /// Red, green, blue.
    Rgb,
    /// Luma, then two chroma samples.
    Ybr {
        /// Whether two pixels share their chroma samples where pixels are not compressed.
        is_subsampled: bool,
    },
}

/// Form of the pixels of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelFormat {
    /// Number of columns and rows.
    pub size: [usize; 2],
    /// Number of samples of a pixel: 1 or 3.
    pub samples: usize,
    /// What the samples mean.
    pub photometric: Photometric,
    /// Whether all first samples come first, instead of all samples of the first pixel.
    pub is_planar: bool,
    /// Number of bits that a sample takes: 1, 8, 16 or 32.
    pub bits_allocated: u32,
    /// Number of bits of a sample.
    pub bits_stored: u32,
    /// Number of unused bits below those.
    pub shift: u32,
    /// Whether samples are signed.
    pub is_signed: bool,
}

impl PixelFormat {
    /// Checks the elements that describe pixels. `bits` are allocated, stored, and the highest one.
    ///
    /// # Errors
    ///
    /// Returns an error if pixels of this form are not read.
    pub fn check(
        size: [usize; 2],
        samples: u16,
        photometric: &str,
        is_planar: bool,
        bits: [Option<u16>; 3],
        is_signed: bool,
        palette: Palette,
    ) -> Result<Self, DicomError> {
        if size.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(DicomError::ImageSize { columns: size[0], rows: size[1] });
        }
        let bits_allocated = match bits[0] {
            Some(bits @ (1 | 8 | 16 | 32)) => u32::from(bits),
            Some(64) => return Err(DicomError::PixelForm("64 bits per sample")),
            _ => return Err(DicomError::PixelForm("an unusual number of bits per sample")),
        };
        let bits_stored = bits[1].map_or(bits_allocated, u32::from);
        let bits_stored = match bits_stored {
            stored if (1..=bits_allocated).contains(&stored) => stored,
            _ => bits_allocated,
        };
        let top = bits[2].map_or(bits_stored, |highest| u32::from(highest) + 1);
        let top = top.clamp(bits_stored, bits_allocated);
        let photometric = match (photometric, samples) {
            ("MONOCHROME1", 1) => Photometric::Gray { is_inverted: true },
            ("PALETTE COLOR", 1) => Photometric::Palette(palette.check()?),
            // Many files of other photometric interpretations have one sample, and are gray.
            (_, 1) => Photometric::Gray { is_inverted: false },
            ("RGB", 3) => Photometric::Rgb,
            ("YBR_FULL_422" | "YBR_PARTIAL_422", 3) => Photometric::Ybr { is_subsampled: true },
            (name, 3) if name.starts_with("YBR") => Photometric::Ybr { is_subsampled: false },
            _ => return Err(DicomError::PixelForm("unusual colors")),
        };
        let is_color = samples == 3;
        if is_color && !matches!(bits_allocated, 8 | 16) {
            return Err(DicomError::PixelForm("colors of 32 bits per sample"));
        }
        Ok(Self {
            size,
            samples: samples.into(),
            photometric,
            is_planar,
            bits_allocated,
            bits_stored,
            shift: top - bits_stored,
            is_signed: is_signed && !is_color,
        })
    }

    /// Returns the number of pixels of a frame.
    pub fn pixels(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Returns the number of bytes of a frame that is not compressed, for 8 bits and more.
    pub fn native_bytes(&self) -> usize {
        let bytes = self.bits_allocated as usize / 8;
        match self.photometric {
            Photometric::Ybr { is_subsampled: true } => self.pixels().div_ceil(2) * 4 * bytes,
            _ => self.pixels() * self.samples * bytes,
        }
    }
}
