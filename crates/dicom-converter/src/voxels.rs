//! Voxels of the volume, from the samples of a frame.

use crate::frames::Frame;
use crate::luma::luma;
use crate::pixel_format::{Photometric, PixelFormat};

/// Data type of the voxels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoxelType {
    /// Unsigned, 8 bits.
    U8,
    /// Signed, 8 bits.
    I8,
    /// Unsigned, 16 bits.
    U16,
    /// Signed, 16 bits.
    I16,
    /// Unsigned, 32 bits.
    U32,
    /// Signed, 32 bits.
    I32,
    /// Floating-point, 32 bits.
    F32,
}

impl VoxelType {
    /// Returns the integer type for samples of a number of bits.
    pub fn integer(bits_allocated: u32, is_signed: bool) -> Self {
        match (bits_allocated, is_signed) {
            (1, _) | (8, false) => VoxelType::U8,
            (8, true) => VoxelType::I8,
            (16, false) => VoxelType::U16,
            (16, true) => VoxelType::I16,
            (_, false) => VoxelType::U32,
            (_, true) => VoxelType::I32,
        }
    }

    /// Returns the code of NIfTI-1 (`nifti1.h`) and the number of bits.
    pub fn code_and_bits(self) -> (i16, i16) {
        match self {
            VoxelType::U8 => (2, 8),
            VoxelType::I16 => (4, 16),
            VoxelType::I32 => (8, 32),
            VoxelType::F32 => (16, 32),
            VoxelType::I8 => (256, 8),
            VoxelType::U16 => (512, 16),
            VoxelType::U32 => (768, 32),
        }
    }

    fn write(self, value: f64, bytes: &mut Vec<u8>) {
        match self {
            VoxelType::U8 => bytes.push(value as u8),
            VoxelType::I8 => bytes.extend((value as i8).to_le_bytes()),
            VoxelType::U16 => bytes.extend((value as u16).to_le_bytes()),
            VoxelType::I16 => bytes.extend((value as i16).to_le_bytes()),
            VoxelType::U32 => bytes.extend((value as u32).to_le_bytes()),
            VoxelType::I32 => bytes.extend((value as i32).to_le_bytes()),
            VoxelType::F32 => bytes.extend((value as f32).to_le_bytes()),
        }
    }
}

/// Returns the little-endian voxels of a frame. Rows and columns run backwards if `is_turned`.
/// `scale` is slope and intercept of voxels that are stored as values.
pub fn of_frame(
    frame: &Frame,
    format: &PixelFormat,
    voxel_type: VoxelType,
    scale: Option<(f64, f64)>,
    is_turned: bool,
) -> Vec<u8> {
    let samples = Samples { frame, format, bytes: (frame.bits / 8) as usize };
    let gray = samples.gray();
    let (slope, intercept) = scale.unwrap_or((1.0, 0.0));
    let pixels = format.pixels();
    let mut voxels = Vec::with_capacity(pixels * voxel_type.code_and_bits().1 as usize / 8);
    for index in 0..pixels {
        let index = if is_turned { pixels - 1 - index } else { index };
        voxel_type.write(slope * gray(index) as f64 + intercept, &mut voxels);
    }
    voxels
}

struct Samples<'a> {
    frame: &'a Frame,
    format: &'a PixelFormat,
    /// Length of a sample.
    bytes: usize,
}

impl<'a> Samples<'a> {
    /// Returns a function of the gray value of a pixel.
    fn gray(self) -> Box<dyn Fn(usize) -> i64 + 'a> {
        let format = self.format;
        match &format.photometric {
            Photometric::Gray { is_inverted: true } => {
                let ends = match format.is_signed {
                    true => -1,
                    false => (1_i64 << format.bits_stored) - 1,
                };
                Box::new(move |pixel| ends - self.stored(pixel))
            }
            Photometric::Palette(palette) => {
                let (lumas, first) = (palette.lumas(), palette.first());
                let last = lumas.len().saturating_sub(1) as i64;
                Box::new(move |pixel| {
                    let index = (self.stored(pixel) - first).clamp(0, last);
                    lumas.get(index as usize).copied().unwrap_or(0).into()
                })
            }
            Photometric::Rgb if self.frame.channels == 3 && !self.frame.is_ycbcr => {
                Box::new(move |pixel| {
                    luma([0, 1, 2].map(|channel| self.raw(pixel, channel))).into()
                })
            }
            // The first sample is the luma.
            Photometric::Rgb | Photometric::Ybr { .. } => {
                Box::new(move |pixel| self.raw(pixel, 0).into())
            }
            Photometric::Gray { is_inverted: false } => Box::new(move |pixel| self.stored(pixel)),
        }
    }

    /// Returns the number of the first sample, without the unused bits.
    fn stored(&self, pixel: usize) -> i64 {
        let PixelFormat { bits_stored, shift, is_signed, .. } = *self.format;
        let unused = 64 - bits_stored;
        let raw = u64::from(self.raw(pixel, 0)) >> shift << unused;
        if is_signed { raw as i64 >> unused } else { (raw >> unused) as i64 }
    }

    fn raw(&self, pixel: usize, channel: usize) -> u32 {
        let sample = match self.frame.is_planar {
            true => channel * self.format.pixels() + pixel,
            false => pixel * self.frame.channels + channel,
        };
        let bytes = self.frame.bytes.get(sample * self.bytes..(sample + 1) * self.bytes);
        bytes.into_iter().flatten().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
    }
}
