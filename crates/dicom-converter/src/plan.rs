//! Plan of a conversion: which slices form the volume, and how their pixels become voxels.

use std::io::Read;

use crate::DicomError;
use crate::error::{MAX_SLICES, MAX_VOXELS};
use crate::frames;
use crate::header::OpenFile;
use crate::nifti_header::{HEADER_BYTES, NiftiHeader};
use crate::note::Note;
use crate::slice::{Slice, StackKey};
use crate::stack;
use crate::vector::scaled;
use crate::voxels::{self, VoxelType};

/// Plan of a conversion.
pub struct Plan {
    slices: Vec<Slice>,
    key: StackKey,
    header: NiftiHeader,
    /// Whether voxels are values, since slices have different scales.
    is_scaled: bool,
    /// Whether rows and columns run backwards: a volume without a position is taken as RAS, in
    /// which the first row is at the bottom and the first column on the right.
    is_turned: bool,
    notes: Vec<Note>,
}

impl Plan {
    /// Plans the conversion of the slices of one series, of which there is at least one. `notes`
    /// are those about the files.
    pub(crate) fn of_series(slices: Vec<Slice>, mut notes: Vec<Note>) -> Result<Self, DicomError> {
        let count = slices.len();
        let slices = largest_stack(slices);
        if slices.len() < count {
            notes.push(Note::OtherImages(count - slices.len()));
        }
        let stack = stack::order(slices, &mut notes);
        let slices = stack.slices;
        let first = slices.first().ok_or(DicomError::NoFiles)?;
        let key = first.key;
        let shape = [key.size[0], key.size[1], slices.len()];
        if shape[2] > MAX_SLICES {
            return Err(DicomError::TooManySlices(shape[2]));
        }
        if shape.iter().product::<usize>() > MAX_VOXELS {
            return Err(DicomError::TooManyVoxels(shape));
        }
        let is_scaled = slices.iter().any(|slice| slice.scale != first.scale);
        let affine = first.location.zip(stack.step).zip(first.pixel_mm).map(
            |((location, step), [columns, rows])| {
                let axes = [
                    scaled(location.along_row, columns),
                    scaled(location.along_column, rows),
                    step,
                    location.position,
                ];
                // The patient's coordinates of DICOM run to the left and to the back.
                [-1.0, -1.0, 1.0]
                    .into_iter()
                    .enumerate()
                    .map(|(row, sign)| axes.map(|axis| sign * axis[row]))
                    .collect::<Vec<_>>()
            },
        );
        let header = NiftiHeader {
            shape,
            voxel_mm: first.pixel_mm.map(|[columns, rows]| [columns, rows, stack.step_mm]),
            voxel_type: match (is_scaled, key.is_color) {
                (true, _) => VoxelType::F32,
                (false, true) => VoxelType::integer(key.bits_of_luma(), false),
                (false, false) => VoxelType::integer(key.bits_allocated, key.is_signed),
            },
            scale: if is_scaled { (1.0, 0.0) } else { first.scale },
            affine: affine.and_then(|rows| rows.try_into().ok()),
        };
        match first.pixel_mm {
            None => notes.push(Note::NoSpacing),
            Some(_) if first.is_at_detector => notes.push(Note::DetectorSpacing),
            Some(_) => {}
        }
        if slices.iter().any(|slice| slice.is_inverted) {
            notes.push(Note::Inverted);
        }
        if key.is_color {
            notes.push(Note::Colors);
        }
        let is_turned = header.affine.is_none();
        Ok(Self { slices, key, header, is_scaled, is_turned, notes })
    }

    /// Returns the header of the NIfTI-1 file. The slices follow it, in order.
    pub fn header(&self) -> [u8; HEADER_BYTES] {
        self.header.encode()
    }

    /// Returns the number of columns, rows and slices.
    pub fn shape(&self) -> [usize; 3] {
        self.header.shape
    }

    /// Returns what a person should know about the conversion.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Returns the indices of the files to read, as they were added.
    pub fn files(&self) -> Vec<usize> {
        let mut files: Vec<usize> = self.slices.iter().map(|slice| slice.file).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Reads the slices of a file from its start, and calls `put` with the index of each slice and
    /// its voxels: little-endian, the columns of a row first. Slices of several frames come in any
    /// order.
    ///
    /// # Errors
    ///
    /// Returns an error if the file is truncated or damaged, or is not the one that was added.
    pub fn read_slices(
        &self,
        file: usize,
        reader: impl Read,
        mut put: impl FnMut(usize, Vec<u8>),
    ) -> Result<(), DicomError> {
        let open = OpenFile::open(reader)?;
        let format = &open.header.format;
        if (format.size, format.bits_allocated) != (self.key.size, self.key.bits_allocated) {
            return Err(DicomError::Changed);
        }
        // The index of the slice of each frame.
        let mut wanted = vec![None; open.header.frames];
        for (index, slice) in self.slices.iter().enumerate() {
            if slice.file == file {
                *wanted.get_mut(slice.frame).ok_or(DicomError::Changed)? = Some(index);
            }
        }
        frames::read(open, |frame, format, samples| {
            let index = wanted.get(frame).copied().flatten();
            let slice = index.and_then(|index| Some((index, self.slices.get(index)?)));
            if let Some((index, slice)) = slice {
                let scale = self.is_scaled.then_some(slice.scale);
                let voxel_type = self.header.voxel_type;
                put(index, voxels::of_frame(&samples, format, voxel_type, scale, self.is_turned));
            }
        })
    }
}

/// Returns the largest group of slices that are parallel and of the same form.
fn largest_stack(slices: Vec<Slice>) -> Vec<Slice> {
    let mut stacks: Vec<Vec<Slice>> = Vec::new();
    for slice in slices {
        let fits = |stack: &&mut Vec<Slice>| stack.first().is_some_and(|first| first.fits(&slice));
        match stacks.iter_mut().find(fits) {
            Some(stack) => stack.push(slice),
            None => stacks.push(vec![slice]),
        }
    }
    // Of equally large ones the first.
    stacks.into_iter().rev().max_by_key(Vec::len).unwrap_or_default()
}
