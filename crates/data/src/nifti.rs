//! NIfTI reader for volumes in `.nii` or `.nii.gz` files from untrusted sources.
//!
//! The format is a header of 348 or 540 bytes followed by an array (nifti.nimh.nih.gov, `nifti1.h`
//! and `nifti2.h`), and this reader supports no more than that. Existing crates depend on linear
//! algebra and file access, which would add to the page's download size, and they allocate the
//! memory that a header claims before they have checked the data.

mod error;
mod header;
mod members;
mod raw_header;

use std::io::{self, Read};

use crate::affine::Affine;
use crate::orientation::Orientation;
use error::MAX_EXTRA_BYTES;
pub use error::{MAX_VOXELS, VolumeError};
use header::Header;
use members::{MAGIC, Members};
use raw_header::{HEADER_1_BYTES, HEADER_2_BYTES, RawHeader, version};

/// Number of bytes read at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// A volume of gray values, or a mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Number of voxels along the first, second and third axis of the array.
    pub shape: [usize; 3],
    /// Size of a voxel along these axes in millimeters; 1 if the file does not specify it.
    pub voxel_mm: [f32; 3],
    /// Position of the voxels in the patient; `None` if the file does not specify it.
    pub affine: Option<Affine>,
    /// Number of volumes in the file, of which this is one.
    pub volumes: usize,
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
    /// Reads a `.nii` or `.nii.gz` file, of several volumes the first one, with the axes as they are
    /// stored. The content determines which kind of file it is. Memory is allocated for the voxels
    /// that are present, not for those that the header claims.
    ///
    /// A pair of files, `.hdr` and `.img`, is read if `bytes` are the header of 348 or 540 bytes,
    /// followed by the second file.
    pub fn read(bytes: &[u8]) -> Result<Self, VolumeError> {
        let mut volumes = read_volumes(bytes, 1)?;
        volumes.pop().ok_or(VolumeError::NoValues)
    }

    /// Reads up to `most` volumes of a file, as [`Volume::read`] does.
    pub fn read_all(bytes: &[u8], most: usize) -> Result<Vec<Self>, VolumeError> {
        read_volumes(bytes, most)
    }

    /// Returns the order of the axes: RAS if the file does not specify it.
    pub fn orientation(&self) -> Orientation {
        self.affine.as_ref().map_or(Orientation::RAS, Orientation::of)
    }

    /// Turns the volume to RAS, given the order of its axes.
    pub fn turned(self, orientation: Orientation) -> Self {
        if orientation == Orientation::RAS {
            return self;
        }
        let mut voxel_mm = [0.0; 3];
        for (stored, direction) in orientation.0.iter().enumerate() {
            voxel_mm[direction.axis] = self.voxel_mm[stored];
        }
        Self {
            shape: orientation.turned_shape(self.shape),
            voxel_mm,
            affine: self.affine.map(|affine| orientation.turn_affine(self.shape, &affine)),
            volumes: self.volumes,
            voxels: orientation.turn(self.shape, &self.voxels),
        }
    }

    /// Returns the axis that the slices are perpendicular to: the first one, or that of a volume
    /// with a single plane.
    pub fn slice_axis(&self) -> usize {
        slice_axis(self.shape)
    }

    /// Returns the number of slices.
    pub fn planes(&self) -> usize {
        self.shape[self.slice_axis()]
    }

    /// Returns the slice at an index along [`Volume::slice_axis`], or `None` if the index is out of
    /// range. Of a volume in RAS, a slice is shown upright: a sagittal one with the front on the
    /// right, a coronal and an axial one with the patient's right on the left, as radiology does.
    pub fn slice(&self, index: usize) -> Option<Plane> {
        let axis = self.slice_axis();
        if index >= self.shape[axis] {
            return None;
        }
        // The axes of columns and rows. Rows run against their axis, since the last voxel is on top.
        let (across, down) = [(1, 2), (0, 2), (0, 1)][axis];
        let strides = [1, self.shape[0], self.shape[0] * self.shape[1]];
        let (width, height) = (self.shape[across], self.shape[down]);
        let values = (0..height).rev().flat_map(|row| {
            let start = index * strides[axis] + row * strides[down];
            (0..width).map(move |column| {
                let column = if axis == 0 { column } else { width - 1 - column };
                self.voxels[start + column * strides[across]]
            })
        });
        Some(Plane {
            size: [height, width],
            values: values.collect(),
            pixel_mm: [self.voxel_mm[down], self.voxel_mm[across]],
        })
    }
}

/// Returns the axis that the slices of a volume of this shape are perpendicular to.
pub fn slice_axis(shape: [usize; 3]) -> usize {
    shape.iter().position(|side| *side == 1).unwrap_or(0)
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

fn read_volumes(bytes: &[u8], most: usize) -> Result<Vec<Volume>, VolumeError> {
    if bytes.is_empty() {
        return Err(VolumeError::Empty);
    }
    if !bytes.starts_with(&MAGIC) {
        return read_from(bytes, most);
    }
    let mut start = [0; 2];
    fill(&mut Members::new(bytes), &mut start)?;
    if start != MAGIC {
        return read_from(Members::new(bytes), most);
    }
    // A file that was compressed twice, as some upload forms do. No volume begins like that.
    let mut once = Vec::new();
    let limit = bytes.len() as u64 * 2 + MAX_EXTRA_BYTES;
    Members::new(bytes)
        .take(limit)
        .read_to_end(&mut once)
        .map_err(|error| VolumeError::Gzip(error.to_string()))?;
    read_from(Members::new(&once), most)
}

fn read_from(mut source: impl Read, most: usize) -> Result<Vec<Volume>, VolumeError> {
    let mut bytes = [0; HEADER_2_BYTES];
    if fill(&mut source, &mut bytes[..HEADER_1_BYTES])? < HEADER_1_BYTES {
        return Err(VolumeError::NotNifti);
    }
    let start = [bytes[0], bytes[1], bytes[2], bytes[3]];
    let (header_bytes, big_endian) = version(start).ok_or(VolumeError::NotNifti)?;
    let rest = &mut bytes[HEADER_1_BYTES..header_bytes];
    if fill(&mut source, rest)? < header_bytes - HEADER_1_BYTES {
        return Err(VolumeError::NotNifti);
    }
    let raw = RawHeader::read(&bytes[..header_bytes], big_endian)?;
    let header = Header::check(&raw)?;
    // The offset of a pair is that in its second file, which follows the header here.
    let first = if raw.is_pair { 0 } else { header_bytes as u64 };
    let mut source = source.take(header.offset - first);
    skip(&mut source)?;
    let mut source = source.into_inner();

    let wanted = header.volumes.min(most);
    let mut volumes = Vec::new();
    while volumes.len() < wanted {
        let voxels = read_voxels(&header, &mut source).map_err(|error| match error {
            VolumeError::Truncated { found: 0, .. } if raw.is_pair => VolumeError::Pair,
            other => other,
        })?;
        volumes.push(Volume {
            shape: header.shape,
            voxel_mm: header
                .affine
                .map_or(header.voxel_mm, |affine| affine.voxel_mm())
                .map(|mm| mm as f32),
            affine: header.affine,
            volumes: header.volumes,
            voxels,
        });
    }
    // Reads to the end, since gzip stores its checksum there.
    skip(&mut source.take(MAX_EXTRA_BYTES))?;
    if !volumes.iter().any(|volume| volume.voxels.iter().any(|value| value.is_finite())) {
        return Err(VolumeError::NoValues);
    }
    Ok(volumes)
}

fn read_voxels(header: &Header, source: &mut impl Read) -> Result<Vec<f32>, VolumeError> {
    let count = header.shape.iter().product();
    let size = header.voxel_type.bytes();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut voxels = Vec::new();
    while voxels.len() < count {
        let wanted = (count - voxels.len()).min(CHUNK_BYTES / size) * size;
        let found = fill(source, &mut chunk[..wanted])?;
        header.decode(&chunk[..found], &mut voxels);
        if found < wanted {
            return Err(VolumeError::Truncated { declared: count, found: voxels.len() });
        }
    }
    Ok(voxels)
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
