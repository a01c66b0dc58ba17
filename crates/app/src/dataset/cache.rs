//! Cache of decoded data sets.

use store::dataset_key::DatasetKey;

use super::loaded_dataset::LoadedDataset;

/// Decoded data sets: those of packs, so that returning to a lab is fast, and the last generated
/// one. The views, the engine and the interpreter all use the data sets of this cache.
#[derive(Default)]
pub(crate) struct DatasetCache(Vec<(DatasetKey, LoadedDataset)>);

impl DatasetCache {
    /// Returns a data set, if it is in the cache.
    pub(crate) fn get(&self, key: DatasetKey) -> Option<LoadedDataset> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, dataset)| dataset.clone())
    }

    /// Adds a data set. A generated data set replaces the previous generated one.
    pub(crate) fn insert(&mut self, key: DatasetKey, dataset: LoadedDataset) {
        let is_pack = |key: DatasetKey| key.source.pack_name().is_some();
        self.0.retain(|(known, _)| *known != key && (is_pack(*known) || is_pack(key)));
        self.0.push((key, dataset));
    }
}

#[cfg(test)]
mod tests {
    use data::{Dataset, ImageSet};
    use features::data::data_panel::DataView;
    use model::DataSource;

    use super::*;
    use crate::dataset::any_dataset::AnyDataset;

    #[test]
    fn packs_stay_beside_the_last_generated_data_set() {
        let dataset = LoadedDataset {
            facts: DataView::default(),
            content: AnyDataset::new(Dataset::from(ImageSet::default())),
        };
        let pack = DatasetKey::new(DataSource::MedNist, 0);
        let generated = [1, 2].map(|seed| DatasetKey::new(DataSource::PHANTOM, seed));
        let mut cache = DatasetCache::default();
        for key in [generated[0], pack] {
            cache.insert(key, dataset.clone());
        }
        assert!(cache.get(generated[0]).is_some() && cache.get(pack).is_some());
        cache.insert(generated[1], dataset);
        assert!(cache.get(pack).is_some() && cache.get(generated[1]).is_some());
        assert!(cache.get(generated[0]).is_none());
    }
}
