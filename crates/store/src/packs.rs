//! The packs that a site may have, and their status.

use std::collections::BTreeMap;

use model::DataSource;
use protocol::Problem;

use crate::progress::Progress;

/// Data sets that come as packs.
pub const PACKS: [DataSource; 2] = [DataSource::MedNist, DataSource::Hippocampus];

/// A pack that the site has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPack {
    /// Its name, as [`DataSource::pack_name`] has it.
    pub name: String,
    /// Its file below `packs/`.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

/// Status of a pack.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PackStatus {
    /// The list of packs has not arrived yet.
    #[default]
    Unlisted,
    /// It can be fetched.
    Listed {
        /// Its name below `packs/`.
        file: String,
        /// Its size.
        bytes: u64,
    },
    /// On its way.
    Loading(Progress),
    /// Decoded.
    Ready,
    /// This page has none, or it cannot be read; the sentence for those who want it.
    Unavailable(Problem),
}

/// Status of every pack.
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

    /// Sets the status of a pack; does nothing for generated images.
    pub fn set(&mut self, source: DataSource, status: PackStatus) {
        if let Some(name) = source.pack_name() {
            self.0.insert(name, status);
        }
    }

    /// Returns whether a data set can be had, as far as is known.
    pub fn has(&self, source: DataSource) -> bool {
        !matches!(self.status(source), PackStatus::Unavailable(_))
    }

    /// Returns the progress of all packs that are being downloaded.
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

/// Returns the names of a data set that comes as a pack and of the generated one in its place.
pub fn names(source: DataSource) -> (&'static str, &'static str) {
    match source {
        DataSource::MedNist | DataSource::Phantom { .. } => ("MedNIST", "phantoms"),
        DataSource::Hippocampus | DataSource::Ventricles(_) => ("hippocampus", "ventricles"),
    }
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
        assert_eq!(packs.loading(), None);
        let part = Progress { received: 1, total: 2 };
        packs.set(DataSource::MedNist, PackStatus::Loading(part));
        assert_eq!(packs.loading(), Some(part));
    }

    #[test]
    fn every_pack_has_a_name_and_a_lab_of_its_own() {
        assert!(PACKS.iter().all(|source| source.pack_name().is_some()));
        assert_ne!(PACKS[0].lab(), PACKS[1].lab());
    }
}
