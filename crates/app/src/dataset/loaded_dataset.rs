//! The data that the page shows.

use features::data::data_panel::DataView;
use features::dataset::image_store::ImageStore;
use features::dataset::slice_store::SliceStore;

use super::any_dataset::AnyDataset;

/// The data that the page shows.
#[derive(Clone)]
pub struct LoadedDataset {
    /// Name, classes, source and license.
    pub facts: DataView,
    /// Its images or slices.
    pub content: AnyDataset,
}

impl LoadedDataset {
    /// Returns the images, where the data have classes.
    pub fn images(&self) -> Option<&ImageStore> {
        match &self.content {
            AnyDataset::Images(images) => Some(images),
            AnyDataset::Slices(_) => None,
        }
    }

    /// Returns the slices, where the data have masks.
    pub fn slices(&self) -> Option<&SliceStore> {
        match &self.content {
            AnyDataset::Images(_) => None,
            AnyDataset::Slices(slices) => Some(slices),
        }
    }
}
