//! Data sets to choose from, bundled and generated.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::Lab;

/// What a run trains on.
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
}

/// How the generated head slices look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ventricles {
    /// Standard deviation of the added noise, in percent of full scale, 0 to 100.
    pub noise: u8,
    /// How far a smooth bias field brightens and darkens, in percent, 0 to 100.
    pub bias: u8,
    /// Largest rotation to either side, in degrees, 0 to 180.
    pub rotation: u8,
    /// Size of the ventricles in percent of their usual width and length, 5 to 150.
    pub size: u8,
}

impl Ventricles {
    /// Largest value of each part, with the word used in links and the smallest value.
    pub const RANGES: [(&str, RangeInclusive<u8>); 4] =
        [("noise", 0..=100), ("bias", 0..=100), ("rotation", 0..=180), ("size", 5..=150)];

    /// The parts in the order of [`Ventricles::RANGES`].
    pub fn values(self) -> [u8; 4] {
        [self.noise, self.bias, self.rotation, self.size]
    }

    /// From the parts in the order of [`Ventricles::RANGES`].
    pub fn from_values([noise, bias, rotation, size]: [u8; 4]) -> Self {
        Self { noise, bias, rotation, size }
    }
}

impl Default for Ventricles {
    fn default() -> Self {
        Self { noise: 8, bias: 20, rotation: 15, size: 100 }
    }
}

impl DataSource {
    /// The phantoms as they are without further wishes.
    pub const PHANTOM: Self = DataSource::Phantom { noise: 10, rotation: 15 };

    /// The lab that they belong to.
    pub fn lab(self) -> Lab {
        match self {
            DataSource::MedNist | DataSource::Phantom { .. } => Lab::Classify,
            DataSource::Hippocampus | DataSource::Ventricles(_) => Lab::Segment,
        }
    }

    /// The name of the pack where it is one; none for generated images.
    pub fn pack_name(self) -> Option<&'static str> {
        match self {
            DataSource::MedNist | DataSource::Hippocampus => Some(self.slug()),
            DataSource::Phantom { .. } | DataSource::Ventricles(_) => None,
        }
    }

    /// What takes its place where a pack cannot be had: the generated images of the same lab.
    pub fn generated_fallback(self) -> Self {
        match self.lab() {
            Lab::Classify => DataSource::PHANTOM,
            Lab::Segment => DataSource::Ventricles(Ventricles::default()),
        }
    }

    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            DataSource::MedNist => "mednist",
            DataSource::Phantom { .. } => "phantom",
            DataSource::Hippocampus => "hippocampus",
            DataSource::Ventricles(_) => "ventricles",
        }
    }
}
