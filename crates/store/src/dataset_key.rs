//! Keys that identify data sets.

use model::{DataSource, RunConfig};

/// Identifies a data set by its source and seed. The seed is 0 for data that does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DatasetKey {
    /// Source of the data.
    pub source: DataSource,
    /// Seed of generated images.
    pub seed: u32,
}

impl DatasetKey {
    /// Returns the key of the data set that a run with this configuration uses.
    pub fn of(config: &RunConfig) -> Self {
        Self::new(config.data, config.seed)
    }

    /// Returns the key for a source and a seed.
    pub fn new(source: DataSource, seed: u32) -> Self {
        match source {
            DataSource::MedNist | DataSource::Hippocampus => Self { source, seed: 0 },
            DataSource::Phantom { .. } | DataSource::Ventricles(_) => Self { source, seed },
        }
    }
}
