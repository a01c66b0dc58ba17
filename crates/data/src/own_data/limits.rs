//! Limits on visitors' own data.

use std::ops::RangeInclusive;

/// Maximum number of image files, masks included.
pub const MAX_FILES: usize = 10_000;

/// Maximum number of all files, those included that are no images.
pub const MAX_PATHS: usize = 2 * MAX_FILES;

/// Allowed numbers of classes; with masks, of classes besides the background at most 9.
pub const CLASS_RANGE: RangeInclusive<usize> = 2..=20;

/// Smallest number of images of a class: one each for training, validation and test.
pub const MIN_PER_CLASS: usize = 3;

/// Maximum size of a zip file, in bytes.
pub const MAX_ZIP_BYTES: u64 = 300 << 20;

/// Maximum size of one image file, in bytes.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Maximum size of all files together, unpacked, in bytes.
pub const MAX_TOTAL_BYTES: u64 = 2 << 30;

/// Returns the limits as a sentence, to be told before anything is read.
pub fn limits() -> String {
    format!(
        "Up to {} images in {} to {} classes, {MIN_PER_CLASS} or more each; a zip file of up to \
         {} MB, or a folder of up to {} GB; each file up to {} MB and 40 megapixels.",
        thousands(MAX_FILES),
        CLASS_RANGE.start(),
        CLASS_RANGE.end(),
        MAX_ZIP_BYTES >> 20,
        MAX_TOTAL_BYTES >> 30,
        MAX_FILE_BYTES >> 20,
    )
}

/// Returns a number of at least 1,000 with a comma.
pub(super) fn thousands(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}
