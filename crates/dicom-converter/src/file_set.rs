//! The files that a person chose, of which one series becomes a volume.

use std::io::Read;

use crate::DicomError;
use crate::error::MAX_FILES;
use crate::header::OpenFile;
use crate::note::Note;
use crate::plan::Plan;
use crate::slice::Slice;
use crate::sop_class::DICOMDIR;

/// Headers of files, as far as they are needed to put slices in order.
#[derive(Default)]
pub struct FileSet {
    /// UIDs of the series.
    series: Vec<String>,
    slices: Vec<Slice>,
    files: usize,
    not_dicom: usize,
    /// Files without an image, except lists of files.
    without_image: usize,
    not_read: usize,
    /// The error that says most about the files that were not read.
    error: Option<DicomError>,
}

impl FileSet {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and reads its header, up to the pixels. `file_bytes` is the length of the file.
    /// What cannot be read is left out and becomes a note of the plan.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more than [`MAX_FILES`] files.
    pub fn add(&mut self, reader: impl Read, file_bytes: u64) -> Result<(), DicomError> {
        if self.files == MAX_FILES {
            return Err(DicomError::TooManyFiles);
        }
        let file = self.files;
        self.files += 1;
        let open = OpenFile::open(reader).and_then(|open| open.check_length(file_bytes));
        match open {
            Ok(OpenFile { header, .. }) => {
                let known = self.series.iter().position(|series| *series == header.series);
                let series = known.unwrap_or(self.series.len());
                self.slices.extend(Slice::of_file(&header, file, series));
                if known.is_none() {
                    self.series.push(header.series);
                }
            }
            Err(error) => self.leave_out(error),
        }
        Ok(())
    }

    fn leave_out(&mut self, error: DicomError) {
        match error {
            DicomError::NoImage(DICOMDIR) => {}
            DicomError::NoImage(_) => self.without_image += 1,
            DicomError::NotDicom | DicomError::Empty => self.not_dicom += 1,
            _ => self.not_read += 1,
        }
        let weight = |error: &DicomError| match error {
            DicomError::NotDicom => 0,
            DicomError::Empty => 1,
            DicomError::NoImage(_) => 2,
            _ => 3,
        };
        if self.error.as_ref().is_none_or(|known| weight(known) < weight(&error)) {
            self.error = Some(error);
        }
    }

    /// Plans the conversion of the series with the most slices.
    ///
    /// # Errors
    ///
    /// Returns an error if no file has an image that can be read, or the volume is too large.
    pub fn plan(self) -> Result<Plan, DicomError> {
        let count = |series: usize| self.slices.iter().filter(|s| s.series == series).count();
        let counts: Vec<usize> = (0..self.series.len()).map(count).collect();
        // Of equally large ones the first.
        let largest = (0..counts.len()).rev().max_by_key(|series| counts[*series]);
        let Some(largest) = largest else {
            return Err(self.error.unwrap_or(DicomError::NoFiles));
        };
        let mut notes = Vec::new();
        if counts.len() > 1 {
            notes.push(Note::Series { count: counts.len(), slices: counts[largest] });
        }
        let left_out = [
            (self.not_dicom, Note::NotDicom(self.not_dicom)),
            (self.without_image, Note::WithoutImage(self.without_image)),
        ];
        notes.extend(left_out.into_iter().filter(|(count, _)| *count > 0).map(|(_, note)| note));
        if let Some(error) = self.error.filter(|_| self.not_read > 0) {
            notes.push(Note::NotRead(self.not_read, error));
        }
        let slices = self.slices.into_iter().filter(|slice| slice.series == largest);
        Plan::of_series(slices.collect(), notes)
    }
}
