//! The two labs and what a run learns in each.

use serde::{Deserialize, Serialize};

use crate::{Network, Segmentation};

/// Which experiment the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lab {
    /// Image classification with an MLP or a CNN.
    #[default]
    Classify,
    /// Segmentation with a U-Net.
    Segment,
}

impl Lab {
    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            Lab::Classify => "classify",
            Lab::Segment => "segment",
        }
    }
}

/// What a run learns, and with which network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// The class of an image.
    Classify(Network),
    /// The class of each pixel.
    Segment(Segmentation),
}

impl Task {
    /// The lab that it belongs to.
    pub fn lab(&self) -> Lab {
        match self {
            Task::Classify(_) => Lab::Classify,
            Task::Segment(_) => Lab::Segment,
        }
    }
}
