//! Recipes for making packs from data sets.

use data::Manifest;

use super::error::DataError;
use super::place::Place;
use super::source::{Layout, Source};

/// Recipe of one pack.
pub struct Recipe {
    /// Name of the pack, as used in links.
    pub name: &'static str,
    /// The data set from which the pack is made.
    pub source: &'static Source,
    /// Returns the manifest for a layout of the source, before any file is read. The writer fills in
    /// counts, cases and hash.
    pub(super) facts: fn(&Layout) -> Manifest,
    /// Makes the pack from a source.
    pub(super) make: fn(&Place) -> Result<Vec<u8>, DataError>,
    /// Reads the manifest of a pack, if the pack is valid.
    pub(super) read: fn(Vec<u8>) -> Option<Manifest>,
}
