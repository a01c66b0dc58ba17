//! NIfTI reader for volumes in `.nii` or `.nii.gz` files from untrusted sources.
//!
//! The format is a header of 348 or 540 bytes followed by an array (nifti.nimh.nih.gov, `nifti1.h`
//! and `nifti2.h`), and this reader supports no more than that. Existing crates depend on linear
//! algebra and file access, which would add to the page's download size, and they allocate the
//! memory that a header claims before they have checked the data.

mod error;
mod header;
mod members;
mod portions;
mod raw_header;

use std::io::{self, Read, Seek};

use crate::affine::Affine;
use crate::orientation::Orientation;
use error::MAX_EXTRA_BYTES;
pub use error::{MAX_VOXELS, VolumeError};
use header::Header;
use members::content;
use raw_header::{HEADER_1_BYTES, HEADER_2_BYTES, RawHeader, version};

use crate::voxels::{Range, Voxels, VoxelsBuilder};

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
    /// Values, scaled as specified by the header. Some may not be finite.
    pub voxels: Voxels,
}

/// A source that can be read from any place.
pub trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// A file that can be read from its beginning, several times.
pub trait FileSource {
    /// Returns a reader of the bytes.
    fn open(&self) -> Box<dyn Read + '_>;

    /// Returns a reader of the bytes that can begin anywhere, and that can be kept.
    fn open_anywhere(&self) -> Box<dyn ReadSeek>;
}

impl FileSource for &[u8] {
    fn open(&self) -> Box<dyn Read + '_> {
        Box::new(*self)
    }

    fn open_anywhere(&self) -> Box<dyn ReadSeek> {
        Box::new(io::Cursor::new(self.to_vec()))
    }
}

impl FileSource for Vec<u8> {
    fn open(&self) -> Box<dyn Read + '_> {
        Box::new(self.as_slice())
    }

    fn open_anywhere(&self) -> Box<dyn ReadSeek> {
        Box::new(io::Cursor::new(self.clone()))
    }
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
    /// stored. The content determines which kind of file it is. The file is read in portions; memory
    /// is allocated for the voxels that are present, not for those that the header claims.
    ///
    /// A pair of files, `.hdr` and `.img`, is read if the bytes are the header of 348 or 540 bytes,
    /// followed by the second file.
    pub fn read(file: &dyn FileSource) -> Result<Self, VolumeError> {
        Self::read_nth(file, 0)
    }

    /// Reads the volume with this index along the fourth axis, or the last one if there are not as
    /// many, as [`Volume::read`] does.
    pub fn read_nth(file: &dyn FileSource, index: usize) -> Result<Self, VolumeError> {
        let mut volumes = read_volumes(file, index, 1)?;
        volumes.pop().ok_or(VolumeError::NoValues)
    }

    /// Reads up to `most` volumes of a file, as [`Volume::read`] does.
    pub fn read_all(file: &dyn FileSource, most: usize) -> Result<Vec<Self>, VolumeError> {
        read_volumes(file, 0, most)
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
            voxels: self.voxels.turned(orientation),
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
    /// range. Rows and columns are those of [`PlaneGrid`].
    pub fn slice(&self, index: usize) -> Option<Plane> {
        let axis = self.slice_axis();
        let plane = PlaneGrid::of(self.shape, axis)?;
        (index < self.shape[axis]).then(|| Plane {
            size: plane.size,
            values: plane.values(&self.voxels, index),
            pixel_mm: plane.pixel_mm(self.voxel_mm),
        })
    }
}

/// Rows and columns of the planes along an axis of a volume in RAS, which is shown upright: a
/// sagittal plane with the front on the right, a coronal and an axial one with the patient's right on
/// the left, as radiology does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaneGrid {
    /// Number of rows and columns.
    pub size: [usize; 2],
    /// Axis that the planes are perpendicular to.
    axis: usize,
    /// Axes of the columns and of the rows.
    across: usize,
    down: usize,
}

impl PlaneGrid {
    /// Returns the planes along an axis of a volume of this shape; `None` if there is no such axis.
    pub fn of(shape: [usize; 3], axis: usize) -> Option<Self> {
        let (across, down) = *[(1, 2), (0, 2), (0, 1)].get(axis)?;
        Some(Self { size: [shape[down], shape[across]], axis, across, down })
    }

    /// Returns the index of the voxel at a row and column of a plane.
    pub fn index(&self, plane: usize, row: usize, column: usize) -> [usize; 3] {
        let [height, width] = self.size;
        let mut index = [0; 3];
        index[self.axis] = plane;
        // Rows run against their axis, since the last voxel is on top.
        index[self.down] = height - 1 - row;
        index[self.across] = if self.axis == 0 { column } else { width - 1 - column };
        index
    }

    /// Returns the values of a plane in row-major order.
    ///
    /// # Panics
    ///
    /// Panics if there is no such plane, or if the voxels have another shape.
    pub fn values(&self, voxels: &Voxels, plane: usize) -> Vec<f32> {
        let [height, width] = self.size;
        let of_row = |row| (0..width).map(move |column| voxels.get(self.index(plane, row, column)));
        (0..height).flat_map(of_row).collect()
    }

    /// Returns the height and width of a pixel in millimeters, given the size of a voxel.
    pub fn pixel_mm(&self, voxel_mm: [f32; 3]) -> [f32; 2] {
        [voxel_mm[self.down], voxel_mm[self.across]]
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

fn read_volumes(
    file: &dyn FileSource,
    first: usize,
    most: usize,
) -> Result<Vec<Volume>, VolumeError> {
    let open = || -> Result<_, VolumeError> {
        let mut source =
            content(file.open()).map_err(|error| VolumeError::Gzip(error.to_string()))?;
        let header = read_header(&mut source)?;
        Ok((source, header))
    };
    let (mut source, header) = open()?;
    let first = first.min(header.volumes - 1);
    // A damaged header may name more volumes than a file can have.
    let before = (first as u64).saturating_mul(header.volume_bytes());
    let wanted = (header.volumes - first).min(most);
    skip(&mut source, before)?;
    let mut volumes = Vec::new();
    while volumes.len() < wanted {
        let voxels = match read_voxels(&header, &mut source, header.builder(None))? {
            Some(voxels) => voxels,
            None if wanted == 1 => {
                // Rounding needs the range of the values, so the file is read again, twice.
                let (mut again, _) = open()?;
                skip(&mut again, before)?;
                let range = read_range(&header, &mut again)?;
                (source, _) = open()?;
                skip(&mut source, before)?;
                let rounded = read_voxels(&header, &mut source, header.builder(Some(range)))?;
                rounded.ok_or(VolumeError::NoValues)?
            }
            None => return Err(VolumeError::TooLarge(header.shape.map(|side| side as u64))),
        };
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
    skip(&mut source, MAX_EXTRA_BYTES)?;
    if !volumes.iter().any(|volume| volume.voxels.iter().any(f32::is_finite)) {
        return Err(VolumeError::NoValues);
    }
    Ok(volumes)
}

/// Reads the header, and what is between it and the array.
fn read_header(source: &mut dyn Read) -> Result<Header, VolumeError> {
    let mut bytes = [0; HEADER_2_BYTES];
    match fill(source, &mut bytes[..HEADER_1_BYTES])? {
        0 => return Err(VolumeError::Empty),
        HEADER_1_BYTES => {}
        _ => return Err(VolumeError::NotNifti),
    }
    let start = [bytes[0], bytes[1], bytes[2], bytes[3]];
    let (header_bytes, big_endian) = version(start).ok_or(VolumeError::NotNifti)?;
    let rest = &mut bytes[HEADER_1_BYTES..header_bytes];
    if fill(source, rest)? < header_bytes - HEADER_1_BYTES {
        return Err(VolumeError::NotNifti);
    }
    let raw = RawHeader::read(&bytes[..header_bytes], big_endian)?;
    let header = Header::check(&raw)?;
    // The offset of a pair is that in its second file, which follows the header here.
    skip(source, header.offset - if raw.is_pair { 0 } else { header_bytes as u64 })?;
    Ok(header)
}

/// Reads the voxels of one volume. Returns `None` if the range of the values must be known.
fn read_voxels(
    header: &Header,
    source: &mut dyn Read,
    mut builder: VoxelsBuilder,
) -> Result<Option<Voxels>, VolumeError> {
    let mut needs_range = false;
    read_numbers(header, source, &mut |numbers| {
        needs_range = numbers.iter().try_for_each(|number| builder.push(*number)).is_err();
        !needs_range
    })?;
    if needs_range {
        return Ok(None);
    }
    let (declared, found) = (header.shape.iter().product(), builder.len());
    match builder.finish(header.shape) {
        Some(voxels) => Ok(Some(voxels)),
        None if header.is_pair && found == 0 => Err(VolumeError::Pair),
        None => Err(VolumeError::Truncated { declared, found }),
    }
}

/// Reads one volume to find the range of its values.
fn read_range(header: &Header, source: &mut dyn Read) -> Result<Range, VolumeError> {
    let mut range = Range { low: f64::INFINITY, high: f64::NEG_INFINITY, is_whole: true };
    let (slope, intercept) = header.scale;
    read_numbers(header, source, &mut |numbers| {
        for value in numbers.iter().map(|number| slope * number + intercept) {
            if value.is_finite() {
                range.low = range.low.min(value);
                range.high = range.high.max(value);
                range.is_whole &= value.fract() == 0.0;
            }
        }
        true
    })?;
    if range.low > range.high { Err(VolumeError::NoValues) } else { Ok(range) }
}

/// Reads the stored numbers of one volume, as many as there are, until `take` returns false.
fn read_numbers(
    header: &Header,
    source: &mut dyn Read,
    take: &mut dyn FnMut(&[f64]) -> bool,
) -> Result<(), VolumeError> {
    let mut left = header.volume_bytes();
    let (mut chunk, mut numbers) = (vec![0; CHUNK_BYTES], Vec::new());
    while left > 0 {
        let wanted = left.min(CHUNK_BYTES as u64) as usize;
        let found = fill(source, &mut chunk[..wanted])?;
        numbers.clear();
        header.decode(&chunk[..found], &mut numbers);
        if !take(&numbers) || found < wanted {
            break;
        }
        left -= wanted as u64;
    }
    Ok(())
}

/// Reads until the buffer is full or the source ends. Returns the number of bytes read.
fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> Result<usize, VolumeError> {
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

/// Skips bytes, or those that are left.
fn skip(source: &mut dyn Read, bytes: u64) -> Result<(), VolumeError> {
    match io::copy(&mut source.take(bytes), &mut io::sink()) {
        Ok(_) => Ok(()),
        Err(error) => Err(VolumeError::Gzip(error.to_string())),
    }
}
