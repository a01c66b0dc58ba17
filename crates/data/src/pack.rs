//! Reading a pack: a zip with `manifest.json`, `train/<Class>/<file>` and `test/<Class>/<file>`.
//!
//! Opening reads the directory and the manifest only; images are read one by one, when asked for.
//! The bytes come from a network or a person, so nothing in them is believed: sizes are bounded
//! before they are read, checksums are compared (by the zip reader), pixels are counted.

use std::sync::Arc;

use model::{IMAGE_LEN, Split};

use crate::archive::{self, Archive, MAX_IMAGE_BYTES, MAX_MANIFEST_BYTES};
use crate::pack_error::{MANIFEST_NAME, MAX_IMAGES, PackError, split_folder};
use crate::{ImageSet, Images, Manifest, PackKind, decode_jpeg};

/// One image file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Index of its class in the manifest.
    pub label: u8,
    /// File name without folders.
    pub name: String,
    /// Place in the zip's directory.
    at: usize,
}

/// An open pack. Cloning shares the bytes.
#[derive(Clone, Debug)]
pub struct Pack {
    archive: Archive,
    manifest: Manifest,
    train: Vec<Entry>,
    test: Vec<Entry>,
}

impl Pack {
    /// Opens a pack: reads the directory and the manifest, no image. Images are ordered by class as
    /// in the manifest, then by file name. Fails where the zip, its manifest or its folders cannot
    /// be used.
    pub fn open(bytes: impl Into<Arc<[u8]>>) -> Result<Self, PackError> {
        let archive = archive::open(bytes.into())?;
        let at = archive.index_for_name(MANIFEST_NAME).ok_or(PackError::NoManifest)?;
        let json = archive::read(&archive, at, MANIFEST_NAME, MAX_MANIFEST_BYTES)?;
        let manifest = Manifest::from_json(&json)?;
        if manifest.kind != PackKind::Images {
            return Err(PackError::NoImagePack);
        }

        let (mut train, mut test) = (Vec::new(), Vec::new());
        for at in 0..archive.len() {
            let name = archive.name_for_index(at).unwrap_or_default();
            let (entries, rest) = match name.split_once('/') {
                Some(("train", rest)) => (&mut train, rest),
                Some(("test", rest)) => (&mut test, rest),
                // A licence text or what an operating system leaves behind.
                _ => continue,
            };
            if rest.is_empty() || rest.ends_with('/') {
                continue;
            }
            let unknown = || PackError::UnknownFolder(name.to_owned());
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
        for (split, entries, declared) in
            [(Split::Train, &mut train, manifest.train), (Split::Test, &mut test, manifest.test)]
        {
            let found = entries.len();
            if found == 0 {
                return Err(PackError::NoImages(split));
            }
            if found != declared {
                return Err(PackError::Count { split, declared, found });
            }
            entries.sort_by(|a, b| (a.label, &a.name).cmp(&(b.label, &b.name)));
        }
        Ok(Self { archive, manifest, train, test })
    }

    /// Returns the manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the image files of a split in pack order.
    pub fn entries(&self, split: Split) -> &[Entry] {
        match split {
            Split::Train => &self.train,
            Split::Test => &self.test,
        }
    }

    /// Returns the path in the pack of one image, as error messages name it; empty beyond the last.
    pub fn path(&self, split: Split, index: usize) -> String {
        self.entries(split).get(index).map(|e| self.path_of(split, e)).unwrap_or_default()
    }

    /// Reads the bytes of one image file, a JPEG, checked against the zip's checksum.
    pub fn file(&self, split: Split, index: usize) -> Result<Vec<u8>, PackError> {
        let entry =
            self.entries(split).get(index).ok_or(PackError::NoSuchImage { split, index })?;
        archive::read(&self.archive, entry.at, &self.path_of(split, entry), MAX_IMAGE_BYTES)
    }

    /// Decodes one image to gray values, `[64, 64]` row by row.
    pub fn image(&self, split: Split, index: usize) -> Result<[u8; IMAGE_LEN], PackError> {
        let bytes = self.file(split, index)?;
        decode_jpeg(&bytes)
            .map_err(|reason| PackError::Image { file: self.path(split, index), reason })
    }

    /// Decodes all images. Fails on the first that cannot be read, and names it.
    pub fn decode(&self) -> Result<ImageSet, PackError> {
        let images = |split| -> Result<Images, PackError> {
            let entries = self.entries(split);
            let mut images = Images::with_capacity(entries.len());
            for (index, entry) in entries.iter().enumerate() {
                images.push(entry.label, &self.image(split, index)?);
            }
            Ok(images)
        };
        Ok(ImageSet {
            classes: self.manifest.classes.clone(),
            train: images(Split::Train)?,
            test: images(Split::Test)?,
        })
    }

    fn path_of(&self, split: Split, entry: &Entry) -> String {
        let class = &self.manifest.classes[usize::from(entry.label)];
        format!("{}/{class}/{}", split_folder(split), entry.name)
    }
}
