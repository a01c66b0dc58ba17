//! Fields of a NIfTI header as stored, for versions 1 and 2 in either byte order. Offsets are those
//! in `nifti1.h` and `nifti2.h`.

use super::error::VolumeError;

/// Size of a NIfTI-1 header, in bytes.
pub const HEADER_1_BYTES: usize = 348;

/// Size of a NIfTI-2 header, in bytes.
pub const HEADER_2_BYTES: usize = 540;

/// Fields of a header, not checked yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawHeader {
    /// Whether numbers are big-endian.
    pub big_endian: bool,
    /// Size of the header, in bytes.
    pub bytes: usize,
    /// Whether the array is in another file.
    pub is_pair: bool,
    /// Number of dimensions, then the number of voxels along each.
    pub dim: [i64; 8],
    /// Handedness of the quaternion, then the size of a voxel along each axis.
    pub pixdim: [f64; 8],
    /// Code of the data type.
    pub data_type: i16,
    /// Code of what the values are.
    pub intent: i32,
    /// Offset of the array from the start of its file, in bytes.
    pub offset: f64,
    /// Slope of the conversion of stored numbers to values.
    pub slope: f64,
    /// Intercept of that conversion.
    pub intercept: f64,
    /// Units of lengths and time.
    pub units: u8,
    /// Above 0 if the quaternion is set.
    pub qform_code: i32,
    /// Above 0 if `srow` is set.
    pub sform_code: i32,
    /// Quaternion b, c, d.
    pub quaternion: [f64; 3],
    /// Position of the first voxel, for the quaternion.
    pub qoffset: [f64; 3],
    /// Rows of the affine transform.
    pub srow: [[f64; 4]; 3],
}

/// Returns the size of the header that starts with these four bytes, and whether it is big-endian;
/// `None` if no header does.
pub fn version(start: [u8; 4]) -> Option<(usize, bool)> {
    match start {
        [0x5c, 0x01, 0, 0] => Some((HEADER_1_BYTES, false)),
        [0, 0, 0x01, 0x5c] => Some((HEADER_1_BYTES, true)),
        [0x1c, 0x02, 0, 0] => Some((HEADER_2_BYTES, false)),
        [0, 0, 0x02, 0x1c] => Some((HEADER_2_BYTES, true)),
        _ => None,
    }
}

impl RawHeader {
    /// Reads the fields of a header of [`HEADER_1_BYTES`] or [`HEADER_2_BYTES`] bytes.
    ///
    /// # Errors
    ///
    /// Returns [`VolumeError::NotNifti`] if the magic number is not that of a NIfTI file.
    pub fn read(bytes: &[u8], big_endian: bool) -> Result<Self, VolumeError> {
        let fields = Fields { bytes, big_endian };
        match bytes.len() {
            HEADER_2_BYTES => fields.version_2(),
            _ => fields.version_1(),
        }
        .ok_or(VolumeError::NotNifti)
    }
}

/// Numbers at offsets in a header.
struct Fields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    fn raw<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let mut raw: [u8; N] = self.bytes.get(at..at + N)?.try_into().ok()?;
        if self.big_endian {
            raw.reverse();
        }
        Some(raw)
    }

    fn short(&self, at: usize) -> Option<i16> {
        self.raw(at).map(i16::from_le_bytes)
    }

    fn int(&self, at: usize) -> Option<i32> {
        self.raw(at).map(i32::from_le_bytes)
    }

    fn long(&self, at: usize) -> Option<i64> {
        self.raw(at).map(i64::from_le_bytes)
    }

    fn float(&self, at: usize) -> Option<f64> {
        self.raw(at).map(|raw| f32::from_le_bytes(raw).into())
    }

    fn double(&self, at: usize) -> Option<f64> {
        self.raw(at).map(f64::from_le_bytes)
    }

    fn version_1(&self) -> Option<RawHeader> {
        let floats = |at: usize| move |index: usize| self.float(at + 4 * index);
        Some(RawHeader {
            big_endian: self.big_endian,
            bytes: HEADER_1_BYTES,
            is_pair: match self.bytes.get(344..348)? {
                b"n+1\0" => false,
                b"ni1\0" => true,
                _ => return None,
            },
            dim: array(|index| self.short(40 + 2 * index).map(i64::from))?,
            pixdim: array(floats(76))?,
            data_type: self.short(70)?,
            intent: self.short(68)?.into(),
            offset: self.float(108)?,
            slope: self.float(112)?,
            intercept: self.float(116)?,
            units: *self.bytes.get(123)?,
            qform_code: self.short(252)?.into(),
            sform_code: self.short(254)?.into(),
            quaternion: array(floats(256))?,
            qoffset: array(floats(268))?,
            srow: array(|row| array(floats(280 + 16 * row)))?,
        })
    }

    fn version_2(&self) -> Option<RawHeader> {
        let doubles = |at: usize| move |index: usize| self.double(at + 8 * index);
        Some(RawHeader {
            big_endian: self.big_endian,
            bytes: HEADER_2_BYTES,
            // Followed by line ends, which are damaged if the file was transferred as text.
            is_pair: match self.bytes.get(4..12)? {
                b"n+2\0\r\n\x1a\n" => false,
                b"ni2\0\r\n\x1a\n" => true,
                _ => return None,
            },
            dim: array(|index| self.long(16 + 8 * index))?,
            pixdim: array(doubles(104))?,
            data_type: self.short(12)?,
            intent: self.int(504)?,
            offset: self.long(168)? as f64,
            slope: self.double(176)?,
            intercept: self.double(184)?,
            units: self.int(500)? as u8,
            qform_code: self.int(344)?,
            sform_code: self.int(348)?,
            quaternion: array(doubles(352))?,
            qoffset: array(doubles(376))?,
            srow: array(|row| array(doubles(400 + 32 * row)))?,
        })
    }
}

/// Returns an array of which every element exists.
fn array<T: Copy + Default, const N: usize>(
    element: impl Fn(usize) -> Option<T>,
) -> Option<[T; N]> {
    let mut found = [T::default(); N];
    for (index, place) in found.iter_mut().enumerate() {
        *place = element(index)?;
    }
    Some(found)
}
