//! How a pack is made from a data set.

use data::Manifest;

use super::error::DataError;
use super::place::Place;
use super::source::Source;

/// Recipe of one pack.
pub struct Recipe {
    /// The data set that it is made from.
    pub source: &'static Source,
    /// The manifest before any file is read; the writer fills in counts, cases and hash.
    pub(super) facts: fn() -> Manifest,
    /// The pack of a source.
    pub(super) make: fn(&Place) -> Result<Vec<u8>, DataError>,
    /// The manifest of a pack that can be read.
    pub(super) read: fn(Vec<u8>) -> Option<Manifest>,
}
