//! Names of data sets.

use model::{DataSource, RunConfig};

/// Identifies a data set. The seed is 0 for data that does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DatasetKey {
    /// The data.
    pub source: DataSource,
    /// Seed of generated images.
    pub seed: u32,
}

impl DatasetKey {
    /// Returns the key of the data that a run needs.
    pub fn of(config: &RunConfig) -> Self {
        Self::new(config.data, config.seed)
    }

    /// Returns the key of a source and a seed.
    pub fn new(source: DataSource, seed: u32) -> Self {
        match source {
            DataSource::MedNist | DataSource::Hippocampus => Self { source, seed: 0 },
            DataSource::Phantom { .. } | DataSource::Ventricles(_) => Self { source, seed },
        }
    }
}
