//! Manifests of the packs of breast ultrasound.

use data::{DataSource, Manifest, PackKind};

use super::layouts::{CLASSES, MASKS_STEP, PUBLISHED, STEP};
use crate::pack::source::Layout;

const BURNT_IN: &str = "Calipers, text of the scanner and labels of the side are burnt into the \
                        images. A network may learn from them instead of from the tissue.";

const NO_CLINICAL_USE: &str = "The images are for teaching, not for clinical use.";

/// Returns the part of the manifest of lesions that is known before any image is read.
pub fn of_lesions(layout: &Layout) -> Manifest {
    Manifest {
        name: DataSource::BreastUltrasound.slug().into(),
        title: "Breast ultrasound: lesions (BUS-BRA)".into(),
        description: "Lesions in ultrasound images of the breast, cut out and reduced to 64×64 \
                      pixels. A biopsy told whether each is benign or malignant."
            .into(),
        classes: CLASSES.map(str::to_owned).to_vec(),
        names_begin_with_patient: true,
        rule: format!(
            "{} Each lesion is cut out as a square around its outline, whose side is 1.6 times the \
             longer side of the outline; stored as JPEG with quantization step {STEP}.",
            split(layout)
        ),
        notes: [
            BURNT_IN,
            "An expert found and outlined each lesion, and the square follows that outline. Height \
             divided by width of the outline alone tells malignant from benign with an area under \
             the ROC curve of 0.78.",
            "The side of the square depends on the lesion, so the size of the lesion cannot be seen.",
            "About two lesions of three are benign: who always answers “benign” is right in 68 %.",
            NO_CLINICAL_USE,
        ]
        .map(str::to_owned)
        .to_vec(),
        ..of_both("cut out, reduced to 64×64 pixels and split anew")
    }
}

/// Returns the part of the manifest of whole images that is known before any image is read.
pub fn of_masks(layout: &Layout) -> Manifest {
    Manifest {
        kind: PackKind::Slices,
        name: DataSource::BreastUltrasoundMasks.slug().into(),
        title: "Breast ultrasound with masks (BUS-BRA)".into(),
        description: "Ultrasound images of the breast, reduced to 64×64 pixels, with masks of the \
                      lesion that an expert drew."
            .into(),
        classes: ["background", "lesion"].map(str::to_owned).to_vec(),
        rule: format!(
            "{} Each image is squeezed to a square; stored as JPEG with quantization step \
             {MASKS_STEP}.",
            split(layout)
        ),
        notes: [
            BURNT_IN,
            "Each image is squeezed to a square and has no scale. Millimetres and millilitres count \
             each pixel as 1 mm, and the two images of a patient are no slices of one volume.",
            "Each image has exactly one outlined lesion, so the network never sees a breast without \
             one.",
            NO_CLINICAL_USE,
        ]
        .map(str::to_owned)
        .to_vec(),
        ..of_both("squeezed to 64×64 pixels and split anew")
    }
}

fn split(layout: &Layout) -> String {
    let half = match *layout == PUBLISHED {
        true => "every second patient of each class",
        false => "half of the patients of each class, drawn at random,",
    };
    format!(
        "By patient, on the published partition into five folds: folds 1 to 3 are training images, \
         fold 5 test images. Of fold 4, {half} are for validation, and the others are left out."
    )
}

/// Returns what both manifests have in common. `changes` says what was done to the images.
fn of_both(changes: &str) -> Manifest {
    Manifest {
        format: data::FORMAT,
        source:
            "BUS-BRA v1.0: 1,875 images of 1,064 patients of the National Institute of Cancer, \
                 Rio de Janeiro"
                .into(),
        source_url: "https://doi.org/10.5281/zenodo.8231412".into(),
        license: "CC BY 4.0".into(),
        license_url: "https://creativecommons.org/licenses/by/4.0/".into(),
        attribution: format!(
            "Wilfrido Gómez-Flores, Maria Julia Gregorio-Calas and Wagner Coelho de Albuquerque \
             Pereira, “BUS-BRA: A Breast Ultrasound Dataset for Assessing Computer-aided Diagnosis \
             Systems”, Medical Physics 51, 2024, doi:10.1002/mp.16812; {changes}"
        ),
        ..Manifest::default()
    }
}
