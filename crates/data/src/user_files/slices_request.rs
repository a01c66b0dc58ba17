//! What the page asks about visitors' files that are open, and what it is told.

use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::grid::NetworkInput;
use super::labels::{LabelEntry, LabelGuess};

/// Number that the page gives to a visitor's file.
pub type FileId = u32;

/// Request for slices of an image, and for the same slices of its mask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlicesRequest {
    /// The image.
    pub image: FileId,
    /// Its mask, and the class of each of its values.
    pub mask: Option<(FileId, Vec<u8>)>,
    /// Axis that the slices are perpendicular to.
    pub axis: usize,
    /// Index of the first slice.
    pub first: usize,
    /// Number of slices.
    pub count: usize,
    /// Values for black and white.
    pub window: (f32, f32),
    /// Input of the network.
    pub input: NetworkInput,
}

/// What is known of a mask without its pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaskFacts {
    /// Its different values.
    pub entries: Vec<LabelEntry>,
    /// Classes that they seem to stand for.
    pub guess: LabelGuess,
    /// What was done with the file, as sentences.
    pub notes: Vec<String>,
}

/// Slices of an image, and of its mask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slices {
    /// Size and number of all slices along the axis.
    pub frame: Frame,
    /// Gray values 0 to 255, `[n, height, width]` row by row.
    #[serde(with = "serde_bytes")]
    pub images: Vec<u8>,
    /// The class of each pixel, `[n, height, width]` row by row; empty without a mask.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
}
