//! Images that were cut, reduced and split before: `train/<part>/<file>`, `val/<part>/<file>` and
//! `test/<part>/<file>`.

use data::{
    IMAGE_LEN, IMAGE_SIDE, JpegFile, Manifest, Split, Splits, decode_gray_png, encode_gray_jpeg,
    write_pack,
};

use super::error::DataError;
use super::place::{Catalog, Place};

/// A gray image of 64×64 pixels with its class.
pub struct LabeledImage {
    /// File name without ending, unique within class and split.
    pub name: String,
    /// Index of the class.
    pub label: u8,
    /// Gray values, `[64, 64]` in row-major order.
    pub pixels: Vec<u8>,
}

/// Returns the split of a part, if the parts are the same for each split, in the order of
/// [`Split::ALL`].
pub fn split_of(part: usize, parts: usize) -> Split {
    Split::ALL[(part * Split::ALL.len() / parts.max(1)).min(Split::ALL.len() - 1)]
}

/// Decodes a PNG of 64×64 pixels.
pub fn decode(place: &Place, file: &str, bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    let path = || place.path().to_owned();
    let (size, pixels) = decode_gray_png(bytes).map_err(|reason| DataError::Picture {
        path: path(),
        file: file.to_owned(),
        reason,
    })?;
    match size == [IMAGE_SIDE; 2] {
        true => Ok(pixels),
        false => Err(DataError::ImageSize {
            path: path(),
            file: file.to_owned(),
            found: size,
            needed: [IMAGE_SIDE; 2],
        }),
    }
}

/// Returns the images of a classifier whose parts are two classes for each split. `take` receives
/// split and file name, and returns the name in the pack.
pub fn class_images(
    place: &Place,
    catalog: &Catalog,
    mut take: impl FnMut(Split, &str) -> Result<String, DataError>,
) -> Result<Splits<Vec<LabeledImage>>, DataError> {
    let mut images = Splits::<Vec<LabeledImage>>::default();
    let parts = place.layout.parts;
    for (part, folder) in parts.iter().enumerate() {
        let split = split_of(part, parts.len());
        let files = &catalog.parts[part];
        if files.is_empty() {
            return Err(DataError::TooFew {
                path: place.path().to_owned(),
                what: format!("images in {folder}"),
                found: 0,
                needed: 1,
            });
        }
        for (file, content) in files {
            let pixels = decode(place, &format!("{folder}/{file}"), &content.read()?)?;
            let (name, label) = (take(split, file)?, (part % 2) as u8);
            images.get_mut(split).push(LabeledImage { name, label, pixels });
        }
    }
    Ok(images)
}

/// Returns a pack of images as JPEG files with the given quantization step.
pub fn pack(
    place: &Place,
    facts: Manifest,
    images: &Splits<Vec<LabeledImage>>,
    step: u8,
) -> Result<Vec<u8>, DataError> {
    let mut files = Splits::<Vec<JpegFile>>::default();
    for split in Split::ALL {
        for image in images.get(split) {
            debug_assert_eq!(image.pixels.len(), IMAGE_LEN);
            let bytes =
                encode_gray_jpeg([IMAGE_SIDE; 2], &image.pixels, step).map_err(|error| {
                    DataError::Encoding { name: image.name.clone(), reason: error.to_string() }
                })?;
            let name = format!("{}.jpg", image.name);
            files.get_mut(split).push(JpegFile { label: image.label, name, bytes });
        }
    }
    write_pack(facts, files)
        .map_err(|error| DataError::Pack { path: place.path().to_owned(), error })
}
