//! Selection of slices from the hippocampus task of the Medical Segmentation Decathlon.
//!
//! The rule:
//!
//! 1. Volumes 2k − 1 and 2k have similar brightness and the same data type, unlike any other pair.
//!    Although this is not documented, they seem to be from the same person. The first of them that
//!    exists therefore represents a patient, and no patient is in both splits.
//! 2. The first 80 patients in the order of their numbers are packed, so that the full archive and
//!    the subset give the same pack. Every fourth one is held out: the first, third and so on of these
//!    are validation patients, the others test patients. With two splits, all are test patients.
//! 3. Among the planes perpendicular to the first axis, which are sagittal, those with more than 20
//!    labeled voxels are considered. They are divided into six runs of equal length, and the middle
//!    plane of each is packed. Together with their mean distance they give the volume (Cavalieri's
//!    principle).
//! 4. Gray values are scaled so that the 0.5 and 99.5 percentiles of the whole volume become black
//!    and white. The plane is centered in an image of 64×64 pixels.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use data::{
    Case, DataSource, IMAGE_SIDE, ImageEncoding, LabeledSlice, Manifest, PackKind, SlicePack,
    Split, Splits, Volume, VolumeError, center_gray, center_labels, intensity_window,
    write_slice_pack,
};

use super::error::DataError;
use super::place::{Content, Place};
use super::recipe::Recipe;
use super::source::{Download, Layout, Source};

/// Class names in label order.
pub const CLASSES: [&str; 3] = ["background", "anterior", "posterior"];

const PATIENTS: usize = 80;
const HELD_OUT_ONE_IN: usize = 4;
const SLICES: usize = 6;
const FEWEST_VOXELS: usize = 20;

static LAYOUT: Layout = Layout {
    folder: "Task04_Hippocampus",
    parts: &["imagesTr", "labelsTr"],
    suffix: ".nii.gz",
    files: &[],
    archive: ".tar",
};

/// The archive of the task: 260 volumes with masks and 130 without.
static DOWNLOAD: Download = Download {
    layout: &LAYOUT,
    url: "https://msd-for-monai.s3-us-west-2.amazonaws.com/Task04_Hippocampus.tar",
    md5: "9d24dba78a72977dbd1d2e110310f31b",
    megabytes: 28,
    failed: Mutex::new(None),
};

static SOURCE: Source = Source {
    title: "Hippocampus MRI",
    flag: "--hippocampus",
    variable: "PLAYGROUND_HIPPOCAMPUS",
    layouts: &[&LAYOUT],
    download: &DOWNLOAD,
};

/// Recipe for the pack of this data set.
pub static RECIPE: Recipe = Recipe {
    name: DataSource::Hippocampus.slug(),
    source: &SOURCE,
    facts: |_| facts(),
    make,
    read: |bytes| Some(SlicePack::open(bytes).ok()?.manifest().clone()),
};

/// A volume and its mask in the source.
struct Patient<'a> {
    /// Number in the file name.
    name: &'a str,
    file: &'a str,
    image: &'a Content,
    mask: &'a Content,
}

fn make(place: &Place) -> Result<Vec<u8>, DataError> {
    let path = place.path();
    let catalog = place.catalog()?;
    let patients = patients(&catalog.parts[0], &catalog.parts[1]);
    if patients.len() < PATIENTS {
        return Err(DataError::TooFew {
            path: path.to_owned(),
            what: "patients with a mask".into(),
            found: patients.len(),
            needed: PATIENTS,
        });
    }
    let (mut all, mut cases) = (Splits::<Vec<LabeledSlice>>::default(), Vec::new());
    for (index, patient) in patients.iter().take(PATIENTS).enumerate() {
        let (case, slices) = patient.slices(path)?;
        cases.push(case);
        all.get_mut(split_of(index)).extend(slices);
    }
    let manifest = Manifest { cases, ..facts() };
    write_slice_pack(manifest, all, ImageEncoding::Png)
        .map_err(|error| DataError::Slices { path: path.to_owned(), error })
}

/// Returns the split of a patient, by the second step of the rule.
fn split_of(patient: usize) -> Split {
    if patient % HELD_OUT_ONE_IN != HELD_OUT_ONE_IN - 1 {
        Split::Train
    } else if (patient / HELD_OUT_ONE_IN).is_multiple_of(2) {
        Split::Validation
    } else {
        Split::Test
    }
}

/// Returns the patients in the order of their numbers, selected by the first step of the rule.
fn patients<'a>(
    images: &'a BTreeMap<String, Content>,
    masks: &'a BTreeMap<String, Content>,
) -> Vec<Patient<'a>> {
    let mut patients = BTreeMap::new();
    for (file, image) in images {
        let stem = file.strip_suffix(LAYOUT.suffix).and_then(|stem| stem.rsplit_once('_'));
        let Some((_, name)) = stem else { continue };
        let (Ok(number), Some(mask)) = (name.parse::<u32>(), masks.get(file)) else { continue };
        patients.entry(number.div_ceil(2)).or_insert(Patient { name, file, image, mask });
    }
    patients.into_values().collect()
}

/// Turns a volume to RAS, so that its first axis is perpendicular to sagittal planes.
fn turned(volume: Volume) -> Volume {
    let orientation = volume.orientation();
    volume.turned(orientation)
}

impl Patient<'_> {
    /// Returns the slices to pack, selected by the third and fourth step of the rule.
    fn slices(&self, path: &Path) -> Result<(Case, Vec<LabeledSlice>), DataError> {
        let fail = |part: usize| {
            let file = format!("{}/{}", LAYOUT.parts[part], self.file);
            move |error: VolumeError| DataError::Volume { path: path.to_owned(), file, error }
        };
        let volume = turned(Volume::read(&self.image.read()?).map_err(fail(0))?);
        let mask = turned(Volume::read(&self.mask.read()?).map_err(fail(1))?);
        if mask.shape != volume.shape {
            return Err(DataError::MaskShape {
                path: path.to_owned(),
                file: format!("{}/{}", LAYOUT.parts[1], self.file),
                mask: mask.shape,
                volume: volume.shape,
            });
        }
        let mut planes = Vec::new();
        for index in 0..volume.planes() {
            let (Some(plane), Some(labels)) = (volume.slice(index), mask.slice(index)) else {
                continue;
            };
            let marked = labels.labels().map_err(fail(1))?.iter().filter(|l| **l > 0).count();
            if marked > FEWEST_VOXELS {
                planes.push((index, plane, labels));
            }
        }
        if planes.len() < SLICES {
            return Err(DataError::TooFew {
                path: path.to_owned(),
                what: format!("labelled planes of {}", self.file),
                found: planes.len(),
                needed: SLICES,
            });
        }
        let window = intensity_window(&volume);
        let [side_mm, width_mm, height_mm] = volume.voxel_mm;
        let mut slices = Vec::with_capacity(SLICES);
        for run in 0..SLICES {
            let (index, plane, labels) = &planes[(2 * run + 1) * planes.len() / (2 * SLICES)];
            let size = [IMAGE_SIDE; 2];
            slices.push(LabeledSlice {
                name: format!("{}_{index:03}.png", self.name),
                size,
                image: center_gray(plane, size, window),
                mask: center_labels(labels, size).map_err(fail(1))?,
            });
        }
        let case = Case {
            name: self.name.to_owned(),
            pixel_mm: [height_mm, width_mm],
            slice_mm: side_mm * planes.len() as f32 / SLICES as f32,
        };
        Ok((case, slices))
    }
}

/// Returns a description of the rule.
fn rule() -> String {
    let held_out = PATIENTS / HELD_OUT_ONE_IN;
    format!(
        "Volumes 2k − 1 and 2k seem to be of one person, so the first of them stands for a \
         patient. Of the first {PATIENTS} patients every {HELD_OUT_ONE_IN}th is held out, by turns \
         for validation and for testing: {} for training, {} and {}. Of each, {SLICES} sagittal slices with more than \
         {FEWEST_VOXELS} labelled voxels, evenly spread; gray values between the 0.5 and 99.5 \
         percentile of the volume, centred on {IMAGE_SIDE}×{IMAGE_SIDE} pixels.",
        PATIENTS - held_out,
        held_out.div_ceil(2),
        held_out / 2
    )
}

/// Returns the part of the manifest that is known before any volume is read.
fn facts() -> Manifest {
    Manifest {
        format: data::FORMAT,
        kind: PackKind::Slices,
        name: RECIPE.name.into(),
        title: "Hippocampus MRI (subset)".into(),
        description: "Sagittal slices of the hippocampus region in T1-weighted MRI, with masks of \
                      its anterior and posterior part that experts drew."
            .into(),
        classes: CLASSES.map(str::to_owned).to_vec(),
        validation_is_of_test: true,
        rule: rule(),
        source: "Medical Segmentation Decathlon, Task 4 (hippocampus)".into(),
        source_url: "http://medicaldecathlon.com/".into(),
        license: "CC BY-SA 4.0".into(),
        license_url: "https://creativecommons.org/licenses/by-sa/4.0/".into(),
        attribution: "Vanderbilt University Medical Center, Nashville; Medical Segmentation \
                      Decathlon"
            .into(),
        ..Manifest::default()
    }
}
