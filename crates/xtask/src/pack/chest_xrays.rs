//! Selection of chest X-rays of children, normal or with pneumonia (Kermany et al. 2018).
//!
//! The rule:
//!
//! 1. The prepared archive has 600 training and 120 validation images of each class, drawn by patient
//!    from the published training set, and two thirds of the published test set, by patient. All of
//!    them are packed, and no child may be in two splits.
//! 2. Otherwise the images are those of PneumoniaMNIST, whose file tells neither names nor patients.
//!    Of each class up to 600 training images, 120 validation images, and 154 normal and 258 other
//!    test images are packed, evenly spaced in the order of the file. The splits are those of the
//!    file. Its test set is the published one, of other children; its validation set was cut from the
//!    published training set, and a child may be in both.
//!
//! The images are stored as JPEG files, whose size and error `docs/decisions/jpeg-packs.md` has.

use std::sync::Mutex;

use data::{DataSource, IMAGE_LEN, IMAGE_SIDE, Manifest, Pack, Split, Splits};

use super::error::DataError;
use super::npy::{self, ByteArray, NpyError};
use super::patients::Patients;
use super::place::{Catalog, Place};
use super::prepared::{self, LabeledImage};
use super::recipe::Recipe;
use super::source::{Download, Layout, Source};

const CLASSES: [&str; 2] = ["normal", "pneumonia"];

/// Quantization step of the JPEG files.
const STEP: u8 = 12;

/// Arrays of images and labels in PneumoniaMNIST, and the greatest number of images of each class.
const ARRAYS: [(Split, &str, &str, [usize; 2]); 3] = [
    (Split::Train, "train_images.npy", "train_labels.npy", [600, 600]),
    (Split::Validation, "val_images.npy", "val_labels.npy", [120, 120]),
    (Split::Test, "test_images.npy", "test_labels.npy", [154, 258]),
];

static PREPARED: Layout = Layout {
    folder: "pneumonia-64",
    parts: &[
        "train/normal",
        "train/pneumonia",
        "val/normal",
        "val/pneumonia",
        "test/normal",
        "test/pneumonia",
    ],
    suffix: ".png",
    files: &[],
    archive: ".tar.gz",
};

static PNEUMONIA_MNIST: Layout = Layout {
    folder: "pneumoniamnist_64",
    parts: &[],
    suffix: "",
    files: &[ARRAYS[0].1, ARRAYS[0].2, ARRAYS[1].1, ARRAYS[1].2, ARRAYS[2].1, ARRAYS[2].2],
    archive: ".npz",
};

static DOWNLOAD: Download = Download {
    layout: &PNEUMONIA_MNIST,
    url: "https://zenodo.org/records/10519652/files/pneumoniamnist_64.npz?download=1",
    md5: "8f4eceb4ccffa70c672198ea285246c6",
    megabytes: 21,
    failed: Mutex::new(None),
};

/// Recipe for the pack of this data set.
pub static RECIPE: Recipe = Recipe {
    name: DataSource::ChestXRays.slug(),
    source: &Source {
        title: "Chest X-rays",
        flag: "--pneumonia",
        variable: "PLAYGROUND_PNEUMONIA",
        layouts: &[&PREPARED, &PNEUMONIA_MNIST],
        download: &DOWNLOAD,
    },
    facts,
    make,
    read: |bytes| Some(Pack::open(bytes).ok()?.manifest().clone()),
};

fn make(place: &Place) -> Result<Vec<u8>, DataError> {
    let catalog = place.catalog()?;
    let images = match *place.layout == PNEUMONIA_MNIST {
        true => from_arrays(place, &catalog)?,
        false => {
            let mut patients = Patients::default();
            prepared::class_images(place, &catalog, |split, file| {
                patients.add(place, child_of(place, file)?, split)?;
                Ok(file.trim_end_matches(PREPARED.suffix).to_owned())
            })?
        }
    };
    prepared::pack(place, facts(place.layout), &images, STEP)
}

/// Returns the part of a file name that identifies the child: `IM-0003` of `IM-0003-0001.png`,
/// `NORMAL2-IM-1041` of `NORMAL2-IM-1041-0001.png`, `person1_virus` of `person1_virus_6.png`. Persons
/// are counted for each disease.
fn child_of<'a>(place: &Place, file: &'a str) -> Result<&'a str, DataError> {
    let end = match file.find("IM-") {
        Some(at) => file[at + 3..].find('-').map(|length| at + 3 + length),
        None => {
            let mut places = file.match_indices('_').map(|(at, _)| at);
            places.nth(1).filter(|_| file.starts_with("person"))
        }
    };
    end.map(|end| &file[..end]).ok_or_else(|| DataError::FileName {
        path: place.path().to_owned(),
        file: file.to_owned(),
        like: "IM-0003-0001.png or person1_virus_6.png",
    })
}

fn from_arrays(place: &Place, catalog: &Catalog) -> Result<Splits<Vec<LabeledImage>>, DataError> {
    let mut splits = Splits::<Vec<LabeledImage>>::default();
    for (split, images_file, labels_file, most) in ARRAYS {
        let array = |file| array(place, catalog, file);
        let fail = |file: &'static str| {
            move |error| DataError::Array { path: place.path().to_owned(), file, error }
        };
        let images = array(images_file)?;
        let count = match images.shape[..] {
            [count, IMAGE_SIDE, IMAGE_SIDE] => count,
            _ => {
                return Err(fail(images_file)(shape(
                    &images,
                    format!("n × {IMAGE_SIDE} × {IMAGE_SIDE}"),
                )));
            }
        };
        let labels = array(labels_file)?;
        if labels.values.len() != count {
            return Err(fail(labels_file)(shape(&labels, format!("{count} × 1"))));
        }
        if let Some(label) = labels.values.iter().find(|label| **label > 1) {
            return Err(fail(labels_file)(NpyError::Label(*label)));
        }
        for (label, most) in (0..).zip(most) {
            let own: Vec<usize> = (0..count).filter(|at| labels.values[*at] == label).collect();
            let most = most.min(own.len());
            splits.get_mut(split).extend((0..most).map(|index| {
                let at = own[index * own.len() / most];
                let pixels = images.values[at * IMAGE_LEN..][..IMAGE_LEN].to_vec();
                LabeledImage { name: format!("{at:04}"), label, pixels }
            }));
        }
    }
    Ok(splits)
}

fn array(place: &Place, catalog: &Catalog, file: &'static str) -> Result<ByteArray, DataError> {
    npy::read(catalog.file(file)?).map_err(|error| DataError::Array {
        path: place.path().to_owned(),
        file,
        error,
    })
}

fn shape(array: &ByteArray, needed: String) -> NpyError {
    NpyError::Shape { found: array.shape.clone(), needed }
}

/// Returns the part of the manifest that is known before any image is read.
fn facts(layout: &Layout) -> Manifest {
    let is_mnist = *layout == PNEUMONIA_MNIST;
    let rule = match is_mnist {
        true => {
            "The splits of PneumoniaMNIST, of which up to 600 training and 120 validation images of \
             each class and 412 test images are taken, evenly spaced. The file does not tell which \
             images are of one child, so a child may be in the training and the validation set."
        }
        false => {
            "By patient: 600 training and 120 validation images of each class were drawn from the \
             published training set; the test images are two thirds of the published test set, which \
             is of other children."
        }
    };
    let shape = match is_mnist {
        true => "PneumoniaMNIST cuts the middle out of the wider X-rays.",
        false => {
            "The X-rays are squeezed to a square. Those with pneumonia were wider, so they are \
             squeezed more, which may give them away."
        }
    };
    let source = match is_mnist {
        true => ", as PneumoniaMNIST in MedMNIST v2 (doi:10.5281/zenodo.10519652)",
        false => "",
    };
    Manifest {
        format: data::FORMAT,
        name: RECIPE.name.into(),
        title: "Chest X-rays of children (Kermany 2018)".into(),
        description: "Chest X-rays of children of 1 to 5 years, reduced to 64×64 pixels: normal, or \
                      with bacterial or viral pneumonia."
            .into(),
        classes: CLASSES.map(str::to_owned).to_vec(),
        rule: format!("{rule} Stored as JPEG with quantization step {STEP}."),
        notes: [
            "The test set differs from the training set. A network that is right in 95 % of the \
             validation images is right in 80 % of the test images and calls half of the normal ones \
             ill: its threshold does not fit there.",
            "As many training images are normal as not, but 63 % of the test images show pneumonia.",
            shape,
            "Tubes, letters and the position of the child can be seen. A network may learn from them \
             instead of from the lungs.",
            "The images are for teaching, not for clinical use.",
        ]
        .map(str::to_owned)
        .to_vec(),
        source: format!(
            "Guangzhou Women and Children's Medical Center; “Labeled Optical Coherence Tomography \
             (OCT) and Chest X-Ray Images for Classification”, Mendeley Data V2{source}"
        ),
        source_url: "https://doi.org/10.17632/rscbjbr9sj.2".into(),
        license: "CC BY 4.0".into(),
        license_url: "https://creativecommons.org/licenses/by/4.0/".into(),
        attribution: "Daniel Kermany, Kang Zhang and Michael Goldbaum 2018, \
                      doi:10.17632/rscbjbr9sj.2; a subset, reduced to 64×64 pixels"
            .into(),
        ..Manifest::default()
    }
}
