//! Import of a visitor's data set, one file at a time.

use std::collections::BTreeMap;

use model::IMAGE_LEN;

use super::collection::Collection;
use super::error::OwnDataError;
use super::item::Item;
use super::layout::{Layout, Plan, Planned};
use super::limits::{CLASS_RANGE, MAX_TOTAL_BYTES, MIN_PER_CLASS};
use super::read_file::{self, Pixels, gray, look, mask};
use super::readable::quoted;
use super::split_rule::SplitRule;
use super::zip_file::ZipFile;
use crate::FileSource;
use crate::slice_pack::MaskValues;
use crate::user_files::{OpenFile, is_dicom, is_webp};

/// Smallest number of pairs of image and mask: one each for training, validation and test.
const MIN_PAIRS: usize = 3;

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadResult {
    /// It was read.
    Read,
    /// It was skipped; the reason is kept.
    Skipped,
    /// Others have to convert it: WebP is decoded by the browser, DICOM by the converter.
    Convert {
        /// Whether it is DICOM.
        is_dicom: bool,
        /// The bytes of the file.
        bytes: Vec<u8>,
    },
}

/// A data set that is being read.
#[derive(Debug)]
pub struct Import {
    layout: Layout,
    zip: Option<ZipFile>,
    /// Images and masks by their place in the layout.
    read: Vec<Option<(Pixels, u64)>>,
    /// Files that were skipped, by path, with the reason.
    skipped: Vec<(String, String)>,
    bytes: u64,
}

impl Import {
    /// Starts the import of files with these paths.
    ///
    /// # Errors
    ///
    /// Returns an error if the paths are not those of a data set.
    pub fn of_files(paths: &[String]) -> Result<Self, OwnDataError> {
        let layout = Layout::of(paths)?;
        let read = layout.files.iter().map(|_| None).collect();
        let skipped = layout.left_out.clone();
        Ok(Self { layout, zip: None, read, skipped, bytes: 0 })
    }

    /// Starts the import of a zip file.
    ///
    /// # Errors
    ///
    /// Returns an error if its paths are not those of a data set.
    pub fn of_zip(zip: ZipFile) -> Result<Self, OwnDataError> {
        let import = Self::of_files(&zip.paths())?;
        Ok(Self { zip: Some(zip), ..import })
    }

    /// Returns whether the files are in a zip file.
    pub fn is_zip(&self) -> bool {
        self.zip.is_some()
    }

    /// Returns the files to be read.
    pub fn files(&self) -> &[Plan] {
        &self.layout.files
    }

    /// Reads the file at a place of [`Import::files`]: from the zip, or `file` if there is any.
    ///
    /// # Errors
    ///
    /// Returns an error if all files together have too many bytes; what was read so far stays.
    pub fn read(
        &mut self,
        place: usize,
        file: Option<&dyn FileSource>,
    ) -> Result<ReadResult, OwnDataError> {
        let Some(plan) = self.layout.files.get(place).cloned() else {
            return Ok(ReadResult::Skipped);
        };
        let unpacked = match (file, &mut self.zip) {
            (None, Some(zip)) => match zip.read(plan.index) {
                Ok(bytes) => Some(bytes),
                Err(reason) => return Ok(self.skip(place, reason)),
            },
            _ => None,
        };
        let empty = Vec::new();
        let source: &dyn FileSource = match (&unpacked, file) {
            (Some(bytes), _) => bytes,
            (None, Some(file)) => file,
            (None, None) => &empty,
        };
        let (start, length, hash) = match look(source) {
            Ok(found) => found,
            Err(reason) => return Ok(self.skip(place, reason)),
        };
        self.bytes += length;
        if self.bytes > MAX_TOTAL_BYTES {
            return Err(OwnDataError::TooManyBytes);
        }
        if is_webp(&start) || is_dicom(&start) {
            let bytes = unpacked.unwrap_or_default();
            return Ok(ReadResult::Convert { is_dicom: is_dicom(&start), bytes });
        }
        let name = plan.path.rsplit('/').next().unwrap_or_default();
        // A file of several volumes counts as its first one.
        Ok(match OpenFile::read(name, source, 0) {
            Ok(open) => self.add(place, &open, hash),
            Err(error) => self.skip(place, error.reason),
        })
    }

    /// Adds an image that the browser has decoded: gray values, `[height, width]` in row-major order.
    pub fn add_gray(&mut self, place: usize, size: [usize; 2], pixels: &[u8]) -> ReadResult {
        let hash = look(&pixels).map_or(0, |(_, _, hash)| hash);
        match OpenFile::of_gray("", size, pixels) {
            Ok(open) => self.add(place, &open, hash),
            Err(error) => self.skip(place, error.reason),
        }
    }

    /// Skips a file, for a reason that ends the sentence “… was skipped: ”.
    pub fn skip(&mut self, place: usize, reason: String) -> ReadResult {
        if let Some(plan) = self.layout.files.get(place) {
            self.skipped.push((plan.path.clone(), reason));
        }
        ReadResult::Skipped
    }

    fn add(&mut self, place: usize, open: &OpenFile, hash: u64) -> ReadResult {
        let is_mask = self.layout.files.get(place).is_some_and(|plan| plan.what == Planned::Mask);
        let pixels: Result<Pixels, String> = if is_mask { mask(open) } else { Ok(gray(open)) };
        match (pixels, self.read.get_mut(place)) {
            (Ok(pixels), Some(read)) => {
                *read = Some((pixels, hash));
                ReadResult::Read
            }
            (Err(reason), _) => self.skip(place, reason),
            (Ok(_), None) => ReadResult::Skipped,
        }
    }

    /// Makes a data set of the files that were read, with the most careful rule for the split that
    /// they allow.
    ///
    /// # Errors
    ///
    /// Returns an error if they are too few.
    pub fn finish(self) -> Result<Collection, OwnDataError> {
        let mut collection =
            if self.layout.has_masks() { self.finish_pairs()? } else { self.finish_images()? };
        collection.rule = SplitRule::available(&collection.items)[0];
        Ok(collection)
    }

    fn finish_images(self) -> Result<Collection, OwnDataError> {
        let Self { layout, mut read, skipped, .. } = self;
        let label_of = |plan: &Plan| match plan.what {
            Planned::Image(label) => label,
            Planned::WithMask(_) | Planned::Mask => 0,
        };
        let mut counts = vec![0; layout.classes.len()];
        for (plan, _) in layout.files.iter().zip(&read).filter(|(_, read)| read.is_some()) {
            counts[label_of(plan)] += 1;
        }
        let mut collection = Collection { skipped, ..Collection::default() };
        let mut order: Vec<usize> = (0..read.len()).collect();
        order.sort_by_key(|place| (label_of(&layout.files[*place]), *place));
        let mut new_label = vec![None; counts.len()];
        for (label, name) in layout.classes.iter().enumerate() {
            if counts[label] < MIN_PER_CLASS {
                collection.small_classes.push((name.clone(), counts[label]));
            } else {
                new_label[label] = Some(collection.classes.len() as u8);
                collection.classes.push(name.clone());
            }
        }
        if collection.classes.len() < *CLASS_RANGE.start() {
            return Err(OwnDataError::TooFewImages(few(&collection)));
        }
        for place in order {
            let plan = &layout.files[place];
            let label = new_label[label_of(plan)];
            if let (Some(label), Some((pixels, hash))) = (label, read[place].take()) {
                push(&mut collection, plan, label, &pixels, hash);
            }
        }
        Ok(collection)
    }

    fn finish_pairs(self) -> Result<Collection, OwnDataError> {
        let Self { layout, mut read, skipped, .. } = self;
        let place_of: BTreeMap<usize, usize> =
            layout.files.iter().enumerate().map(|(place, plan)| (plan.index, place)).collect();
        let mut collection = Collection { skipped, ..Collection::default() };
        let mut values = MaskValues::default();
        for place in 0..read.len() {
            let plan = &layout.files[place];
            let Planned::WithMask(mask) = plan.what else { continue };
            let mask = place_of.get(&mask).and_then(|place| read[*place].take());
            let (Some((image, hash)), Some((mask, _))) = (read[place].take(), mask) else {
                continue;
            };
            if image.size != mask.size {
                let [[height, width], [mask_height, mask_width]] = [image.size, mask.size];
                let reason = format!(
                    "it has {width} × {height} pixels, and its mask {mask_width} × {mask_height}. Save \
                     both in one size."
                );
                collection.skipped.push((plan.path.clone(), reason));
                continue;
            }
            values.add(&mask.pixels);
            push(&mut collection, plan, 0, &image, hash);
            collection.masks.extend(&mask.pixels);
        }
        if collection.items.len() < MIN_PAIRS {
            let count = collection.items.len();
            return Err(OwnDataError::TooFewPairs(count, few(&collection)));
        }
        let classes = values.classes().ok_or(OwnDataError::MaskValues)?;
        if classes.last == 0 {
            return Err(OwnDataError::OnlyBackground);
        }
        classes.apply(&mut collection.masks);
        collection.mask_note = classes.describe();
        let numbers = (1..=classes.last).map(|class| class.to_string());
        collection.classes = std::iter::once("background".to_owned()).chain(numbers).collect();
        Ok(collection)
    }
}

fn push(collection: &mut Collection, plan: &Plan, label: u8, image: &Pixels, hash: u64) {
    debug_assert_eq!(image.pixels.len(), IMAGE_LEN);
    collection.items.push(Item {
        path: plan.path.clone(),
        label,
        given: plan.given,
        folder: plan.folder.clone(),
        size: image.size,
        hash,
    });
    collection.pixels.extend(&image.pixels);
}

/// Returns a sentence on why there are so few images.
fn few(collection: &Collection) -> String {
    let mut text = String::new();
    if let Some((name, count)) = collection.small_classes.first() {
        let images = if *count == 1 { "image" } else { "images" };
        let name = quoted(name);
        text = format!("{name} has {count} {images}, and {MIN_PER_CLASS} are needed.");
    }
    if let Some((path, reason)) = collection.skipped.first() {
        let count = collection.skipped.len();
        let of = if count == 1 {
            String::new()
        } else {
            format!("{count} files were skipped, such as ")
        };
        let separator = if text.is_empty() { "" } else { " " };
        let path = quoted(path);
        text = format!("{text}{separator}{of}{path}: {}", read_file::sentence(reason));
    }
    text
}
