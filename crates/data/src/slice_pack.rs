//! Reader for packs of slices: a zip with `train/images`, `train/masks`, `test/images` and
//! `test/masks`, and perhaps `validation/images` and `validation/masks`. Each image has a mask with
//! the same name up to its ending. Images are PNG or JPEG files, masks are PNG files; all are of the
//! same size.
//!
//! Visitors provide their own data in this form too, so the reader is less strict than for packs of
//! images. All files may be in one top-level folder, as when a folder was zipped. `manifest.json`
//! may be missing; the classes are then the numbers in the masks, or gray levels in ascending order
//! (`slice_pack/mask_values.rs` has the rule), and every length counts as 1 mm. The part of a file name before the last `_` identifies the case, the part after it gives the
//! position among the slices of the case.

mod error;
mod layout;
mod mask_values;

use std::sync::Arc;

use model::{Partition, Split, Splits};

use crate::archive::{self, Archive, MAX_IMAGE_BYTES, MAX_MANIFEST_BYTES};
use crate::image::{decode_slice_jpeg, is_jpeg};
use crate::{
    Case, MANIFEST_NAME, Manifest, PackError, PackKind, SliceSet, Slices, decode_gray_png,
    decode_mask_png,
};
pub(crate) use error::MAX_UNNAMED_LABEL;
pub use error::SlicePackError;
use error::{MAX_PIXELS, MAX_SLICES};
use layout::Pair;
pub use layout::SliceFile;
pub(crate) use mask_values::{MaskClasses, MaskValues};

/// An open pack of slices. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct SlicePack {
    archive: Archive,
    manifest: Manifest,
    size: [usize; 2],
    files: Splits<Vec<SliceFile>>,
    /// Classes of the values in the masks, if there is no manifest that names them.
    classes: Option<MaskClasses>,
}

impl SlicePack {
    /// Opens a pack. Reads the directory, the manifest, and one image to find the size of all.
    /// Slices are ordered by case, then by number or name. Without a manifest, all masks are read
    /// as well to find the classes.
    ///
    /// # Errors
    ///
    /// Returns an error if the zip, its manifest or its folders cannot be used.
    pub fn open(bytes: impl Into<Arc<[u8]>>) -> Result<Self, SlicePackError> {
        let archive = archive::open(bytes.into())?;
        let top = layout::root_folder(&archive);
        let path = format!("{top}{MANIFEST_NAME}");
        let manifest = match archive::find(&archive, &path) {
            Some(at) => {
                let json = archive::read(&archive, at, &path, MAX_MANIFEST_BYTES)?;
                Some(Manifest::from_json(&json)?)
            }
            None => None,
        };
        if manifest.as_ref().is_some_and(|manifest| manifest.kind != PackKind::Slices) {
            return Err(SlicePackError::NoSlicePack);
        }
        let files = layout::files(&archive, &top)?;
        for split in Split::ALL {
            let found = files.get(split).len();
            let declared = manifest.as_ref().map(|manifest| manifest.count(split));
            match declared {
                _ if found == 0 && split != Split::Validation => {
                    return Err(SlicePackError::NoSlices(split));
                }
                Some(declared) if declared != found => {
                    return Err(PackError::Count { split, declared, found }.into());
                }
                _ => {}
            }
        }
        let named = manifest.is_some();
        let manifest = manifest.unwrap_or_else(|| default_manifest(&files));
        let mut pack = Self { archive, manifest, size: [0; 2], files, classes: None };
        pack.size = pack.gray(Split::Train, 0)?.0;
        let count: usize = Split::ALL.map(|split| pack.files(split).len()).iter().sum();
        if count > MAX_SLICES || count * pack.size[0] * pack.size[1] > MAX_PIXELS {
            return Err(SlicePackError::TooMany(count));
        }
        if !named {
            pack.name_classes()?;
        }
        Ok(pack)
    }

    /// Returns the manifest, or a default one if the pack has none.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the height and width of every slice in pixels.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Returns the slices of a split in pack order.
    pub fn files(&self, split: Split) -> &[SliceFile] {
        self.files.get(split)
    }

    /// Returns the gray values of one slice, `[height, width]` in row-major order.
    pub fn image(&self, split: Split, index: usize) -> Result<Vec<u8>, SlicePackError> {
        let (size, image) = self.gray(split, index)?;
        if size != self.size {
            let file = self.path(split, index, layout::IMAGES);
            return Err(SlicePackError::Size { file, found: size, first: self.size });
        }
        Ok(image)
    }

    /// Returns the class of each pixel of one slice, `[height, width]` in row-major order.
    ///
    /// # Errors
    ///
    /// Returns an error if the size of the mask differs, or if the manifest does not list one of
    /// its classes.
    pub fn mask(&self, split: Split, index: usize) -> Result<Vec<u8>, SlicePackError> {
        let mut mask = self.mask_values(split, index)?;
        if let Some(classes) = &self.classes {
            classes.apply(&mut mask);
        }
        self.check_labels(split, index, &mask)?;
        Ok(mask)
    }

    /// Returns the values of a mask as they are stored.
    fn mask_values(&self, split: Split, index: usize) -> Result<Vec<u8>, SlicePackError> {
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
        Ok(mask)
    }

    fn check_labels(&self, split: Split, index: usize, mask: &[u8]) -> Result<(), SlicePackError> {
        let label = mask.iter().copied().max().unwrap_or_default();
        let last = self.manifest.classes.len() - 1;
        if usize::from(label) > last {
            let file = self.path(split, index, layout::MASKS);
            return Err(SlicePackError::UnknownLabel { file, label, last });
        }
        Ok(())
    }

    /// Decodes all slices with their masks. With two splits, the validation slices are among the
    /// test slices if [`Manifest::validation_is_of_test`], otherwise they are left out.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first file that cannot be used.
    pub fn decode(&self, partition: Partition) -> Result<SliceSet, SlicePackError> {
        Ok(SliceSet {
            classes: self.manifest.classes.clone(),
            train: self.decode_split(Split::Train, partition)?,
            validation: self.decode_split(Split::Validation, partition)?,
            test: self.decode_split(Split::Test, partition)?,
        })
    }

    fn decode_split(&self, split: Split, partition: Partition) -> Result<Slices, SlicePackError> {
        let mut places: Vec<(Split, usize)> = Vec::new();
        for from in partition.sources(split, self.manifest.validation_is_of_test) {
            places.extend((0..self.files(*from).len()).map(|index| (*from, index)));
        }
        let file = |(from, index): (Split, usize)| &self.files(from)[index];
        places.sort_by(|a, b| layout::order(&file(*a).name).cmp(&layout::order(&file(*b).name)));
        let mut slices = Slices::with_capacity(self.size, places.len());
        for (from, index) in places {
            let file = file((from, index));
            slices.images.extend(self.image(from, index)?);
            slices.masks.extend(self.mask(from, index)?);
            // The slices of a case are consecutive.
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
        let name = self.files(split).get(index).map(|file| match kind {
            layout::MASKS => file.mask_name(),
            _ => file.name.as_str(),
        });
        format!("{}/{kind}/{}", split.folder(), name.unwrap_or_default())
    }

    fn gray(&self, split: Split, index: usize) -> Result<([usize; 2], Vec<u8>), SlicePackError> {
        let file = self.path(split, index, layout::IMAGES);
        let bytes =
            archive::read(&self.archive, self.pair(split, index)?.image, &file, MAX_IMAGE_BYTES)?;
        if is_jpeg(&bytes) {
            return decode_slice_jpeg(&bytes)
                .map_err(|reason| SlicePackError::Jpeg { file, reason });
        }
        decode_gray_png(&bytes).map_err(|reason| SlicePackError::Png { file, reason })
    }

    /// Finds the classes from the values in all masks, and names them by their numbers.
    fn name_classes(&mut self) -> Result<(), SlicePackError> {
        let (mut values, mut unknown) = (MaskValues::default(), None);
        for split in Split::ALL {
            for index in 0..self.files(split).len() {
                let mask = self.mask_values(split, index)?;
                values.add(&mask);
                unknown = unknown.or_else(|| self.check_labels(split, index, &mask).err());
            }
        }
        let Some(classes) = values.classes() else {
            // Without a value above the limit, the values would be classes.
            return Err(unknown.unwrap_or(SlicePackError::OnlyBackground));
        };
        if classes.last == 0 {
            return Err(SlicePackError::OnlyBackground);
        }
        self.manifest.classes.truncate(usize::from(classes.last) + 1);
        self.manifest.description = classes.describe();
        self.classes = Some(classes);
        Ok(())
    }
}

/// Returns the manifest of a zip that has none, with the maximum number of classes.
fn default_manifest(files: &Splits<Vec<SliceFile>>) -> Manifest {
    let background = std::iter::once("background".to_owned());
    Manifest {
        format: crate::FORMAT,
        kind: PackKind::Slices,
        name: "own".into(),
        title: "Your slices".into(),
        classes: background.chain((1..=MAX_UNNAMED_LABEL).map(|class| class.to_string())).collect(),
        train: files.train.len(),
        validation: files.validation.len(),
        test: files.test.len(),
        source: "A zip file without manifest".into(),
        ..Manifest::default()
    }
}
