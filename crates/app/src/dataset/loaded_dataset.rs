//! The data set shown on the page.

use features::data::data_panel::DataView;
use features::dataset::image_store::ImageStore;
use features::dataset::slice_store::SliceStore;

use super::any_dataset::AnyDataset;

/// A data set shown on the page.
#[derive(Clone)]
pub struct LoadedDataset {
    /// Name, classes, source and license.
    pub facts: DataView,
    /// Images or slices of the data set.
    pub content: AnyDataset,
}

impl LoadedDataset {
    /// Returns the images, if the data set consists of images with classes.
    pub fn images(&self) -> Option<&ImageStore> {
        match &self.content {
            AnyDataset::Images(images) => Some(images),
            AnyDataset::Slices(_) => None,
        }
    }

    /// Returns the slices, if the data set consists of slices with masks.
    pub fn slices(&self) -> Option<&SliceStore> {
        match &self.content {
            AnyDataset::Images(_) => None,
            AnyDataset::Slices(slices) => Some(slices),
        }
    }
}
