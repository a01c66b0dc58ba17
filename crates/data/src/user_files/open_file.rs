//! A visitor's file, read into memory.

use serde::{Deserialize, Serialize};

use super::error::UserFileError;
use super::exif::UPRIGHT;
use super::file_kind::{is_volume_file, seems_to_be};
use super::grid::Grid;
use super::notes::orientation_notes;
use super::picture::{Picture, is_picture, read_picture};
use super::window::is_hounsfield;

use crate::voxels::Voxels;
use crate::{FileSource, Volume, intensity_window};

/// A picture or a volume, turned to RAS.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenFile {
    /// What the page knows of it.
    pub facts: FileFacts,
    /// The values.
    pub voxels: Voxels,
    /// Colors of a picture, by the place in the table of values, if there are at most 256 and not
    /// all are gray.
    pub colors: Option<Vec<[u8; 3]>>,
}

/// What is known of a file without its pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Name of the file.
    pub name: String,
    /// The voxels.
    pub grid: Grid,
    /// Number of volumes in the file.
    pub volumes: usize,
    /// Index of the volume that was read.
    pub volume: usize,
    /// Values that are mapped to black and white.
    pub window: (f32, f32),
    /// Whether the values seem to be Hounsfield units.
    pub is_hounsfield: bool,
    /// Number of different values, if they are at most 256 and all are whole numbers from 0, or
    /// colors.
    pub labels: Option<usize>,
    /// What was done with the file, as sentences.
    pub notes: Vec<String>,
}

impl OpenFile {
    /// Reads a volume or a picture; of a file with several volumes the one at `volume`, or the last
    /// one.
    ///
    /// # Errors
    ///
    /// Returns an error that names the file, if it is neither, is damaged or too large.
    pub fn read(name: &str, file: &dyn FileSource, volume: usize) -> Result<Self, UserFileError> {
        let start = first_bytes(file);
        if is_picture(&start) {
            let picture = read_picture(file).map_err(|error| UserFileError::new(name, error))?;
            return Ok(Self::of_picture(name, picture));
        }
        if !is_volume_file(name, &start) || start.is_empty() {
            return Err(UserFileError::new(name, seems_to_be(name, &start)));
        }
        let read = Volume::read_nth(file, volume).map_err(|error| match error {
            // The name promises a volume, but the content is something else.
            crate::VolumeError::NotNifti => UserFileError::new(name, seems_to_be(name, &start)),
            error => UserFileError::new(name, error),
        })?;
        Ok(Self::of_volume(name, read, volume))
    }

    /// Creates a picture from gray values 0 to 255, `[height, width]` in row-major order, that are
    /// upright. Returns an error if their number is not that of the size.
    pub fn of_gray(
        name: &str,
        [height, width]: [usize; 2],
        gray: &[u8],
    ) -> Result<Self, UserFileError> {
        let table = (0..=255_u8).map(f32::from).collect();
        let voxels = Voxels::from_table(gray.iter().copied(), table, [width, height, 1]);
        let voxels = voxels.filter(|_| !gray.is_empty());
        let voxels = voxels
            .ok_or_else(|| UserFileError::new(name, "the picture is empty. Choose another."))?;
        let window = Some((0.0, 255.0));
        Ok(Self::of_picture(name, Picture { voxels, orientation: UPRIGHT, window, colors: None }))
    }

    fn of_picture(name: &str, picture: Picture) -> Self {
        let Picture { voxels, orientation, window, colors } = picture;
        let voxels = voxels.turned(orientation);
        let grid = Grid {
            shape: voxels.shape(),
            voxel_mm: [1.0; 3],
            affine: None,
            stored: orientation,
            is_picture: true,
        };
        let mut notes = Vec::new();
        if orientation != UPRIGHT {
            notes.push("Turned as its EXIF data say.".to_owned());
        }
        let volume =
            Volume { shape: grid.shape, voxel_mm: [1.0; 3], affine: None, volumes: 1, voxels };
        let window = window.unwrap_or_else(|| intensity_window(&volume));
        let voxels = volume.voxels;
        let labels = match &colors {
            Some(colors) => Some(colors.len()),
            None => whole_numbers(&voxels),
        };
        let facts = FileFacts {
            name: name.to_owned(),
            grid,
            volumes: 1,
            volume: 0,
            window,
            is_hounsfield: false,
            labels,
            notes,
        };
        Self { facts, voxels, colors }
    }

    /// Creates an open file from a volume of it, with the axes as they are stored.
    pub(super) fn of_volume(name: &str, read: Volume, index: usize) -> Self {
        let stored = read.orientation();
        let window = intensity_window(&read);
        let Volume { shape, voxel_mm, affine, volumes, voxels } = read.turned(stored);
        let grid = Grid { shape, voxel_mm, affine, stored, is_picture: false };
        let facts = FileFacts {
            name: name.to_owned(),
            grid,
            volumes,
            volume: index.min(volumes.saturating_sub(1)),
            window,
            is_hounsfield: is_hounsfield(window),
            labels: whole_numbers(&voxels),
            notes: orientation_notes(&grid),
        };
        Self { facts, voxels, colors: None }
    }
}

/// Returns the number of different values if they are whole numbers from 0.
fn whole_numbers(voxels: &Voxels) -> Option<usize> {
    let table = voxels.table()?;
    let counts = voxels.table_counts()?;
    let mut used = table.iter().zip(counts).filter(|(_, count)| *count > 0).map(|(value, _)| value);
    let is_whole = |value: &f32| *value >= 0.0 && value.fract() == 0.0;
    used.try_fold(0, |count, value| is_whole(value).then_some(count + 1))
}

/// Returns the first bytes of a file, as many as tell what it is.
fn first_bytes(file: &dyn FileSource) -> Vec<u8> {
    use std::io::Read;
    let mut start = Vec::new();
    // A file that cannot be read is reported when it is read.
    let _ = file.open().take(1024).read_to_end(&mut start);
    start
}
