//! Reading a pack: a zip with `manifest.json`, `train/<Class>/<file>` and `test/<Class>/<file>`.
//!
//! Opening reads the directory and the manifest only; images are read one by one, when asked for.
//! The bytes come from a network or a person, so nothing in them is believed: sizes are bounded
//! before they are read, checksums are compared (by the zip reader), pixels are counted.

use std::sync::Arc;

use model::{IMAGE_LEN, Split};
use thiserror::Error;

use crate::archive::{self, Archive, MAX_IMAGE_BYTES, MAX_MANIFEST_BYTES};
use crate::{ImageError, ImageSet, Images, Manifest, PackKind, decode_jpeg};

/// Name of the manifest in a pack.
pub const MANIFEST_NAME: &str = "manifest.json";

/// Largest pack that is opened, in bytes.
pub const MAX_PACK_BYTES: usize = 64 << 20;

const MAX_IMAGES: usize = 50_000;

/// Why a pack, or an image in it, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PackError {
    /// Above [`MAX_PACK_BYTES`].
    #[error("The data pack has {} MB; the largest that can be opened has {}. Pick fewer images.", .0 >> 20, MAX_PACK_BYTES >> 20)]
    TooLarge(usize),
    /// No bytes at all.
    #[error("The data pack is empty. Reload the page to fetch it again, or choose another file.")]
    Empty,
    /// It does not begin as zip files do.
    #[error(
        "The data pack is no zip file. Choose one that is, or rebuild it with “cargo xtask data”."
    )]
    NotZip,
    /// It begins as a zip file but its directory cannot be read; mostly the end is missing.
    #[error(
        "The data pack is incomplete or damaged ({0}). Reload the page to fetch it again, or pack the files again."
    )]
    Damaged(String),
    /// A zip file without `manifest.json`.
    #[error(
        "The zip file is no data pack: {MANIFEST_NAME} is missing. Make one with “cargo xtask data”."
    )]
    NoManifest,
    /// The manifest cannot be read; why.
    #[error(
        "The data pack's {MANIFEST_NAME} cannot be used: {0}. Rebuild the pack with “cargo xtask data”."
    )]
    Manifest(String),
    /// A format of the future.
    #[error(
        "The data pack has format {0}, which is newer than this page. Reload the page without its cache."
    )]
    Newer(u32),
    /// A pack of slices with masks.
    #[error(
        "The data pack holds slices with masks, and images with a class each are needed here. Choose another one."
    )]
    NoImagePack,
    /// A file that lies in no class of the manifest.
    #[error(
        "The data pack has a file “{0}” that belongs to no class of its manifest. Rebuild the pack with “cargo xtask data”."
    )]
    UnknownFolder(String),
    /// A split without images.
    #[error("The data pack has no {} images. Rebuild it with “cargo xtask data”.", split_name(*.0))]
    NoImages(Split),
    /// More images than are ever read.
    #[error("The data pack has more than {MAX_IMAGES} images. Pick fewer.")]
    TooManyImages,
    /// Another number of images than the manifest says.
    #[error(
        "The data pack has {found} {} images where its manifest says {declared}. Rebuild it with “cargo xtask data”.", split_name(*.split)
    )]
    Count {
        /// Which split.
        split: Split,
        /// Images in the manifest.
        declared: usize,
        /// Images in the zip.
        found: usize,
    },
    /// There is no such image.
    #[error("The data pack has no {} image number {index}; choose a smaller number.", split_name(*.split))]
    NoSuchImage {
        /// Which split.
        split: Split,
        /// The index asked for, from 0.
        index: usize,
    },
    /// A file in the pack cannot be read; its path and why.
    #[error(
        "“{file}” in the data pack cannot be read ({reason}). Reload the page to fetch the pack again."
    )]
    File {
        /// Returns the path in the pack.
        file: String,
        /// The zip reader's words.
        reason: String,
    },
    /// A file in the pack is no image that can be used.
    #[error(
        "“{file}” in the data pack cannot be used: {reason}. Replace or remove that image and pack again."
    )]
    Image {
        /// Returns the path in the pack.
        file: String,
        /// What is wrong with it.
        reason: ImageError,
    },
}

pub(crate) fn split_name(split: Split) -> &'static str {
    match split {
        Split::Train => "training",
        Split::Test => "test",
    }
}

pub(crate) fn split_folder(split: Split) -> &'static str {
    match split {
        Split::Train => "train",
        Split::Test => "test",
    }
}

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
