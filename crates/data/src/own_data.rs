//! Visitors' own data sets: images in one folder per class, or images and masks.
//!
//! A [`Layout`] finds out from the paths of a folder or a zip file which classes there are and which
//! files belong together. An [`Import`] then reads one file at a time and becomes a [`Collection`]:
//! the images as a network sees them, with what is needed to split them again. Its bytes are kept by
//! the browser. A [`Report`] says what was found, and a [`SplitRule`] which images are training,
//! validation and test images.

mod collection;
mod dataset;
mod duplicates;
mod error;
mod import;
mod item;
mod layout;
mod limits;
mod read_file;
mod readable;
mod report;
mod split_rule;
mod zip_file;

pub use collection::Collection;
pub use duplicates::{Copies, NEAR_THRESHOLD};
pub use error::OwnDataError;
pub use import::{Import, ReadResult};
pub use item::Item;
pub use layout::{Layout, Plan, Planned};
pub use limits::{
    CLASS_RANGE, MAX_FILE_BYTES, MAX_FILES, MAX_PATHS, MAX_TOTAL_BYTES, MAX_ZIP_BYTES,
    MIN_PER_CLASS, limits,
};
pub use report::{ClassCount, Report};
pub use split_rule::SplitRule;
pub use zip_file::ZipFile;

#[cfg(test)]
mod tests;
