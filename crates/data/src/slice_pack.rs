//! Reading a pack of slices: a zip with `train/images`, `train/masks`, `test/images` and
//! `test/masks`, each image with a mask of the same name; PNG files of one size.
//!
//! It is also the form of a visitor's own data, so more is left open than in a pack of ours. All of
//! it may lie in one folder, as it does when a folder was zipped. `manifest.json` may be missing:
//! then the classes are the numbers in the masks, and every length counts as 1 mm. What stands in a
//! file's name before its last `_` is its case, and behind it its place among the case's slices.

mod error;
mod layout;

use std::sync::Arc;

use model::Split;

use crate::archive::{self, Archive, MAX_IMAGE_BYTES, MAX_MANIFEST_BYTES};
use crate::{
    Case, MANIFEST_NAME, Manifest, PackError, PackKind, SliceSet, Slices, decode_gray_png,
    decode_mask_png,
};
pub(crate) use error::MAX_UNNAMED_LABEL;
pub use error::SlicePackError;
use error::{MAX_PIXELS, MAX_SLICES};
use layout::Pair;
pub use layout::SliceFile;

/// An open pack of slices. Cloning shares the bytes.
#[derive(Clone, Debug)]
pub struct SlicePack {
    archive: Archive,
    manifest: Manifest,
    size: [usize; 2],
    train: Vec<SliceFile>,
    test: Vec<SliceFile>,
}

impl SlicePack {
    /// Opens a pack: reads the directory, the manifest and one image, for the size of all. Slices
    /// are ordered by case, then by number or name. Without a manifest all masks are read as well,
    /// for their classes. Fails where the zip, its manifest or its folders cannot be used.
    pub fn open(bytes: impl Into<Arc<[u8]>>) -> Result<Self, SlicePackError> {
        let archive = archive::open(bytes.into())?;
        let top = layout::root_folder(&archive);
        let path = format!("{top}{MANIFEST_NAME}");
        let manifest = match archive.index_for_name(&path) {
            Some(at) => {
                let json = archive::read(&archive, at, &path, MAX_MANIFEST_BYTES)?;
                Some(Manifest::from_json(&json)?)
            }
            None => None,
        };
        if manifest.as_ref().is_some_and(|manifest| manifest.kind != PackKind::Slices) {
            return Err(SlicePackError::NoSlicePack);
        }
        let [train, test] = layout::files(&archive, &top)?;
        for (split, files) in [(Split::Train, &train), (Split::Test, &test)] {
            let found = files.len();
            let declared =
                manifest.as_ref().map(|m| if split == Split::Train { m.train } else { m.test });
            match declared {
                _ if found == 0 => return Err(SlicePackError::NoSlices(split)),
                Some(declared) if declared != found => {
                    return Err(PackError::Count { split, declared, found }.into());
                }
                _ => {}
            }
        }
        let named = manifest.is_some();
        let manifest = manifest.unwrap_or_else(|| default_manifest(train.len(), test.len()));
        let mut pack = Self { archive, manifest, size: [0; 2], train, test };
        pack.size = pack.gray(Split::Train, 0)?.0;
        let count = pack.train.len() + pack.test.len();
        if count > MAX_SLICES || count * pack.size[0] * pack.size[1] > MAX_PIXELS {
            return Err(SlicePackError::TooMany(count));
        }
        if !named {
            pack.name_classes()?;
        }
        Ok(pack)
    }

    /// Returns the manifest; a default one if the pack has none.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Height and width of every slice in pixels.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// The slices of a split in pack order.
    pub fn files(&self, split: Split) -> &[SliceFile] {
        match split {
            Split::Train => &self.train,
            Split::Test => &self.test,
        }
    }

    /// Gray values of one slice, `[height, width]` row by row.
    pub fn image(&self, split: Split, index: usize) -> Result<Vec<u8>, SlicePackError> {
        let (size, image) = self.gray(split, index)?;
        if size != self.size {
            let file = self.path(split, index, layout::IMAGES);
            return Err(SlicePackError::Size { file, found: size, first: self.size });
        }
        Ok(image)
    }

    /// Class of each pixel of one slice, `[height, width]` row by row. Fails on a mask of another
    /// size and on classes that the manifest does not name.
    pub fn mask(&self, split: Split, index: usize) -> Result<Vec<u8>, SlicePackError> {
        let file = self.path(split, index, layout::MASKS);
        let bytes =
            archive::read(&self.archive, self.pair(split, index)?.mask, &file, MAX_IMAGE_BYTES)?;
        let (size, mask) = match decode_mask_png(&bytes) {
            Ok(mask) => mask,
            Err(reason) => return Err(SlicePackError::Png { file, reason }),
        };
        if size != self.size {
            return Err(SlicePackError::MaskSize { file, found: size, image: self.size });
        }
        let label = mask.iter().copied().max().unwrap_or_default();
        let classes = self.manifest.classes.len();
        if usize::from(label) >= classes {
            return Err(SlicePackError::UnknownLabel { file, label, last: classes - 1 });
        }
        Ok(mask)
    }

    /// Decodes all slices with their masks. Fails on the first file that cannot be used, and names it.
    pub fn decode(&self) -> Result<SliceSet, SlicePackError> {
        Ok(SliceSet {
            classes: self.manifest.classes.clone(),
            train: self.decode_split(Split::Train)?,
            test: self.decode_split(Split::Test)?,
        })
    }

    fn decode_split(&self, split: Split) -> Result<Slices, SlicePackError> {
        let files = self.files(split);
        let mut slices = Slices::with_capacity(self.size, files.len());
        for (index, file) in files.iter().enumerate() {
            slices.images.extend(self.image(split, index)?);
            slices.masks.extend(self.mask(split, index)?);
            // Slices of a case lie one behind the other.
            if slices.cases.last().is_none_or(|case| case.name != file.case) {
                let known = self.manifest.cases.iter().find(|case| case.name == file.case);
                slices
                    .cases
                    .push(known.cloned().unwrap_or_else(|| Case::with_unit_spacing(&file.case)));
            }
            slices.case_of.push(slices.cases.len() - 1);
        }
        Ok(slices)
    }

    fn pair(&self, split: Split, index: usize) -> Result<Pair, SlicePackError> {
        let file = self.files(split).get(index);
        Ok(file.ok_or(PackError::NoSuchImage { split, index })?.pair)
    }

    fn path(&self, split: Split, index: usize, kind: &str) -> String {
        let name = self.files(split).get(index).map(|file| file.name.as_str()).unwrap_or_default();
        format!("{}/{kind}/{name}", crate::pack_error::split_folder(split))
    }

    fn gray(&self, split: Split, index: usize) -> Result<([usize; 2], Vec<u8>), SlicePackError> {
        let file = self.path(split, index, layout::IMAGES);
        let bytes =
            archive::read(&self.archive, self.pair(split, index)?.image, &file, MAX_IMAGE_BYTES)?;
        decode_gray_png(&bytes).map_err(|reason| SlicePackError::Png { file, reason })
    }

    /// Names the classes by their numbers, up to the largest in any mask.
    fn name_classes(&mut self) -> Result<(), SlicePackError> {
        let mut last = 0;
        for split in [Split::Train, Split::Test] {
            for index in 0..self.files(split).len() {
                let mask = self.mask(split, index)?;
                last = mask.into_iter().max().unwrap_or_default().max(last);
            }
        }
        if last == 0 {
            return Err(SlicePackError::OnlyBackground);
        }
        self.manifest.classes.truncate(usize::from(last) + 1);
        Ok(())
    }
}

/// What is declared of a zip without manifest, with all the classes that it may have.
fn default_manifest(train: usize, test: usize) -> Manifest {
    let background = std::iter::once("background".to_owned());
    Manifest {
        format: crate::FORMAT,
        kind: PackKind::Slices,
        name: "own".into(),
        title: "Your slices".into(),
        classes: background.chain((1..=MAX_UNNAMED_LABEL).map(|class| class.to_string())).collect(),
        train,
        test,
        source: "A zip file without manifest".into(),
        ..Manifest::default()
    }
}
