//! The data set as the file that the program reads.

use data::{ImageSet, SliceSet};

/// Returns images as a zip file, see [`export::data_set::images`].
///
/// # Errors
///
/// Returns a sentence if they do not fit into one.
pub fn images(set: &ImageSet) -> Result<Vec<u8>, String> {
    export::data_set::images(set).map_err(|error| error.to_string())
}

/// Returns slices and masks as a zip file, see [`export::data_set::slices`].
///
/// # Errors
///
/// Returns a sentence if they do not fit into one.
pub fn slices(set: &SliceSet) -> Result<Vec<u8>, String> {
    export::data_set::slices(set).map_err(|error| error.to_string())
}
