//! Packs that a site may offer, and their status.

use std::collections::BTreeMap;

use model::{DataSource, Lab};
use protocol::{ErrorCode, Problem};

use crate::progress::Progress;

/// Returns the data sets that a site may have as packs.
pub fn packs() -> impl Iterator<Item = DataSource> {
    DataSource::all().filter(|source| source.pack_name().is_some() && !source.is_own())
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

/// Status of every pack, and of the visitor's own data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Packs {
    /// By name.
    statuses: BTreeMap<&'static str, PackStatus>,
    /// The visitor's own data sets that there are, with the numbers of their imports.
    own: Vec<DataSource>,
}

impl Packs {
    /// Returns the status of a data set. Generated images are always ready.
    pub fn status(&self, source: DataSource) -> &PackStatus {
        match source.pack_name() {
            Some(name) => self.statuses.get(name).unwrap_or(&PackStatus::Unlisted),
            None => &PackStatus::Ready,
        }
    }

    /// Sets the status of a pack. Does nothing for generated images.
    pub fn set(&mut self, source: DataSource, status: PackStatus) {
        if let Some(name) = source.pack_name() {
            self.statuses.insert(name, status);
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

    /// Adds the visitor's own data, in place of those of the same lab.
    pub fn add_own(&mut self, source: DataSource, status: PackStatus) {
        self.own.retain(|own| own.slug() != source.slug());
        self.own.push(source);
        self.set(source, status);
    }

    /// Removes the visitor's own data of both labs. A link to them is answered by a sentence.
    pub fn remove_own(&mut self) {
        self.own.clear();
        for source in DataSource::all().filter(|source| source.is_own()) {
            let what = match source.lab() {
                Lab::Classify => "images",
                Lab::Segment => "images and masks",
            };
            let message = format!(
                "This link trains on your own {what}: choose “Your own …” under Data, and drop a zip \
                 file or a folder. Until then the page uses other images; everything else is as the \
                 link says."
            );
            self.set(source, PackStatus::Unavailable(Problem::new(ErrorCode::BadLink, message)));
        }
    }

    /// Returns whether there are any data of the visitor's own.
    pub fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// Returns the visitor's own data of a lab, if there are any.
    pub fn own(&self, lab: Lab) -> Option<DataSource> {
        self.own.iter().copied().find(|own| own.lab() == lab)
    }

    /// Returns the data set with the number of the import that there is, if it is the visitor's own.
    pub(crate) fn with_import(&self, source: DataSource) -> DataSource {
        let same = self.own.iter().find(|own| own.slug() == source.slug());
        same.copied().unwrap_or(source)
    }

    /// Returns the combined progress of all packs that are being downloaded, or `None` if there are
    /// none.
    pub fn loading(&self) -> Option<Progress> {
        let parts = self.statuses.values().filter_map(|status| match status {
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
        DataSource::OwnImages(_) | DataSource::OwnSlices(_) => "own",
    };
    let instead = match source.generated_fallback() {
        DataSource::Ventricles(_) => "ventricles",
        _ => "nodules",
    };
    (name, instead)
}

#[cfg(test)]
mod tests {
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
