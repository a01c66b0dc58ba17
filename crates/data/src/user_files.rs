//! Files provided by the visitor: volumes, and masks of slices and volumes.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Volume, VolumeError, center_gray, center_labels, decode_mask_png, intensity_window};

/// Maximum total number of pixels of all slices, the same as for packs.
const MAX_PIXELS: usize = 64 << 20;

/// Original size of a visitor's image or volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    /// Height and width of an image.
    Image([usize; 2]),
    /// Number of voxels along the axes of a volume. Its slices are perpendicular to the first axis.
    Volume([usize; 3]),
}

impl Extent {
    /// Returns the number of slices.
    pub fn slices(self) -> usize {
        match self {
            Extent::Image(_) => 1,
            Extent::Volume([slices, ..]) => slices,
        }
    }
}

/// Returns whether a file is to be read as a volume, based on its name or its first bytes.
pub fn is_volume_file(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".nii") || name.ends_with(".nii.gz") || bytes.starts_with(&[0x1f, 0x8b])
}

/// Error about a visitor's file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("“{file}”: {reason}")]
pub struct UserFileError {
    /// Name of the file.
    pub file: String,
    /// A sentence that says what is wrong and what to do.
    pub reason: String,
}

impl UserFileError {
    /// Creates the error for a file.
    pub fn new(file: &str, reason: impl std::fmt::Display) -> Self {
        Self { file: file.to_owned(), reason: reason.to_string() }
    }
}

/// Returns the height and width of an image scaled to fit into a network's input with its aspect
/// ratio preserved. One of the sides is filled, and no side is 0.
pub fn fit_size([height, width]: [usize; 2], size: [usize; 2]) -> [usize; 2] {
    let scale = |from: usize, to: usize| to as f64 / from.max(1) as f64;
    let scale = scale(height, size[0]).min(scale(width, size[1]));
    let scaled = |length: usize, most: usize| {
        ((length as f64 * scale).round() as usize).clamp(1, most.max(1))
    };
    [scaled(height, size[0]), scaled(width, size[1])]
}

/// Slices read from a visitor's volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeSlices {
    /// Number of voxels along the axes of the volume.
    pub shape: [usize; 3],
    /// Gray values 0 to 255, `[n, height, width]` in row-major order, sliced along the first axis.
    pub slices: Vec<u8>,
}

/// Reads all slices of a volume at `size`, with the same intensity window as the training data.
pub fn read_volume(
    name: &str,
    bytes: &[u8],
    size: [usize; 2],
) -> Result<VolumeSlices, UserFileError> {
    let volume = Volume::read(bytes).map_err(|error| UserFileError::new(name, error))?;
    let most = MAX_PIXELS / (size[0] * size[1]).max(1);
    if volume.planes() > most {
        let sentence = format!(
            "the volume has {} slices; at most {most} can be shown here. Cut it.",
            volume.planes()
        );
        return Err(UserFileError::new(name, sentence));
    }
    let window = intensity_window(&volume);
    let planes = (0..volume.planes()).filter_map(|index| volume.slice(index));
    let slices = planes.flat_map(|plane| center_gray(&plane, size, window)).collect();
    Ok(VolumeSlices { shape: volume.shape, slices })
}

/// Reads the ground truth for every slice of a visitor's image or volume: the class of each pixel,
/// `[n, height, width]` in row-major order. The mask must have the size of its image, and its
/// labels must be classes of the data set.
pub fn read_mask(
    of: Extent,
    name: &str,
    bytes: &[u8],
    size: [usize; 2],
    classes: &[String],
) -> Result<Vec<u8>, UserFileError> {
    match (of, is_volume_file(name, bytes)) {
        (Extent::Volume(shape), true) => {
            let mask = Volume::read(bytes).map_err(|error| UserFileError::new(name, error))?;
            check_labels(name, read_volume_mask(name, &mask, shape, size)?, classes)
        }
        (Extent::Image(original), false) => {
            let (found, labels) = decode_mask_png(bytes).map_err(|error| {
                UserFileError::new(name, format!("{error}. Save the mask as a gray PNG."))
            })?;
            if found != original {
                return Err(UserFileError::new(
                    name,
                    format!(
                        "the mask is {} × {} pixels, the image {} × {}. Choose the mask of this image.",
                        found[1], found[0], original[1], original[0]
                    ),
                ));
            }
            // Checked before resizing, which may drop a few pixels with wrong labels.
            let known = check_labels(name, labels, classes)?;
            Ok(resize_labels(&known, found, size))
        }
        (Extent::Volume(_), false) => {
            Err(UserFileError::new(name, "the mask of a volume has to be a NIfTI volume, too."))
        }
        (Extent::Image(_), true) => {
            Err(UserFileError::new(name, "the mask of an image has to be a PNG image."))
        }
    }
}

fn read_volume_mask(
    name: &str,
    mask: &Volume,
    shape: [usize; 3],
    size: [usize; 2],
) -> Result<Vec<u8>, UserFileError> {
    if mask.shape != shape {
        let text = |[a, b, c]: [usize; 3]| format!("{a} × {b} × {c}");
        return Err(UserFileError::new(
            name,
            format!(
                "the mask has {} voxels, the volume {}. Choose the mask of this volume.",
                text(mask.shape),
                text(shape)
            ),
        ));
    }
    let planes = (0..mask.planes()).filter_map(|index| mask.slice(index));
    let labels = planes.map(|plane| center_labels(&plane, size));
    let labels: Result<Vec<_>, VolumeError> = labels.collect();
    Ok(labels.map_err(|error| UserFileError::new(name, error))?.concat())
}

/// Resizes and centers the labels of an image like the image itself, by nearest-neighbor
/// interpolation.
fn resize_labels(labels: &[u8], [height, width]: [usize; 2], size: [usize; 2]) -> Vec<u8> {
    let [rows, columns] = fit_size([height, width], size);
    let (top, left) = ((size[0] - rows) / 2, (size[1] - columns) / 2);
    let mut out = vec![0; size[0] * size[1]];
    for row in 0..rows {
        // The center of the new pixel, in the coordinates of the original image.
        let from_row = (2 * row + 1) * height / (2 * rows);
        for column in 0..columns {
            let from_column = (2 * column + 1) * width / (2 * columns);
            if let Some(label) = labels.get(from_row * width + from_column) {
                out[(top + row) * size[1] + left + column] = *label;
            }
        }
    }
    out
}

/// Returns the labels if all of them are classes. With two classes, the second one may be written
/// as 255, as drawing programs do.
fn check_labels(
    name: &str,
    mut labels: Vec<u8>,
    classes: &[String],
) -> Result<Vec<u8>, UserFileError> {
    if classes.len() == 2 && labels.iter().all(|label| [0, 255].contains(label)) {
        labels.iter_mut().for_each(|label| *label = (*label).min(1));
    } else if let Some(label) = labels.iter().find(|label| usize::from(**label) >= classes.len()) {
        let known: Vec<String> =
            classes.iter().enumerate().map(|(label, name)| format!("{label} {name}")).collect();
        let known = known.join(", ");
        return Err(UserFileError::new(
            name,
            format!("the mask has the label {label}; the classes are {known}. Relabel the mask."),
        ));
    }
    Ok(labels)
}

#[cfg(test)]
mod tests;
