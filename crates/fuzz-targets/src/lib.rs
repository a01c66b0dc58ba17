//! Fuzz targets: functions that read any bytes as a visitor's file and check what must hold of it.
//!
//! A target panics if the bytes lead to a panic of the readers, or to a result that contradicts
//! itself: a slice with the wrong number of pixels, a label that is no class, an error that is no
//! sentence. `fuzz/` runs them under libFuzzer; `tests/corpus.rs` runs them on the inputs in
//! `corpus/`, one folder a target.

mod bytes;
mod dicom;
mod gzip;
mod nifti;
mod nifti_file;
mod own_data;
mod pair;
mod picture;
mod png_file;
mod sentence;
mod session;

pub use dicom::dicom;
pub use gzip::gzip;
pub use nifti::nifti;
pub use own_data::own_data;
pub use pair::pair;
pub use picture::picture;

/// A function that reads an input and panics on a finding.
pub type Target = fn(&[u8]);

/// All targets by their names.
pub const TARGETS: [(&str, Target); 6] = [
    ("dicom", dicom),
    ("gzip", gzip),
    ("nifti", nifti),
    ("own_data", own_data),
    ("pair", pair),
    ("picture", picture),
];
