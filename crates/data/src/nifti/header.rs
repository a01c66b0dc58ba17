//! Checked header of a volume, and decoding of its voxels.

use super::error::{MAX_EXTRA_BYTES, MAX_VOXELS, VolumeError};
use super::raw_header::RawHeader;
use crate::affine::Affine;
use crate::voxels::{Range, VoxelsBuilder};

/// Plausible sizes of a voxel, in millimeters: from less than an atom to the size of a country.
/// Others count as unknown, as 0 does.
const VOXEL_MM: std::ops::RangeInclusive<f64> = 1e-9..=1e9;

/// Largest plausible distance of a voxel from the origin, in millimeters.
const MAX_OFFSET_MM: f64 = 1e12;

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
    /// Data type 1024.
    I64,
    /// Data type 1280.
    U64,
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
            1024 => VoxelType::I64,
            1280 => VoxelType::U64,
            _ => return Err(VolumeError::Type(code)),
        })
    }

    /// Returns the size of one number, in bytes.
    pub fn bytes(self) -> usize {
        match self {
            VoxelType::U8 | VoxelType::I8 => 1,
            VoxelType::I16 | VoxelType::U16 => 2,
            VoxelType::I32 | VoxelType::U32 | VoxelType::F32 => 4,
            VoxelType::I64 | VoxelType::U64 | VoxelType::F64 => 8,
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
    /// Number of volumes along the fourth axis, at least 1.
    pub volumes: usize,
    /// Size of a voxel along the three axes in millimeters.
    pub voxel_mm: [f64; 3],
    /// Transform of the header's sform, else of its qform; `None` without both.
    pub affine: Option<Affine>,
    /// Data type of the voxels.
    pub voxel_type: VoxelType,
    /// Whether the array is in another file.
    pub is_pair: bool,
    /// Offset of the array from the start of its file, in bytes.
    pub offset: u64,
    /// Slope and intercept that convert a stored number to a value.
    pub scale: (f64, f64),
}

impl Header {
    /// Checks everything that is needed to read the array. The field with the bits per voxel is
    /// ignored, since the data type determines them.
    pub fn check(raw: &RawHeader) -> Result<Self, VolumeError> {
        // Intent codes of CIFTI-2, which has the header of NIfTI-2.
        if (3000..3100).contains(&raw.intent) {
            return Err(VolumeError::Cifti);
        }
        let first = if raw.is_pair { 0 } else { raw.bytes };
        if !(first as f64..=MAX_EXTRA_BYTES as f64).contains(&raw.offset) {
            return Err(VolumeError::Offset(raw.offset));
        }
        // The lowest three bits of the units: meters, millimeters, micrometers.
        let unit = match raw.units & 7 {
            1 => 1000.0,
            3 => 0.001,
            _ => 1.0,
        };
        let side = |axis: usize| match raw.pixdim[axis].abs() * unit {
            size if VOXEL_MM.contains(&size) => size,
            _ => 1.0,
        };
        let voxel_mm = [side(1), side(2), side(3)];
        let slope = Some(raw.slope).filter(|slope| slope.is_finite() && *slope != 0.0);
        let intercept = Some(raw.intercept).filter(|number| number.is_finite());
        let (shape, volumes) = shape(raw.dim)?;
        Ok(Self {
            big_endian: raw.big_endian,
            shape,
            volumes,
            voxel_mm,
            affine: affine(raw, voxel_mm, unit),
            voxel_type: VoxelType::from_code(raw.data_type)?,
            is_pair: raw.is_pair,
            offset: raw.offset as u64,
            scale: (slope.unwrap_or(1.0), intercept.unwrap_or(0.0)),
        })
    }

    /// Returns the size of one volume, in bytes.
    pub fn volume_bytes(&self) -> u64 {
        self.shape.iter().product::<usize>() as u64 * self.voxel_type.bytes() as u64
    }

    /// Starts to collect the voxels of a volume. The range is needed for more than 16 million numbers
    /// that are not 16-bit integers.
    pub fn builder(&self, range: Option<Range>) -> VoxelsBuilder {
        let narrow = match self.voxel_type {
            VoxelType::U8 | VoxelType::I8 | VoxelType::I16 => Some(0.0),
            VoxelType::U16 => Some(32_768.0),
            _ => None,
        };
        VoxelsBuilder::new(self.scale, narrow, range)
    }

    /// Decodes all complete numbers in the bytes and appends them.
    pub fn decode(&self, bytes: &[u8], numbers: &mut Vec<f64>) {
        match self.voxel_type {
            VoxelType::U8 => self.decode_as(bytes, numbers, |raw| u8::from_be_bytes(raw).into()),
            VoxelType::I8 => self.decode_as(bytes, numbers, |raw| i8::from_be_bytes(raw).into()),
            VoxelType::I16 => self.decode_as(bytes, numbers, |raw| i16::from_be_bytes(raw).into()),
            VoxelType::U16 => self.decode_as(bytes, numbers, |raw| u16::from_be_bytes(raw).into()),
            VoxelType::I32 => self.decode_as(bytes, numbers, |raw| i32::from_be_bytes(raw).into()),
            VoxelType::U32 => self.decode_as(bytes, numbers, |raw| u32::from_be_bytes(raw).into()),
            VoxelType::I64 => self.decode_as(bytes, numbers, |raw| i64::from_be_bytes(raw) as f64),
            VoxelType::U64 => self.decode_as(bytes, numbers, |raw| u64::from_be_bytes(raw) as f64),
            VoxelType::F32 => self.decode_as(bytes, numbers, |raw| f32::from_be_bytes(raw).into()),
            VoxelType::F64 => self.decode_as(bytes, numbers, f64::from_be_bytes),
        }
    }

    fn decode_as<const N: usize>(
        &self,
        bytes: &[u8],
        numbers: &mut Vec<f64>,
        number: impl Fn([u8; N]) -> f64,
    ) {
        numbers.extend(bytes.as_chunks::<N>().0.iter().map(|raw| {
            let mut raw = *raw;
            if !self.big_endian {
                raw.reverse();
            }
            number(raw)
        }));
    }
}

/// Returns the transform of the sform, else of the qform, in millimeters. One that cannot be
/// inverted is ignored.
fn affine(raw: &RawHeader, voxel_mm: [f64; 3], unit: f64) -> Option<Affine> {
    let sform = || {
        let rows = raw.srow.map(|row| row.map(|value| value * unit));
        Some(Affine(rows)).filter(|_| raw.sform_code > 0)
    };
    let qform = || {
        let handedness = if raw.pixdim[0] < 0.0 { -1.0 } else { 1.0 };
        let offset = raw.qoffset.map(|value| value * unit);
        let affine = Affine::from_quaternion(raw.quaternion, offset, voxel_mm, handedness);
        Some(affine).filter(|_| raw.qform_code > 0)
    };
    sform().filter(is_plausible).or_else(|| qform().filter(is_plausible))
}

/// Returns whether an affine transform is invertible, with numbers that stay finite whatever is
/// computed with them.
fn is_plausible(affine: &Affine) -> bool {
    affine.is_invertible()
        && affine.voxel_mm().iter().all(|size| VOXEL_MM.contains(size))
        && affine.0.iter().all(|[.., offset]| offset.abs() <= MAX_OFFSET_MM)
}

/// Parses the shape from `dim`, the number of dimensions and then the sides. Returns the first
/// three sides and the fourth one.
fn shape(dim: [i64; 8]) -> Result<([usize; 3], usize), VolumeError> {
    let dimensions = match usize::try_from(dim[0]) {
        Ok(n @ 1..=7) => n,
        _ => return Err(VolumeError::Shape(dim)),
    };
    let mut sides = [1_u64; 7];
    for (axis, declared) in dim[1..=dimensions].iter().enumerate() {
        sides[axis] = match u64::try_from(*declared) {
            Ok(side) if side > 0 => side,
            // Some scanners write 0 for axes that a volume does not have.
            Ok(_) if axis >= 3 => 1,
            _ => return Err(VolumeError::Shape(dim)),
        };
    }
    let [a, b, c, volumes, more @ ..] = sides;
    if let Some(last) = more.iter().rposition(|side| *side > 1) {
        return Err(VolumeError::Dimensions(5 + last));
    }
    if [a, b, c].iter().filter(|side| **side == 1).count() > 1 {
        return Err(VolumeError::Line(a.max(b).max(c)));
    }
    let voxels = a.checked_mul(b).and_then(|ab| ab.checked_mul(c));
    if voxels.is_none_or(|voxels| voxels > MAX_VOXELS as u64) {
        return Err(VolumeError::TooLarge([a, b, c]));
    }
    Ok(([a, b, c].map(|side| side as usize), usize::try_from(volumes).unwrap_or(usize::MAX)))
}
