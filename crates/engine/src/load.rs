//! From the bytes of a pack, or a wish for drawings, to data in memory.

use data::phantom::{self, ventricles};
use data::{Pack, SlicePack, SliceSet};
use model::DataSource;
use protocol::{DataInfo, ErrorCode, ImagesInfo, Problem, SlicesInfo};

/// Data of either lab.
pub(crate) enum Dataset {
    /// Images with a class each.
    Images(data::Dataset),
    /// Slices with a mask each.
    Slices(SliceSet),
}

/// Reads a pack, or draws what the source tells. There is something to train on and something to
/// test with in what comes back.
pub(crate) fn read(source: DataSource, seed: u32, pack: Vec<u8>) -> Result<Dataset, Problem> {
    let bad = |error: &dyn std::fmt::Display| Problem::new(ErrorCode::BadPack, error);
    let dataset = match source {
        DataSource::MedNist => Dataset::Images(
            Pack::open(pack).and_then(|pack| pack.decode()).map_err(|error| bad(&error))?,
        ),
        DataSource::Phantom { noise, rotation } => {
            Dataset::Images(phantom::dataset(phantom::Spec { noise, rotation }, seed))
        }
        DataSource::Hippocampus => Dataset::Slices(
            SlicePack::open(pack).and_then(|pack| pack.decode()).map_err(|error| bad(&error))?,
        ),
        DataSource::Ventricles(look) => Dataset::Slices(ventricles::slices(look, seed)),
    };
    if dataset.is_whole() {
        Ok(dataset)
    } else {
        Err(bad(&"The data pack has no images to train on, or none to test with, or no class \
                 besides the background. Choose another one."))
    }
}

impl Dataset {
    /// What the page hears of it.
    pub(crate) fn info(&self) -> DataInfo {
        match self {
            Dataset::Images(images) => DataInfo::Images(ImagesInfo {
                classes: images.classes.clone(),
                train_labels: images.train.labels.clone(),
                test_labels: images.test.labels.clone(),
            }),
            Dataset::Slices(slices) => DataInfo::Slices(SlicesInfo {
                classes: slices.classes.clone(),
                size: slices.size(),
                train: slices.train.len(),
                test: slices.test.len(),
                class_frequencies: slices.class_frequencies(),
                preview_slices: slices.preview_slices(),
            }),
        }
    }

    fn is_whole(&self) -> bool {
        match self {
            Dataset::Images(images) => !images.train.is_empty() && !images.test.is_empty(),
            Dataset::Slices(slices) => {
                !slices.train.is_empty() && !slices.test.is_empty() && slices.classes.len() > 1
            }
        }
    }
}
