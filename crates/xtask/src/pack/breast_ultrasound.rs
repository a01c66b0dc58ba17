//! Selection of images from BUS-BRA: lesions cut out with their class, and whole images with masks.
//!
//! The rule:
//!
//! 1. The published partition has five folds, with all images of a patient in one. Folds 1 to 3 are
//!    the training images, fold 5 the test images. Of fold 4, half of the patients of each class are
//!    validation patients, and the others are left out: of the published archive, patients are taken
//!    alternately in the order of their numbers; the prepared archives were drawn at random.
//! 2. A lesion is cut out as a square around its outline, whose side is 1.6 times the longer side of
//!    the outline. The square is moved into the image, and is smaller where the image is too narrow.
//! 3. A whole image is squeezed to a square. A pixel of the reduced mask belongs to the lesion if at
//!    least half of its area does.
//! 4. Both are reduced to 64×64 pixels by cubic interpolation and stored as JPEG files, whose size and
//!    error `docs/decisions/jpeg-packs.md` has.

mod facts;
mod layouts;
mod published;

use data::{
    DataSource, IMAGE_SIDE, ImageEncoding, LabeledSlice, Pack, SlicePack, Splits, add_file,
    write_slice_pack,
};

use super::error::DataError;
use super::patients::Patients;
use super::place::{Catalog, Place};
use super::prepared::{self, LabeledImage, split_of};
use super::recipe::Recipe;
use super::source::Source;
use layouts::{DOWNLOAD, LESIONS, LICENSE, MASKS_STEP, PUBLISHED, STEP, WHOLE};

/// Recipe for the pack of lesions.
pub static RECIPE: Recipe = Recipe {
    name: DataSource::BreastUltrasound.slug(),
    source: &Source {
        title: "Breast ultrasound",
        flag: "--busbra",
        variable: "PLAYGROUND_BUSBRA",
        layouts: &[&LESIONS, &PUBLISHED],
        download: &DOWNLOAD,
    },
    facts: facts::of_lesions,
    make: make_lesions,
    read: |bytes| Some(Pack::open(bytes).ok()?.manifest().clone()),
};

/// Recipe for the pack of whole images with masks.
pub static MASKS_RECIPE: Recipe = Recipe {
    name: DataSource::BreastUltrasoundMasks.slug(),
    source: &Source {
        title: "Breast ultrasound with masks",
        flag: "--busbra-masks",
        variable: "PLAYGROUND_BUSBRA_MASKS",
        layouts: &[&WHOLE, &PUBLISHED],
        download: &DOWNLOAD,
    },
    facts: facts::of_masks,
    make: make_masks,
    read: |bytes| Some(SlicePack::open(bytes).ok()?.manifest().clone()),
};

fn make_lesions(place: &Place) -> Result<Vec<u8>, DataError> {
    let catalog = place.catalog()?;
    let images = match *place.layout == PUBLISHED {
        true => {
            let mut images = Splits::<Vec<LabeledImage>>::default();
            published::read(place, &catalog, |image| {
                let square = published::square_around(image.bounds, image.picture.size);
                images.get_mut(image.split).push(LabeledImage {
                    name: format!("{}_{}", image.patient, image.view),
                    label: image.label,
                    pixels: image.picture.cut(square).reduced(),
                });
            })?;
            images
        }
        false => {
            let mut patients = Patients::default();
            prepared::class_images(place, &catalog, |split, file| {
                let (patient, view) = patient_and_view(place, file)?;
                patients.add(place, patient, split)?;
                Ok(format!("{patient}_{view}"))
            })?
        }
    };
    let pack = prepared::pack(place, facts::of_lesions(place.layout), &images, STEP)?;
    with_license(place, &catalog, pack)
}

fn make_masks(place: &Place) -> Result<Vec<u8>, DataError> {
    let catalog = place.catalog()?;
    let slices = match *place.layout == PUBLISHED {
        true => {
            let mut slices = Splits::<Vec<LabeledSlice>>::default();
            published::read(place, &catalog, |image| {
                let (picture, mask) = (image.picture.reduced(), image.mask.reduced_mask());
                slices.get_mut(image.split).push(slice(&image.patient, &image.view, picture, mask));
            })?;
            slices
        }
        false => prepared_slices(place, &catalog)?,
    };
    let encoding = ImageEncoding::Jpeg { step: MASKS_STEP };
    let pack = write_slice_pack(facts::of_masks(place.layout), slices, encoding)
        .map_err(|error| DataError::Slices { path: place.path().to_owned(), error })?;
    with_license(place, &catalog, pack)
}

fn prepared_slices(
    place: &Place,
    catalog: &Catalog,
) -> Result<Splits<Vec<LabeledSlice>>, DataError> {
    let (mut slices, mut patients) = (Splits::<Vec<LabeledSlice>>::default(), Patients::default());
    let parts = place.layout.parts;
    for images in (0..parts.len()).step_by(2) {
        let (split, masks) = (split_of(images, parts.len()), images + 1);
        for (file, content) in &catalog.parts[images] {
            let (patient, view) = patient_and_view(place, file)?;
            patients.add(place, patient, split)?;
            let picture =
                prepared::decode(place, &format!("{}/{file}", parts[images]), &content.read()?)?;
            let mask = catalog.part_file(masks, file)?;
            let mut mask = prepared::decode(place, &format!("{}/{file}", parts[masks]), &mask)?;
            // Black and white in the files.
            mask.iter_mut().for_each(|label| *label = u8::from(*label > 127));
            slices.get_mut(split).push(slice(patient, view, picture, mask));
        }
    }
    Ok(slices)
}

/// Returns an image with its mask. Its case is the patient.
fn slice(patient: &str, view: &str, image: Vec<u8>, mask: Vec<u8>) -> LabeledSlice {
    LabeledSlice { name: format!("{patient}_{view}.png"), size: [IMAGE_SIDE; 2], image, mask }
}

/// Returns patient and view (`l`, `r` or `s` for a single one) of a file in a prepared archive, which
/// is named `<class>_case<patient>_<patient>-<view>_birads<category>.png`.
fn patient_and_view<'a>(place: &Place, file: &'a str) -> Result<(&'a str, &'a str), DataError> {
    let parse = || {
        let mut words = file.split('_').skip(1);
        let patient = words.next()?.strip_prefix("case")?;
        let (_, view) = words.next()?.split_once('-')?;
        Some((patient, view))
    };
    parse().ok_or_else(|| DataError::FileName {
        path: place.path().to_owned(),
        file: file.to_owned(),
        like: "benign_case0002_0002-l_birads4.png",
    })
}

fn with_license(place: &Place, catalog: &Catalog, pack: Vec<u8>) -> Result<Vec<u8>, DataError> {
    let name = place.layout.files.last().copied().unwrap_or(LICENSE);
    let text = catalog.file(name)?;
    add_file(pack, LICENSE, &text)
        .map_err(|error| DataError::Pack { path: place.path().to_owned(), error })
}
