//! Keys that identify data sets.

use serde::{Deserialize, Serialize};

use crate::{DataSource, RunConfig, Sampling};

/// Identifies a data set by what its images and labels depend on. The seed is 0 where they do not
/// depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetKey {
    /// Source of the data.
    pub source: DataSource,
    /// Which images are used, and with which labels.
    pub sampling: Sampling,
    /// Seed of generated images, wrong labels and noise.
    pub seed: u32,
}

impl DatasetKey {
    /// Returns the key of the data set that a run with this configuration uses.
    pub fn of(config: &RunConfig) -> Self {
        Self::new(config.data, config.sampling, config.seed)
    }

    /// Returns the key for a source, a sampling and a seed.
    pub fn new(source: DataSource, sampling: Sampling, seed: u32) -> Self {
        let depends = source.pack_name().is_none() || sampling.is_random();
        Self { source, sampling, seed: if depends { seed } else { 0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_tells_data_sets_apart_only_where_something_is_drawn() {
        let key = |source, sampling, seed| DatasetKey::new(source, sampling, seed);
        let plain = Sampling::DEFAULT;
        assert_eq!(key(DataSource::MedNist, plain, 1), key(DataSource::MedNist, plain, 2));
        assert_ne!(key(DataSource::PHANTOM, plain, 1), key(DataSource::PHANTOM, plain, 2));
        let noisy = Sampling { noise: 5, ..plain };
        assert_ne!(key(DataSource::MedNist, noisy, 1), key(DataSource::MedNist, noisy, 2));
        assert_ne!(key(DataSource::MedNist, noisy, 1), key(DataSource::MedNist, plain, 1));
    }
}
