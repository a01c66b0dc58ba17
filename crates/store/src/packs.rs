//! Packs that a site may offer, and their status.

use std::collections::BTreeMap;

use model::{DataSource, Lab};
use protocol::Problem;

use crate::progress::Progress;

/// Returns the data sets that are available as packs.
pub fn packs() -> impl Iterator<Item = DataSource> {
    DataSource::all().filter(|source| source.pack_name().is_some())
}

/// A pack listed by the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPack {
    /// Name of the pack, as returned by [`DataSource::pack_name`].
    pub name: String,
    /// File name below `packs/`.
    pub file: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Status of a pack.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PackStatus {
    /// The list of packs has not arrived yet.
    #[default]
    Unlisted,
    /// The pack can be downloaded.
    Listed {
        /// File name below `packs/`.
        file: String,
        /// Size in bytes.
        bytes: u64,
    },
    /// The pack is being downloaded.
    Loading(Progress),
    /// The pack has been decoded.
    Ready,
    /// The site does not have the pack, or it cannot be read. The problem is shown when the data
    /// set is chosen.
    Unavailable(Problem),
}

/// Status of every pack, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Packs(BTreeMap<&'static str, PackStatus>);

impl Packs {
    /// Returns the status of a data set. Generated images are always ready.
    pub fn status(&self, source: DataSource) -> &PackStatus {
        match source.pack_name() {
            Some(name) => self.0.get(name).unwrap_or(&PackStatus::Unlisted),
            None => &PackStatus::Ready,
        }
    }

    /// Sets the status of a pack. Does nothing for generated images.
    pub fn set(&mut self, source: DataSource, status: PackStatus) {
        if let Some(name) = source.pack_name() {
            self.0.insert(name, status);
        }
    }

    /// Returns whether a data set is available, as far as is known.
    pub fn has(&self, source: DataSource) -> bool {
        !matches!(self.status(source), PackStatus::Unavailable(_))
    }

    /// Returns the data sets of a lab that are available, as far as is known, with their default
    /// settings.
    pub fn available(&self, lab: Lab) -> Vec<DataSource> {
        DataSource::of_lab(lab).iter().copied().filter(|source| self.has(*source)).collect()
    }

    /// Returns the combined progress of all packs that are being downloaded, or `None` if there are
    /// none.
    pub fn loading(&self) -> Option<Progress> {
        let parts = self.0.values().filter_map(|status| match status {
            PackStatus::Loading(progress) => Some(*progress),
            _ => None,
        });
        parts.reduce(|sum, part| Progress {
            received: sum.received + part.received,
            total: sum.total + part.total,
        })
    }
}

/// Returns the name of the data set in a pack, before “images”, and of the generated one that
/// replaces it.
pub fn names(source: DataSource) -> (&'static str, &'static str) {
    let name = match source {
        DataSource::MedNist => "MedNIST",
        DataSource::BreastUltrasound | DataSource::BreastUltrasoundMasks => "breast ultrasound",
        DataSource::ChestXRays => "chest X-ray",
        DataSource::Nodules(_) => "nodule",
        DataSource::Phantom { .. } => "phantom",
        DataSource::Hippocampus => "hippocampus",
        DataSource::Ventricles(_) => "ventricle",
    };
    let instead = match source.generated_fallback() {
        DataSource::Ventricles(_) => "ventricles",
        _ => "nodules",
    };
    (name, instead)
}

#[cfg(test)]
mod tests {
    use protocol::ErrorCode;

    use super::*;

    #[test]
    fn each_pack_has_a_status_of_its_own() {
        let mut packs = Packs::default();
        assert_eq!(packs.status(DataSource::MedNist), &PackStatus::Unlisted);
        assert_eq!(packs.status(DataSource::PHANTOM), &PackStatus::Ready);
        let problem = Problem::new(ErrorCode::Network, "Gone.");
        packs.set(DataSource::Hippocampus, PackStatus::Unavailable(problem));
        packs.set(DataSource::PHANTOM, PackStatus::Unlisted);
        assert!(packs.has(DataSource::MedNist) && packs.has(DataSource::PHANTOM));
        assert!(!packs.has(DataSource::Hippocampus));
        assert_eq!(packs.available(Lab::Classify), DataSource::IMAGES);
        assert_eq!(packs.available(Lab::Segment), DataSource::SLICES[1..]);
        assert_eq!(packs.loading(), None);
        let part = Progress { received: 1, total: 2 };
        packs.set(DataSource::MedNist, PackStatus::Loading(part));
        assert_eq!(packs.loading(), Some(part));
    }

    #[test]
    fn each_lab_has_packs() {
        for lab in [Lab::Classify, Lab::Segment] {
            assert!(packs().any(|source| source.lab() == lab));
        }
        assert!(!packs().any(|source| source == DataSource::PHANTOM));
    }
}
