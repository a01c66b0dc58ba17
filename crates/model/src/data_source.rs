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

    /// Returns the lab that the data set belongs to.
    pub fn lab(self) -> Lab {
        match self {
            DataSource::MedNist | DataSource::Phantom { .. } => Lab::Classify,
            DataSource::Hippocampus | DataSource::Ventricles(_) => Lab::Segment,
        }
    }

    /// Returns the name of the data set's pack, or `None` for generated images.
    pub fn pack_name(self) -> Option<&'static str> {
        match self {
            DataSource::MedNist | DataSource::Hippocampus => Some(self.slug()),
            DataSource::Phantom { .. } | DataSource::Ventricles(_) => None,
        }
    }

    /// Returns the generated data set of the same lab, which replaces a pack that is missing.
    pub fn generated_fallback(self) -> Self {
        match self.lab() {
            Lab::Classify => DataSource::PHANTOM,
            Lab::Segment => DataSource::Ventricles(Ventricles::default()),
        }
    }

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            DataSource::MedNist => "mednist",
            DataSource::Phantom { .. } => "phantom",
            DataSource::Hippocampus => "hippocampus",
            DataSource::Ventricles(_) => "ventricles",
        }
    }
}
