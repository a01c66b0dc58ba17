//! The two labs and the learning task of a run.

use serde::{Deserialize, Serialize};

use crate::{Network, Segmentation};

/// A lab: one of the two experiments on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lab {
    /// Image classification with an MLP or a CNN.
    #[default]
    Classify,
    /// Segmentation with a U-Net.
    Segment,
}

impl Lab {
    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            Lab::Classify => "classify",
            Lab::Segment => "segment",
        }
    }
}

/// The learning task with its network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// Predicting the class of an image.
    Classify(Network),
    /// Predicting the class of each pixel.
    Segment(Segmentation),
}

impl Task {
    /// Returns the lab in which the task is set.
    pub fn lab(&self) -> Lab {
        match self {
            Task::Classify(_) => Lab::Classify,
            Task::Segment(_) => Lab::Segment,
        }
    }
}
