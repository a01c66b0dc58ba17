//! Files that the visitor brings: volumes, and masks of slices and volumes.

use data::{Volume, VolumeError, centred, centred_labels, decode_mask_png, window};
use protocol::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};

use crate::Answer;

/// Pixels of all slices that are read at most: as many as a pack may have.
const MAX_PIXELS: usize = 64 << 20;

/// How large what was brought is, in its own file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    /// Height and width of an image.
    Picture([usize; 2]),
    /// Voxels along the axes of a volume, whose slices lie along the first one.
    Volume([usize; 3]),
}

impl Extent {
    /// Number of slices.
    pub fn slices(self) -> usize {
        match self {
            Extent::Picture(_) => 1,
            Extent::Volume([slices, ..]) => slices,
        }
    }
}

/// Whether a file is read as a volume, by its name or its first bytes.
pub fn is_volume(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".nii") || name.ends_with(".nii.gz") || bytes.starts_with(&[0x1f, 0x8b])
}

/// A sentence about a file.
pub fn refuse(name: &str, sentence: impl std::fmt::Display) -> Problem {
    Problem::new(ErrorCode::BadImage, format!("“{name}”: {sentence}"))
}

/// Height and width in which an image of that height and width fits into a network's, centred: it
/// fills one of both sides, and no side vanishes.
pub fn fit([height, width]: [usize; 2], size: [usize; 2]) -> [usize; 2] {
    let scale = |from: usize, to: usize| to as f64 / from.max(1) as f64;
    let scale = scale(height, size[0]).min(scale(width, size[1]));
    let scaled = |length: usize, most: usize| {
        ((length as f64 * scale).round() as usize).clamp(1, most.max(1))
    };
    [scaled(height, size[0]), scaled(width, size[1])]
}

/// All slices of a volume, `size` row by row, in the window that training data have.
pub(crate) fn volume(name: &str, bytes: &[u8], size: [usize; 2]) -> Result<Answer, Problem> {
    let volume = Volume::read(bytes).map_err(|error| refuse(name, error))?;
    let most = MAX_PIXELS / (size[0] * size[1]).max(1);
    if volume.planes() > most {
        let sentence = format!(
            "the volume has {} slices; at most {most} can be shown here. Cut it.",
            volume.planes()
        );
        return Err(refuse(name, sentence));
    }
    let window = window(&volume);
    let planes = (0..volume.planes()).filter_map(|index| volume.slice(index));
    let slices = planes.flat_map(|plane| centred(&plane, size, window)).collect();
    Ok(Answer::Volume { shape: volume.shape, slices })
}

/// The truth of every slice of what was brought: class of each pixel, `[n, height, width]` row by
/// row. The mask has to be as large as its image and to hold labels of the classes.
pub(crate) fn mask(
    of: Extent,
    name: &str,
    bytes: &[u8],
    size: [usize; 2],
    classes: &[String],
) -> Result<Vec<u8>, Problem> {
    match (of, is_volume(name, bytes)) {
        (Extent::Volume(shape), true) => {
            let mask = Volume::read(bytes).map_err(|error| refuse(name, error))?;
            with_known_labels(name, volume_mask(name, &mask, shape, size)?, classes)
        }
        (Extent::Picture(original), false) => {
            let (found, labels) = decode_mask_png(bytes)
                .map_err(|error| refuse(name, format!("{error}. Save the mask as a gray PNG.")))?;
            if found != original {
                return Err(refuse(
                    name,
                    format!(
                        "the mask is {} × {} pixels, the image {} × {}. Choose the mask of this image.",
                        found[1], found[0], original[1], original[0]
                    ),
                ));
            }
            // Looked at before it shrinks, since a few wrong pixels may get lost on the way.
            let known = with_known_labels(name, labels, classes)?;
            Ok(shrunk_labels(&known, found, size))
        }
        (Extent::Volume(_), false) => {
            Err(refuse(name, "the mask of a volume has to be a NIfTI volume, too."))
        }
        (Extent::Picture(_), true) => {
            Err(refuse(name, "the mask of an image has to be a PNG image."))
        }
    }
}

fn volume_mask(
    name: &str,
    mask: &Volume,
    shape: [usize; 3],
    size: [usize; 2],
) -> Result<Vec<u8>, Problem> {
    if mask.shape != shape {
        let text = |[a, b, c]: [usize; 3]| format!("{a} × {b} × {c}");
        return Err(refuse(
            name,
            format!(
                "the mask has {} voxels, the volume {}. Choose the mask of this volume.",
                text(mask.shape),
                text(shape)
            ),
        ));
    }
    let planes = (0..mask.planes()).filter_map(|index| mask.slice(index));
    let labels = planes.map(|plane| centred_labels(&plane, size));
    let labels: Result<Vec<_>, VolumeError> = labels.collect();
    Ok(labels.map_err(|error| refuse(name, error))?.concat())
}

/// Labels of a picture, shrunk and centred as the picture was: the nearest pixel's, since there is
/// nothing between two classes.
fn shrunk_labels(labels: &[u8], [height, width]: [usize; 2], size: [usize; 2]) -> Vec<u8> {
    let [rows, columns] = fit([height, width], size);
    let (top, left) = ((size[0] - rows) / 2, (size[1] - columns) / 2);
    let mut out = vec![0; size[0] * size[1]];
    for row in 0..rows {
        // The middle of the new pixel, in the old image.
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

/// The labels where all of them are classes. Of two classes the second may be written as 255, as
/// drawing programs do.
fn with_known_labels(
    name: &str,
    mut labels: Vec<u8>,
    classes: &[String],
) -> Result<Vec<u8>, Problem> {
    if classes.len() == 2 && labels.iter().all(|label| [0, 255].contains(label)) {
        labels.iter_mut().for_each(|label| *label = (*label).min(1));
    } else if let Some(label) = labels.iter().find(|label| usize::from(**label) >= classes.len()) {
        let known: Vec<String> =
            classes.iter().enumerate().map(|(label, name)| format!("{label} {name}")).collect();
        let known = known.join(", ");
        return Err(refuse(
            name,
            format!("the mask has the label {label}; the classes are {known}. Relabel the mask."),
        ));
    }
    Ok(labels)
}

#[cfg(test)]
mod tests;
