//! NIfTI-1 reader for volumes, `.nii` or `.nii.gz`, from untrusted bytes.
//!
//! The format is a header of 348 bytes and an array (nifti.nimh.nih.gov, `nifti1.h`). That much is
//! read here: crates for it bring linear algebra and file access of their own, which a page would
//! have to download, and take memory for what a header claims before they have seen it.

mod header;

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use thiserror::Error;

use header::Header;

/// Largest number of voxels that is read: a head of 256³.
pub const MAX_VOXELS: usize = 1 << 24;

/// Largest gap between header and array, and largest rest behind the array, in bytes.
const MAX_EXTRA_BYTES: u64 = 16 << 20;

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// Why a file cannot be used as a volume.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum VolumeError {
    /// No bytes at all.
    #[error("The file is empty. Choose a NIfTI volume (.nii or .nii.gz).")]
    Empty,
    /// Neither a NIfTI-1 header nor gzip around one.
    #[error("The file is no NIfTI volume. Choose a .nii or .nii.gz file.")]
    NotNifti,
    /// The header of a pair of files, `.hdr` and `.img`.
    #[error("The file is the header of a pair of files. Save the volume as one .nii file.")]
    Pair,
    /// The second version of the format.
    #[error("The file is NIfTI-2, which is not read here. Save it as NIfTI-1.")]
    Nifti2,
    /// The gzip stream is cut short or broken; the decoder's words.
    #[error("The .nii.gz file is incomplete or damaged ({0}). Fetch or save it again.")]
    Gzip(String),
    /// The array ends before it should.
    #[error(
        "The volume is incomplete: {found} of its {declared} voxels are there. Fetch or save it again."
    )]
    Truncated {
        /// Voxels that the header tells of.
        declared: usize,
        /// Voxels that are there.
        found: usize,
    },
    /// Four dimensions or more.
    #[error(
        "The file has {0} dimensions, as a time series has; a volume has three. Save one volume of it as a file."
    )]
    Dimensions(usize),
    /// A single plane.
    #[error(
        "The file holds one plane of {0}×{1} pixels, no volume. Save it as a PNG image and choose that."
    )]
    Flat(usize, usize),
    /// Sides that no array can have.
    #[error(
        "The header of the volume is damaged: it names {0:?} as its dimensions. Save it again."
    )]
    Shape([i16; 8]),
    /// More voxels than [`MAX_VOXELS`].
    #[error(
        "The volume has {}×{}×{} voxels; at most {} million can be read. Cut or resample it.", .0[0], .0[1], .0[2], MAX_VOXELS / 1_000_000
    )]
    TooLarge([usize; 3]),
    /// A kind of number that is not read: colours, complex numbers, 64-bit integers.
    #[error(
        "The volume's voxels are of NIfTI data type {0}, which is not read here. Save them as 16-bit integers or 32-bit floats."
    )]
    Type(i16),
    /// The array does not begin where one can.
    #[error("The header of the volume is damaged: it puts the voxels at byte {0}. Save it again.")]
    Offset(f32),
    /// No voxel is a finite number.
    #[error("None of the volume's voxels is a finite number. Choose another volume.")]
    NoValues,
    /// A mask with a voxel that is no class.
    #[error("The mask has the value {0}; classes are the whole numbers 0 to 255.")]
    NoClass(f32),
}

/// A volume of gray values, or a mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Voxels along the first, second and third axis of the array, as stored.
    pub shape: [usize; 3],
    /// Size of a voxel along these axes in millimetres; 1 where the file tells none.
    pub voxel_mm: [f32; 3],
    /// Values, scaled as the header wants; the first axis is the fastest. Some may not be finite.
    pub voxels: Vec<f32>,
}

/// One plane of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// Rows and columns.
    pub size: [usize; 2],
    /// Values row by row. Some may not be finite.
    pub values: Vec<f32>,
    /// Height and width of a pixel in millimetres.
    pub pixel_mm: [f32; 2],
}

impl Volume {
    /// Reads a `.nii` or `.nii.gz` file; which of both, its content tells. Memory is taken for
    /// voxels that are there, not for those that the header promises.
    pub fn read(bytes: &[u8]) -> Result<Self, VolumeError> {
        match bytes {
            [] => Err(VolumeError::Empty),
            [0x1f, 0x8b, ..] => read_from(MultiGzDecoder::new(bytes)),
            _ => read_from(bytes),
        }
    }

    /// Number of planes across the first axis.
    pub fn planes(&self) -> usize {
        self.shape[0]
    }

    /// The plane at a place on the first axis: rows are the third axis, its end on top; columns are
    /// the second. In a volume stored from left to right, back to front, and bottom to top that is
    /// a sagittal slice, upright. `None` beyond the last.
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
    /// The values as classes, rounded to whole numbers: scaled masks are rarely exact. Values that
    /// are not finite are background. Fails on one outside 0 to 255.
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
    // Read on to the end, where gzip keeps its checksum.
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
