//! NIfTI-1 reader for volumes in `.nii` or `.nii.gz` files from untrusted sources.
//!
//! The format is a header of 348 bytes followed by an array (nifti.nimh.nih.gov, `nifti1.h`), and
//! this reader supports no more than that. Existing crates depend on linear algebra and file
//! access, which would add to the page's download size, and they allocate the memory that a header
//! claims before they have checked the data.

mod error;
mod header;

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use error::MAX_EXTRA_BYTES;
pub use error::{MAX_VOXELS, VolumeError};
use header::Header;

/// Number of bytes read at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// A volume of gray values, or a mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Number of voxels along the first, second and third axis of the array, as stored.
    pub shape: [usize; 3],
    /// Size of a voxel along these axes in millimeters; 1 if the file does not specify it.
    pub voxel_mm: [f32; 3],
    /// Values, scaled as specified by the header, with the first axis fastest. Some may not be
    /// finite.
    pub voxels: Vec<f32>,
}

/// One plane of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// Number of rows and columns.
    pub size: [usize; 2],
    /// Values in row-major order. Some may not be finite.
    pub values: Vec<f32>,
    /// Height and width of a pixel in millimeters.
    pub pixel_mm: [f32; 2],
}

impl Volume {
    /// Reads a `.nii` or `.nii.gz` file. The content determines which of the two it is. Memory is
    /// allocated for the voxels that are present, not for those that the header claims.
    pub fn read(bytes: &[u8]) -> Result<Self, VolumeError> {
        match bytes {
            [] => Err(VolumeError::Empty),
            [0x1f, 0x8b, ..] => read_from(MultiGzDecoder::new(bytes)),
            _ => read_from(bytes),
        }
    }

    /// Returns the number of planes along the first axis.
    pub fn planes(&self) -> usize {
        self.shape[0]
    }

    /// Returns the plane at an index on the first axis, or `None` if the index is out of range.
    /// Rows are the third axis, with its end at the top; columns are the second axis. For a volume
    /// stored from left to right, back to front and bottom to top, this is an upright sagittal
    /// slice.
    pub fn slice(&self, index: usize) -> Option<Plane> {
        let [first, columns, rows] = self.shape;
        if index >= first {
            return None;
        }
        let values = (0..rows).rev().flat_map(|row| {
            (0..columns).map(move |column| self.voxels[index + first * (column + columns * row)])
        });
        let [_, width, height] = self.voxel_mm;
        Some(Plane { size: [rows, columns], values: values.collect(), pixel_mm: [height, width] })
    }
}

impl Plane {
    /// Returns the values as class labels, rounded to integers, since scaled masks are rarely
    /// exact. Values that are not finite become background.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is outside 0 to 255.
    pub fn labels(&self) -> Result<Vec<u8>, VolumeError> {
        let label = |value: &f32| match value.round() {
            whole if (0.0..=255.0).contains(&whole) => Ok(whole as u8),
            _ if !value.is_finite() => Ok(0),
            _ => Err(VolumeError::NoClass(*value)),
        };
        self.values.iter().map(label).collect()
    }
}

fn read_from(mut source: impl Read) -> Result<Volume, VolumeError> {
    let mut bytes = [0; header::HEADER_BYTES];
    if fill(&mut source, &mut bytes)? < header::HEADER_BYTES {
        return Err(VolumeError::NotNifti);
    }
    let header = Header::parse(&bytes)?;
    let count = header.shape.iter().product();
    let mut source = source.take(header.offset - header::HEADER_BYTES as u64);
    skip(&mut source)?;
    let mut source = source.into_inner();

    let size = header.voxel_type.bytes();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut voxels = Vec::new();
    while voxels.len() < count {
        let wanted = (count - voxels.len()).min(CHUNK_BYTES / size) * size;
        let found = fill(&mut source, &mut chunk[..wanted])?;
        header.decode(&chunk[..found], &mut voxels);
        if found < wanted {
            return Err(VolumeError::Truncated { declared: count, found: voxels.len() });
        }
    }
    // Reads to the end, since gzip stores its checksum there.
    skip(&mut source.take(MAX_EXTRA_BYTES))?;
    if !voxels.iter().any(|value| value.is_finite()) {
        return Err(VolumeError::NoValues);
    }
    Ok(Volume { shape: header.shape, voxel_mm: header.voxel_mm, voxels })
}

/// Reads until the buffer is full or the source ends. Returns the number of bytes read.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> Result<usize, VolumeError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(VolumeError::Gzip(error.to_string())),
        }
    }
    Ok(filled)
}

fn skip(source: &mut impl Read) -> Result<(), VolumeError> {
    match io::copy(source, &mut io::sink()) {
        Ok(_) => Ok(()),
        Err(error) => Err(VolumeError::Gzip(error.to_string())),
    }
}
