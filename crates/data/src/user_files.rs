//! Files provided by the visitor: volumes, and masks of slices and volumes.

mod dicom_file;
mod error;
mod labels;
mod volumes;

use serde::{Deserialize, Serialize};

use crate::decode_user_mask_png;
pub use dicom_file::{DICOM_START_BYTES, is_dicom};
pub use error::UserFileError;
use labels::check_labels;
use volumes::read_volume_mask;
pub use volumes::{Grid, MaskSlices, NetworkInput, VolumeSlices, read_volume};

/// Original size of a visitor's image or volume.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Extent {
    /// Height and width of an image.
    Image([usize; 2]),
    /// The voxels of a volume.
    Volume(Grid),
}

impl Extent {
    /// Returns the number of slices.
    pub fn slices(self) -> usize {
        match self {
            Extent::Image(_) => 1,
            Extent::Volume(grid) => grid.slices(),
        }
    }
}

/// Returns whether a file is to be read as a volume, based on its name or its first bytes.
pub fn is_volume_file(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    [".nii", ".nii.gz", ".hdr", ".img"].iter().any(|end| name.ends_with(end))
        || bytes.starts_with(&[0x1f, 0x8b])
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

/// Reads the ground truth for every slice of a visitor's image or volume. The mask of an image must
/// have its size, the mask of a volume must be of the same place. Labels must be classes of the data
/// set.
pub fn read_mask(
    of: Extent,
    name: &str,
    bytes: &[u8],
    input: NetworkInput,
    classes: &[String],
) -> Result<MaskSlices, UserFileError> {
    match (of, is_volume_file(name, bytes)) {
        (Extent::Volume(grid), true) => read_volume_mask(name, bytes, &grid, input, classes),
        (Extent::Image(original), false) => {
            let (found, labels) = decode_user_mask_png(bytes).map_err(|error| {
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
            let labels = resize_labels(&known, found, input.size);
            Ok(MaskSlices { labels, notes: Vec::new() })
        }
        (Extent::Volume(_), false) => {
            Err(UserFileError::new(name, "the mask of a volume has to be a NIfTI volume, too."))
        }
        (Extent::Image(_), true) => {
            Err(UserFileError::new(name, "the mask of an image has to be a PNG image."))
        }
    }
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

#[cfg(test)]
mod tests;
