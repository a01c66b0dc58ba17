//! Selection of images from MedNIST.
//!
//! The rule, applied to each class separately, with files sorted by name:
//!
//! 1. Adjacent numbers are often slices of the same patient. Of n files, every ⌊n / 600⌋th is
//!    considered, up to 600 of them. As a result, the full archive and the subset give the same
//!    pack.
//! 2. Five blocks of ten consecutive files are chosen, each in the middle of a fifth of the class.
//!    The first, third and fifth are the validation images, the others the test images. With two
//!    splits, all are test images.
//! 3. Two files on either side of each block are left out, so that no slice in a block has an
//!    adjacent slice among the training images.
//! 4. Of the remaining files, 200 at even intervals are the training images.
//!
//! The files are stored unchanged. The same source always gives the same pack, byte for byte.

use std::sync::Mutex;

use data::{DataSource, JpegFile, Manifest, Pack, Split, Splits, write_pack};

use super::error::DataError;
use super::place::Place;
use super::recipe::Recipe;
use super::source::{Download, Layout, Source};

/// Classes of MedNIST, which are the names of its folders, in label order.
pub const CLASSES: [&str; 6] = ["AbdomenCT", "BreastMRI", "CXR", "ChestCT", "Hand", "HeadCT"];

const TRAIN: usize = 200;
pub(super) const BLOCKS: usize = 5;
const BLOCK: usize = 10;
pub(super) const GUARD: usize = 2;
const LOOKED_AT: usize = 600;
pub(super) const NEEDED: usize = TRAIN + BLOCKS * (BLOCK + 2 * GUARD);

static LAYOUT: Layout =
    Layout { folder: "MedNIST", parts: &CLASSES, suffix: ".jpeg", files: &[], archive: ".tar.gz" };

/// The archive of 58,954 images.
static DOWNLOAD: Download = Download {
    layout: &LAYOUT,
    url: "https://github.com/Project-MONAI/MONAI-extra-test-data/releases/download/0.8.1/MedNIST.tar.gz",
    md5: "0bc7306e7427e00ad1c5526a6677552d",
    megabytes: 80,
    failed: Mutex::new(None),
};

/// The MedNIST data set.
pub static SOURCE: Source = Source {
    title: "MedNIST",
    flag: "--mednist",
    variable: "PLAYGROUND_MEDNIST",
    layouts: &[&LAYOUT],
    download: &DOWNLOAD,
};

/// Recipe for the pack of this data set.
pub static RECIPE: Recipe = Recipe {
    name: DataSource::MedNist.slug(),
    source: &SOURCE,
    facts: |_| facts(),
    make,
    read: |bytes| Some(Pack::open(bytes).ok()?.manifest().clone()),
};

/// Returns the pack for a source.
fn make(place: &Place) -> Result<Vec<u8>, DataError> {
    let path = place.path().to_owned();
    let mut images = Splits::<Vec<JpegFile>>::default();
    for (label, files) in place.catalog()?.parts.iter().enumerate() {
        let picks = pick(files.len()).ok_or_else(|| DataError::TooFew {
            path: path.clone(),
            what: format!("images of {}", CLASSES[label]),
            found: files.len(),
            needed: NEEDED,
        })?;
        let files: Vec<_> = files.iter().collect();
        for (index, split) in picks {
            let (name, content) = files[index];
            let picture =
                JpegFile { label: label as u8, name: name.clone(), bytes: content.read()? };
            images.get_mut(split).push(picture);
        }
    }
    write_pack(facts(), images).map_err(|error| DataError::Pack { path, error })
}

/// Assigns the files to be packed, among `count` sorted files, to splits by the rule above. Returns
/// `None` if there are too few files.
pub(super) fn pick(count: usize) -> Option<Vec<(usize, Split)>> {
    let stride = (count / LOOKED_AT).max(1);
    let looked_at = count.min(LOOKED_AT);
    if looked_at < NEEDED {
        return None;
    }
    let blocks: Vec<_> = (0..BLOCKS)
        .map(|block| {
            let start = (2 * block + 1) * looked_at / (2 * BLOCKS) - BLOCK / 2;
            start..start + BLOCK
        })
        .collect();
    let near =
        |index: usize| blocks.iter().any(|b| (b.start - GUARD..b.end + GUARD).contains(&index));
    let rest: Vec<usize> = (0..looked_at).filter(|index| !near(*index)).collect();
    let train = (0..TRAIN).map(|i| (stride * rest[i * rest.len() / TRAIN], Split::Train));
    let held_out = blocks.iter().enumerate().flat_map(|(place, block)| {
        let split = if place.is_multiple_of(2) { Split::Validation } else { Split::Test };
        block.clone().map(move |index| (stride * index, split))
    });
    Some(train.chain(held_out).collect())
}

/// Returns a description of the rule.
fn rule() -> String {
    format!(
        "Of each class {LOOKED_AT} files are looked at, evenly spaced in the order of their \
         numbers. {BLOCKS} blocks of {BLOCK} neighbouring ones are held out: the first, third and \
         fifth are validation images, the second and fourth test images. The {GUARD} on either \
         side of each block are left out, so that no neighbouring slices are in two splits; {TRAIN} of the others, evenly spread, are training images. Files are unchanged."
    )
}

/// Returns the part of the manifest that is known before any image is read. The writer fills in
/// counts and hash.
fn facts() -> Manifest {
    Manifest {
        format: data::FORMAT,
        name: RECIPE.name.into(),
        title: "MedNIST (subset)".into(),
        description: "X-ray images and slices of CT and MRI, each 64×64 pixels, in six classes."
            .into(),
        classes: CLASSES.map(str::to_owned).to_vec(),
        validation_is_of_test: true,
        rule: rule(),
        source: "MedNIST, compiled from collections of The Cancer Imaging Archive, the RSNA Bone \
                 Age Challenge and the NIH Chest X-ray data set"
            .into(),
        source_url: DOWNLOAD.url.into(),
        license: "CC BY-SA 4.0".into(),
        license_url: "https://creativecommons.org/licenses/by-sa/4.0/".into(),
        attribution: "Made available by Dr. Bradley J. Erickson, Department of Radiology, Mayo \
                      Clinic"
            .into(),
        ..Manifest::default()
    }
}
