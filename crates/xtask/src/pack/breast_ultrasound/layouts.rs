//! Layouts of the archives of BUS-BRA, and how their images are stored.

use std::sync::Mutex;

use crate::pack::source::{Download, Layout};

/// Name of the table of images in the published archive.
pub const CASES: &str = "bus_data.csv";

/// Name of the table of folds in the published archive.
pub const FOLDS: &str = "5-fold-cv.csv";

/// Class names of the lesions in label order.
pub const CLASSES: [&str; 2] = ["benign", "malignant"];

/// Quantization step of the JPEG files with lesions.
pub const STEP: u8 = 14;

/// Quantization step of the JPEG files with whole images.
pub const MASKS_STEP: u8 = 22;

/// Name of the license text in a pack. It asks to be included in all copies.
pub const LICENSE: &str = "LICENSE.txt";

/// Lesions that were cut out before.
pub static LESIONS: Layout = Layout {
    folder: "busbra-roi-64",
    parts: &[
        "train/benign",
        "train/malignant",
        "val/benign",
        "val/malignant",
        "test/benign",
        "test/malignant",
    ],
    suffix: ".png",
    files: &["LICENSE-BUS-BRA.txt"],
    archive: ".tar.gz",
};

/// Whole images and masks that were reduced before.
pub static WHOLE: Layout = Layout {
    folder: "busbra-seg-64",
    parts: &["train/images", "train/masks", "val/images", "val/masks", "test/images", "test/masks"],
    suffix: ".png",
    files: &["LICENSE-BUS-BRA.txt"],
    archive: ".tar.gz",
};

/// The archive as published: 1,875 images of 1,064 patients.
pub static PUBLISHED: Layout = Layout {
    folder: "BUSBRA",
    parts: &["Images", "Masks"],
    suffix: ".png",
    files: &[CASES, FOLDS, LICENSE],
    archive: ".zip",
};

/// The published archive at its public address.
pub static DOWNLOAD: Download = Download {
    layout: &PUBLISHED,
    url: "https://zenodo.org/api/records/8231412/files/BUSBRA.zip/content",
    md5: "1f8b2be6476d58fc97bfb5e5a1ea9bab",
    megabytes: 134,
    failed: Mutex::new(None),
};
