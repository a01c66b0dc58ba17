//! Cache of decoded data sets.

use js_sys::Uint8Array;
use model::{DataSource, DatasetKey};

use super::loaded_dataset::LoadedDataset;

/// Number of decoded data sets that are kept, so that returning to a lab, or to other images of the
/// same data set, is fast. 1,500 images take 6 MB.
const MAX_DECODED: usize = 4;

/// Downloaded packs, and the data sets that were decoded or generated last. The views, the engine
/// and the interpreter all use the data sets of this cache.
#[derive(Default)]
pub(crate) struct DatasetCache {
    packs: Vec<(DataSource, Uint8Array)>,
    decoded: Vec<(DatasetKey, LoadedDataset)>,
}

impl DatasetCache {
    /// Returns a data set, if it is in the cache.
    pub(crate) fn get(&self, key: DatasetKey) -> Option<LoadedDataset> {
        self.decoded.iter().find(|(known, _)| *known == key).map(|(_, dataset)| dataset.clone())
    }

    /// Adds a data set, the last one that is dropped.
    pub(crate) fn insert(&mut self, key: DatasetKey, dataset: LoadedDataset) {
        self.decoded.retain(|(known, _)| *known != key);
        self.decoded.push((key, dataset));
        if self.decoded.len() > MAX_DECODED {
            self.decoded.remove(0);
        }
    }

    /// Returns the file of a pack, if it was downloaded.
    pub(crate) fn pack(&self, source: DataSource) -> Option<Uint8Array> {
        self.packs.iter().find(|(known, _)| *known == source).map(|(_, pack)| pack.clone())
    }

    /// Keeps the file of a pack, from which other images and labels can be taken later.
    pub(crate) fn keep_pack(&mut self, source: DataSource, pack: Uint8Array) {
        // An import of the visitor's own data replaces the last one.
        self.packs.retain(|(known, _)| known.slug() != source.slug());
        self.packs.push((source, pack));
    }

    /// Drops all data of the visitor's own.
    pub(crate) fn forget_own(&mut self) {
        self.packs.retain(|(source, _)| !source.is_own());
        self.decoded.retain(|(key, _)| !key.source.is_own());
    }
}

#[cfg(test)]
mod tests {
    use data::{Dataset, ImageSet};
    use features::data::data_panel::DataView;
    use model::Sampling;

    use super::*;
    use crate::dataset::any_dataset::AnyDataset;

    #[test]
    fn the_last_data_sets_are_kept() {
        let dataset = LoadedDataset {
            facts: DataView::default(),
            content: AnyDataset::new(Dataset::from(ImageSet::default())),
        };
        let keys = [1, 2, 3, 4, 5]
            .map(|seed| DatasetKey::new(DataSource::PHANTOM, Sampling::DEFAULT, seed));
        let mut cache = DatasetCache::default();
        for key in keys {
            cache.insert(key, dataset.clone());
        }
        assert!(cache.get(keys[0]).is_none());
        assert!(keys[1..].iter().all(|key| cache.get(*key).is_some()));
        // Adding it again makes it the newest.
        cache.insert(keys[1], dataset.clone());
        cache.insert(keys[0], dataset);
        assert!(cache.get(keys[1]).is_some() && cache.get(keys[2]).is_none());
    }
}
