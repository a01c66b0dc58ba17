//! Files that the visitor brings: slices, volumes, and masks beside them.

use std::sync::Arc;

use data::{Volume, centred, centred_labels, decode_mask_png, window};
use protocol::{ErrorCode, Problem};

/// Most bytes of a volume's file: twice what the largest one that is read takes as 64-bit numbers.
pub const MAX_VOLUME_BYTES: f64 = 256.0 * 1024.0 * 1024.0;

/// What the network is asked about.
#[derive(Clone, Debug)]
pub enum Source {
    /// One slice, as the network sees it.
    Picture {
        /// Gray values 0 to 255 row by row.
        pixels: Vec<u8>,
        /// Height and width of the file's image.
        original: [usize; 2],
    },
    /// A volume, whose slices lie along its first axis.
    Volume {
        /// Its values.
        volume: Volume,
        /// Values that become black and white.
        window: (f32, f32),
    },
}

impl Source {
    /// A volume in the window that training data have.
    pub fn volume(volume: Volume) -> Self {
        let window = window(&volume);
        Self::Volume { volume, window }
    }

    /// Number of slices.
    pub fn len(&self) -> usize {
        match self {
            Source::Picture { .. } => 1,
            Source::Volume { volume, .. } => volume.planes(),
        }
    }

    /// Gray values 0 to 255 of a slice, `size` row by row; none beyond the last.
    pub fn slice(&self, index: usize, size: [usize; 2]) -> Option<Vec<u8>> {
        match self {
            Source::Picture { pixels, .. } => (index == 0).then(|| pixels.clone()),
            Source::Volume { volume, window } => {
                Some(centred(&volume.slice(index)?, size, *window))
            }
        }
    }
}

/// Whether a file is read as a volume, by its name or its first bytes.
pub fn is_volume(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_lowercase();
    name.ends_with(".nii") || name.ends_with(".nii.gz") || bytes.starts_with(&[0x1f, 0x8b])
}

/// A sentence about a file.
pub fn refuse(name: &str, sentence: impl std::fmt::Display) -> Problem {
    Problem::new(ErrorCode::BadImage, format!("“{name}”: {sentence}"))
}

/// Which of some files is the image or volume, and which the mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// The image or volume; none where only a mask was brought.
    pub image: Option<usize>,
    /// The mask.
    pub mask: Option<usize>,
}

/// Roles of files dropped together: of two the one whose name says so is the mask, else the second
/// one; a single one is a mask if its name says so and there is an image already. More than two are
/// refused.
pub fn roles(names: &[String], has_image: bool) -> Result<Roles, Problem> {
    let mask = |name: &String| {
        let name = name.to_lowercase();
        ["mask", "label", "seg"].iter().any(|word| name.contains(word))
    };
    match names {
        [] => Ok(Roles { image: None, mask: None }),
        [only] if has_image && mask(only) => Ok(Roles { image: None, mask: Some(0) }),
        [_] => Ok(Roles { image: Some(0), mask: None }),
        [first, second] if mask(first) && !mask(second) => {
            Ok(Roles { image: Some(1), mask: Some(0) })
        }
        [_, _] => Ok(Roles { image: Some(0), mask: Some(1) }),
        more => Err(Problem::new(
            ErrorCode::BadImage,
            format!("{} files are too many. Choose one image or volume, and its mask.", more.len()),
        )),
    }
}

/// The truth of every slice of a source from a mask's file: class of each pixel, `size` row by row.
/// The mask has to be as large as the source and to hold labels of the classes.
pub fn read_mask(
    source: &Source,
    name: &str,
    bytes: &[u8],
    size: [usize; 2],
    classes: &[String],
) -> Result<Vec<Arc<[u8]>>, Problem> {
    let slices: Vec<Vec<u8>> = match (source, is_volume(name, bytes)) {
        (Source::Volume { volume, .. }, true) => {
            let mask = Volume::read(bytes).map_err(|error| refuse(name, error))?;
            with_known_labels(name, volume_mask(name, &mask, volume.shape, size)?, classes)?
        }
        (Source::Picture { original, .. }, false) => {
            let (found, labels) = decode_mask_png(bytes)
                .map_err(|error| refuse(name, format!("{error}. Save the mask as a gray PNG.")))?;
            if found != *original {
                return Err(refuse(
                    name,
                    format!(
                        "the mask is {} × {} pixels, the image {} × {}. Choose the mask of this image.",
                        found[1], found[0], original[1], original[0]
                    ),
                ));
            }
            // Looked at before it shrinks, since a few wrong pixels may get lost on the way.
            let known = with_known_labels(name, vec![labels], classes)?;
            known.iter().map(|labels| shrunk_labels(labels, found, size)).collect()
        }
        (Source::Volume { .. }, false) => {
            return Err(refuse(name, "the mask of a volume has to be a NIfTI volume, too."));
        }
        (Source::Picture { .. }, true) => {
            return Err(refuse(name, "the mask of an image has to be a PNG image."));
        }
    };
    Ok(slices.into_iter().map(Arc::from).collect())
}

fn volume_mask(
    name: &str,
    mask: &Volume,
    shape: [usize; 3],
    size: [usize; 2],
) -> Result<Vec<Vec<u8>>, Problem> {
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
    planes.map(|plane| centred_labels(&plane, size).map_err(|error| refuse(name, error))).collect()
}

/// Labels of a picture, shrunk and centred as the picture was: the nearest pixel's, since there is
/// nothing between two classes.
fn shrunk_labels(labels: &[u8], [height, width]: [usize; 2], size: [usize; 2]) -> Vec<u8> {
    let [rows, columns] = super::super::shrink::fit([height, width], size);
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

/// The masks where all labels are classes. Of two classes the second may be written as 255, as
/// drawing programs do.
fn with_known_labels(
    name: &str,
    mut slices: Vec<Vec<u8>>,
    classes: &[String],
) -> Result<Vec<Vec<u8>>, Problem> {
    let all = || slices.iter().flatten();
    if classes.len() == 2 && all().all(|label| [0, 255].contains(label)) {
        slices.iter_mut().flatten().for_each(|label| *label = (*label).min(1));
    } else if let Some(label) = all().find(|label| usize::from(**label) >= classes.len()) {
        let known: Vec<String> =
            classes.iter().enumerate().map(|(label, name)| format!("{label} {name}")).collect();
        let known = known.join(", ");
        return Err(refuse(
            name,
            format!("the mask has the label {label}; the classes are {known}. Relabel the mask."),
        ));
    }
    Ok(slices)
}

#[cfg(test)]
mod tests;
