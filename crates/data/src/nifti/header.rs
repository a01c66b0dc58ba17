//! NIfTI-1 header: 348 bytes in either byte order. Field offsets are those in `nifti1.h`.

use super::error::{MAX_EXTRA_BYTES, MAX_VOXELS, VolumeError};

/// Size of a NIfTI-1 header, in bytes.
pub const HEADER_BYTES: usize = 348;

/// Data type of the voxels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoxelType {
    /// Data type 2.
    U8,
    /// Data type 256.
    I8,
    /// Data type 4.
    I16,
    /// Data type 512.
    U16,
    /// Data type 8.
    I32,
    /// Data type 768.
    U32,
    /// Data type 16.
    F32,
    /// Data type 64.
    F64,
}

impl VoxelType {
    fn from_code(code: i16) -> Result<Self, VolumeError> {
        Ok(match code {
            2 => VoxelType::U8,
            4 => VoxelType::I16,
            8 => VoxelType::I32,
            16 => VoxelType::F32,
            64 => VoxelType::F64,
            256 => VoxelType::I8,
            512 => VoxelType::U16,
            768 => VoxelType::U32,
            _ => return Err(VolumeError::Type(code)),
        })
    }

    /// Returns the size of one number, in bytes.
    pub fn bytes(self) -> usize {
        match self {
            VoxelType::U8 | VoxelType::I8 => 1,
            VoxelType::I16 | VoxelType::U16 => 2,
            VoxelType::I32 | VoxelType::U32 | VoxelType::F32 => 4,
            VoxelType::F64 => 8,
        }
    }
}

/// The fields of a header that are needed to read the array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    /// Whether numbers are big-endian.
    pub big_endian: bool,
    /// Number of voxels along the three axes, each at least 1, with a product of at most
    /// [`MAX_VOXELS`].
    pub shape: [usize; 3],
    /// Size of a voxel along these axes in millimeters.
    pub voxel_mm: [f32; 3],
    /// Data type of the voxels.
    pub voxel_type: VoxelType,
    /// Offset of the array from the start of the file, in bytes.
    pub offset: u64,
    /// Slope and intercept that convert a stored number to a value.
    pub scale: (f64, f64),
}

impl Header {
    /// Parses a header and checks everything that is needed to read the array. The field with the
    /// bits per voxel is ignored, since the data type determines them.
    pub fn parse(bytes: &[u8; HEADER_BYTES]) -> Result<Self, VolumeError> {
        let big_endian = match bytes[..4] {
            [0x5c, 0x01, 0, 0] => false,
            [0, 0, 0x01, 0x5c] => true,
            [0x1c, 0x02, 0, 0] | [0, 0, 0x02, 0x1c] => return Err(VolumeError::Nifti2),
            _ => return Err(VolumeError::NotNifti),
        };
        match &bytes[344..] {
            b"n+1\0" => {}
            b"ni1\0" => return Err(VolumeError::Pair),
            _ => return Err(VolumeError::NotNifti),
        }
        let short = |at: usize| {
            let raw = [bytes[at], bytes[at + 1]];
            if big_endian { i16::from_be_bytes(raw) } else { i16::from_le_bytes(raw) }
        };
        let float = |at: usize| {
            let raw = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            if big_endian { f32::from_be_bytes(raw) } else { f32::from_le_bytes(raw) }
        };
        let offset = float(108);
        if !(HEADER_BYTES as f32..=MAX_EXTRA_BYTES as f32).contains(&offset) {
            return Err(VolumeError::Offset(offset));
        }
        // The lowest three bits of `xyzt_units`: meters, millimeters, micrometers.
        let unit = match bytes[123] & 7 {
            1 => 1000.0,
            3 => 0.001,
            _ => 1.0,
        };
        let side = |axis: usize| match float(80 + 4 * axis).abs() * unit {
            size if size.is_finite() && size > 0.0 => size,
            _ => 1.0,
        };
        let slope = match f64::from(float(112)) {
            slope if slope.is_finite() && slope != 0.0 => slope,
            _ => 1.0,
        };
        let intercept = Some(f64::from(float(116))).filter(|number| number.is_finite());
        Ok(Self {
            big_endian,
            shape: shape(std::array::from_fn(|i| short(40 + 2 * i)))?,
            voxel_mm: [side(0), side(1), side(2)],
            voxel_type: VoxelType::from_code(short(70))?,
            offset: offset as u64,
            scale: (slope, intercept.unwrap_or(0.0)),
        })
    }

    /// Decodes all complete voxels in the bytes and appends them.
    pub fn decode(&self, bytes: &[u8], voxels: &mut Vec<f32>) {
        match self.voxel_type {
            VoxelType::U8 => self.decode_as(bytes, voxels, u8::from_be_bytes),
            VoxelType::I8 => self.decode_as(bytes, voxels, i8::from_be_bytes),
            VoxelType::I16 => self.decode_as(bytes, voxels, i16::from_be_bytes),
            VoxelType::U16 => self.decode_as(bytes, voxels, u16::from_be_bytes),
            VoxelType::I32 => self.decode_as(bytes, voxels, i32::from_be_bytes),
            VoxelType::U32 => self.decode_as(bytes, voxels, u32::from_be_bytes),
            VoxelType::F32 => self.decode_as(bytes, voxels, f32::from_be_bytes),
            VoxelType::F64 => self.decode_as(bytes, voxels, f64::from_be_bytes),
        }
    }

    fn decode_as<const N: usize, T: Into<f64>>(
        &self,
        bytes: &[u8],
        voxels: &mut Vec<f32>,
        number: fn([u8; N]) -> T,
    ) {
        let (slope, intercept) = self.scale;
        voxels.extend(bytes.chunks_exact(N).map(|raw| {
            let mut raw: [u8; N] = std::array::from_fn(|i| raw[i]);
            if !self.big_endian {
                raw.reverse();
            }
            (slope * number(raw).into() + intercept) as f32
        }));
    }
}

/// Parses the shape from `dim`: the number of dimensions, then the sides.
fn shape(dim: [i16; 8]) -> Result<[usize; 3], VolumeError> {
    let dimensions = match usize::try_from(dim[0]) {
        Ok(n @ 1..=7) => n,
        _ => return Err(VolumeError::Shape(dim)),
    };
    let mut sides = [1; 7];
    for (side, declared) in sides.iter_mut().zip(&dim[1..=dimensions]) {
        *side = match usize::try_from(*declared) {
            Ok(side) if side > 0 => side,
            _ => return Err(VolumeError::Shape(dim)),
        };
    }
    let [a, b, c, more @ ..] = sides;
    if let Some(last) = more.iter().rposition(|side| *side > 1) {
        return Err(VolumeError::Dimensions(4 + last));
    }
    // Slices are perpendicular to the first axis. A slice one pixel high or wide shows nothing.
    if b == 1 || c == 1 {
        return Err(VolumeError::Flat(a, b.max(c)));
    }
    // The product of three sides below 2¹⁵ fits into 64 bits, but may exceed the memory of a
    // browser.
    let voxels = [a, b, c].map(|side| side as u64).iter().product::<u64>();
    if voxels > MAX_VOXELS as u64 {
        return Err(VolumeError::TooLarge([a, b, c]));
    }
    Ok([a, b, c])
}
