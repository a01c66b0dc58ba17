//! Reader for packs of images: a zip with `manifest.json`, `train/<Class>/<file>`,
//! `validation/<Class>/<file>` (which may be missing) and `test/<Class>/<file>`.
//!
//! Opening a pack reads the directory and the manifest only; images are read one at a time, on
//! demand. The bytes come from a network or a visitor and are not trusted: sizes are limited before
//! a file is read, the zip reader verifies checksums, and the size of each image is checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{IMAGE_LEN, Partition, Split, Splits};

use crate::archive::{self, Archive, MAX_IMAGE_BYTES, MAX_MANIFEST_BYTES};
use crate::pack_error::{MANIFEST_NAME, MAX_IMAGES, PackError};
use crate::{ImageSet, Images, Manifest, PackKind, decode_jpeg};

/// One image file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Index of the class in the manifest.
    pub label: u8,
    /// File name without folders.
    pub name: String,
    /// Index in the directory of the zip.
    at: usize,
}

/// An open pack. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct Pack {
    archive: Archive,
    manifest: Manifest,
    entries: Splits<Vec<Entry>>,
}

impl Pack {
    /// Opens a pack. Reads the directory and the manifest, but no image. Images are ordered by
    /// class as in the manifest, then by file name.
    ///
    /// # Errors
    ///
    /// Returns an error if the zip, its manifest or its folders cannot be used.
    pub fn open(bytes: impl Into<Arc<[u8]>>) -> Result<Self, PackError> {
        let archive = archive::open(bytes.into())?;
        let at = archive::find(&archive, MANIFEST_NAME).ok_or(PackError::NoManifest)?;
        let json = archive::read(&archive, at, MANIFEST_NAME, MAX_MANIFEST_BYTES)?;
        let manifest = Manifest::from_json(&json)?;
        if manifest.kind != PackKind::Images {
            return Err(PackError::NoImagePack);
        }

        let mut all = Splits::<Vec<Entry>>::default();
        for at in 0..archive.len() {
            let name = archive::entry_name(&archive, at);
            // A license text, or files that operating systems add, are in none of these folders.
            let Some((folder, rest)) = name.split_once('/') else { continue };
            let Some(split) = Split::ALL.into_iter().find(|split| split.folder() == folder) else {
                continue;
            };
            let entries = all.get_mut(split);
            if rest.is_empty() || rest.ends_with('/') {
                continue;
            }
            let unknown = || PackError::UnknownFolder(name.to_string());
            let (class, file) = rest.split_once('/').ok_or_else(unknown)?;
            let label = manifest.classes.iter().position(|c| c == class).ok_or_else(unknown)?;
            if file.contains('/') {
                return Err(unknown());
            }
            let label = u8::try_from(label).map_err(|_| unknown())?;
            entries.push(Entry { label, name: file.to_owned(), at });
            if entries.len() > MAX_IMAGES {
                return Err(PackError::TooManyImages);
            }
        }
        for split in Split::ALL {
            let (entries, declared) = (all.get_mut(split), manifest.count(split));
            let found = entries.len();
            if found == 0 && split != Split::Validation {
                return Err(PackError::NoImages(split));
            }
            if found != declared {
                return Err(PackError::Count { split, declared, found });
            }
            entries.sort_by(|a, b| (a.label, &a.name).cmp(&(b.label, &b.name)));
        }
        Ok(Self { archive, manifest, entries: all })
    }

    /// Returns the manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the image files of a split in pack order.
    pub fn entries(&self, split: Split) -> &[Entry] {
        self.entries.get(split)
    }

    /// Returns the path of one image in the pack, for error messages, or an empty string if the
    /// index is out of range.
    pub fn path(&self, split: Split, index: usize) -> String {
        self.entries(split).get(index).map(|e| self.path_of(split, e)).unwrap_or_default()
    }

    /// Reads the bytes of one image file, a JPEG. Its checksum is verified.
    pub fn file(&self, split: Split, index: usize) -> Result<Vec<u8>, PackError> {
        let entry =
            self.entries(split).get(index).ok_or(PackError::NoSuchImage { split, index })?;
        archive::read(&self.archive, entry.at, &self.path_of(split, entry), MAX_IMAGE_BYTES)
    }

    /// Decodes one image to gray values, `[64, 64]` in row-major order.
    pub fn image(&self, split: Split, index: usize) -> Result<[u8; IMAGE_LEN], PackError> {
        let bytes = self.file(split, index)?;
        decode_jpeg(&bytes)
            .map_err(|reason| PackError::Image { file: self.path(split, index), reason })
    }

    /// Decodes all images. With two splits, the validation images are among the test images if
    /// [`Manifest::validation_is_of_test`], otherwise they are left out.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first image that cannot be read.
    pub fn decode(&self, partition: Partition) -> Result<ImageSet, PackError> {
        let numbers = self.patient_numbers();
        let images = |split| -> Result<Images, PackError> {
            let mut places: Vec<(Split, usize)> = Vec::new();
            for from in partition.sources(split, self.manifest.validation_is_of_test) {
                places.extend((0..self.entries(*from).len()).map(|index| (*from, index)));
            }
            let entry = |(from, index): (Split, usize)| &self.entries(from)[index];
            places.sort_by_key(|place| (entry(*place).label, &entry(*place).name));
            let mut images = Images::with_capacity(places.len());
            for (from, index) in places {
                let Entry { label, name, .. } = entry((from, index));
                images.push(*label, &self.image(from, index)?);
                images.patients.extend(numbers.get(patient_of(name)));
            }
            Ok(images)
        };
        Ok(ImageSet {
            classes: self.manifest.classes.clone(),
            train: images(Split::Train)?,
            validation: images(Split::Validation)?,
            test: images(Split::Test)?,
        })
    }

    /// Returns a number for each patient; none if the patients are unknown.
    fn patient_numbers(&self) -> BTreeMap<&str, u32> {
        if !self.manifest.names_begin_with_patient {
            return BTreeMap::new();
        }
        let entries = Split::ALL.into_iter().flat_map(|split| self.entries(split));
        let mut numbers: BTreeMap<_, _> =
            entries.map(|entry| (patient_of(&entry.name), 0)).collect();
        for (number, value) in numbers.values_mut().enumerate() {
            *value = number as u32;
        }
        numbers
    }

    fn path_of(&self, split: Split, entry: &Entry) -> String {
        let class = &self.manifest.classes[usize::from(entry.label)];
        format!("{}/{class}/{}", split.folder(), entry.name)
    }
}

/// Returns the part of a file name that names the patient.
fn patient_of(name: &str) -> &str {
    name.split_once('_').map_or(name, |(patient, _)| patient)
}
