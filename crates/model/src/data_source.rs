//! Data sets to choose from, bundled and generated.

use serde::{Deserialize, Serialize};

use crate::Lab;

/// A data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum DataSource {
    /// The bundled MedNIST subset.
    #[default]
    MedNist,
    /// Generated images.
    Phantom {
        /// Standard deviation of the added noise, in percent of full scale, 0 to 100.
        noise: u8,
        /// Largest rotation to either side, in degrees, 0 to 180.
        rotation: u8,
    },
    /// The bundled hippocampus MRI.
    Hippocampus,
    /// Generated head slices with lateral ventricles.
    Ventricles(Ventricles),
    /// The bundled breast ultrasound, one lesion an image (BUS-BRA).
    BreastUltrasound,
    /// The bundled chest X-rays of children (PneumoniaMNIST's source).
    ChestXRays,
    /// The bundled breast ultrasound, whole images with masks of the lesions.
    BreastUltrasoundMasks,
    /// Generated chest X-rays, with or without a nodule inside a lung.
    Nodules(Nodules),
    /// The visitor's own images with a class each. The number tells one import from the next; in a
    /// link it is 0, which stands for the one that is kept.
    OwnImages(u32),
    /// The visitor's own images with masks, numbered like [`DataSource::OwnImages`].
    OwnSlices(u32),
}

/// Settings of the generated chest X-rays with nodules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Nodules {
    /// Mean brightness that a round shadow adds, in percent of full scale, 0 to 100.
    pub contrast: u8,
    /// Standard deviation of the added noise, in percent of full scale, 0 to 100.
    pub noise: u8,
    /// Largest number of distractors: of further round shadows, outside the lungs. There are up to
    /// half as many line shadows, inside. 0 to 8.
    pub distractors: u8,
}

impl Nodules {
    /// The default settings.
    pub const DEFAULT: Self = Self { contrast: 50, noise: 3, distractors: 7 };
}

impl Default for Nodules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Settings of the generated head slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ventricles {
    /// Standard deviation of the added noise, in percent of full scale, 0 to 100.
    pub noise: u8,
    /// Strength of the smooth bias field, in percent, 0 to 100.
    pub bias: u8,
    /// Largest rotation to either side, in degrees, 0 to 180.
    pub rotation: u8,
    /// Size of the ventricles in percent of their usual width and length, 5 to 150.
    pub size: u8,
}

impl Ventricles {
    /// The default settings.
    pub const DEFAULT: Self = Self { noise: 8, bias: 20, rotation: 15, size: 100 };
}

impl Default for Ventricles {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl DataSource {
    /// Generated images with the default settings.
    pub const PHANTOM: Self = DataSource::Phantom { noise: 10, rotation: 15 };

    /// Data sets of the classification lab with their default settings, in the order of menus.
    pub const IMAGES: [Self; 6] = [
        DataSource::MedNist,
        DataSource::BreastUltrasound,
        DataSource::ChestXRays,
        DataSource::Nodules(Nodules::DEFAULT),
        Self::PHANTOM,
        DataSource::OwnImages(0),
    ];

    /// Data sets of the segmentation lab with their default settings, in the order of menus.
    pub const SLICES: [Self; 4] = [
        DataSource::Hippocampus,
        DataSource::BreastUltrasoundMasks,
        DataSource::Ventricles(Ventricles::DEFAULT),
        DataSource::OwnSlices(0),
    ];

    /// Returns the data sets of a lab with their default settings, in the order of menus.
    pub const fn of_lab(lab: Lab) -> &'static [Self] {
        match lab {
            Lab::Classify => &Self::IMAGES,
            Lab::Segment => &Self::SLICES,
        }
    }

    /// Returns the data sets of both labs.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::IMAGES.into_iter().chain(Self::SLICES)
    }

    /// Returns the words used in links.
    pub(crate) const fn slugs<const N: usize>(sources: [Self; N]) -> [&'static str; N] {
        let mut slugs = [""; N];
        let mut index = 0;
        while index < N {
            slugs[index] = sources[index].slug();
            index += 1;
        }
        slugs
    }

    /// Returns the index among the data sets of its lab.
    pub(crate) fn place_in_menu(self) -> usize {
        let menu = Self::of_lab(self.lab());
        menu.iter().position(|source| source.slug() == self.slug()).unwrap_or(0)
    }

    /// Returns the lab that the data set belongs to.
    pub fn lab(self) -> Lab {
        match self {
            DataSource::MedNist
            | DataSource::BreastUltrasound
            | DataSource::ChestXRays
            | DataSource::Nodules(_)
            | DataSource::Phantom { .. }
            | DataSource::OwnImages(_) => Lab::Classify,
            DataSource::Hippocampus
            | DataSource::BreastUltrasoundMasks
            | DataSource::Ventricles(_)
            | DataSource::OwnSlices(_) => Lab::Segment,
        }
    }

    /// Returns the visitor's own data of a lab, with the number of an import.
    pub const fn own(lab: Lab, import: u32) -> Self {
        match lab {
            Lab::Classify => DataSource::OwnImages(import),
            Lab::Segment => DataSource::OwnSlices(import),
        }
    }

    /// Returns whether the data are the visitor's own, which the site does not have.
    pub const fn is_own(self) -> bool {
        matches!(self, DataSource::OwnImages(_) | DataSource::OwnSlices(_))
    }

    /// Returns the name of the data set's pack, or `None` for generated images.
    pub const fn pack_name(self) -> Option<&'static str> {
        match self {
            DataSource::Nodules(_) | DataSource::Phantom { .. } | DataSource::Ventricles(_) => None,
            _ => Some(self.slug()),
        }
    }

    /// Returns the generated data set of the same lab, which replaces a pack that is missing.
    pub fn generated_fallback(self) -> Self {
        match self.lab() {
            Lab::Classify => DataSource::Nodules(Nodules::DEFAULT),
            Lab::Segment => DataSource::Ventricles(Ventricles::DEFAULT),
        }
    }

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            DataSource::MedNist => "mednist",
            DataSource::BreastUltrasound => "busbra",
            DataSource::ChestXRays => "pneumonia",
            DataSource::Nodules(_) => "nodules",
            DataSource::Phantom { .. } => "phantom",
            DataSource::Hippocampus => "hippocampus",
            DataSource::BreastUltrasoundMasks => "busbra-masks",
            DataSource::Ventricles(_) => "ventricles",
            DataSource::OwnImages(_) => "own",
            DataSource::OwnSlices(_) => "own-masks",
        }
    }

    /// Returns the name shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            DataSource::MedNist => "MedNIST",
            DataSource::BreastUltrasound | DataSource::BreastUltrasoundMasks => "Breast ultrasound",
            DataSource::ChestXRays => "Chest X-rays of children",
            DataSource::Nodules(_) => "Nodules",
            DataSource::Phantom { .. } => "Phantoms",
            DataSource::Hippocampus => "Hippocampus",
            DataSource::Ventricles(_) => "Ventricles",
            DataSource::OwnImages(_) => "Your own images",
            DataSource::OwnSlices(_) => "Your own images and masks",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_set_is_in_the_menu_of_its_lab_and_has_a_slug_of_its_own() {
        for lab in [Lab::Classify, Lab::Segment] {
            for source in DataSource::of_lab(lab) {
                assert_eq!(source.lab(), lab, "{source:?}");
                assert!(DataSource::of_lab(lab).contains(&source.generated_fallback()));
            }
        }
        let mut slugs: Vec<_> = DataSource::all().map(DataSource::slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), DataSource::all().count());
    }
}
