//! Test images with the largest loss.

use serde::{Deserialize, Serialize};

/// A test image with a large loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Index in the test split.
    pub image: usize,
    /// Cross-entropy; of a U-Net the mean over its pixels.
    pub loss: f32,
    /// True class and its probability; none for a U-Net.
    pub truth: Option<(usize, f32)>,
    /// Most probable class and its probability; none for a U-Net.
    pub predicted: Option<(usize, f32)>,
    /// Most probable class of each pixel; empty unless a U-Net.
    #[serde(with = "serde_bytes")]
    pub mask: Vec<u8>,
    /// Grad-CAM of the most probable class, or HiResCAM where that is empty, `[height, width]`, scaled so
    /// that 255 is its largest value; empty without a map.
    #[serde(with = "serde_bytes")]
    pub cam: Vec<u8>,
}

/// Test images with the largest losses, and the most and least confident ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistakes {
    /// Training steps of the network.
    pub step: usize,
    /// Images with the largest losses, largest first.
    pub top: Vec<Mistake>,
    /// For each class the images with its largest probability, and that probability; empty for a U-Net.
    pub surest: Vec<Vec<(usize, f32)>>,
    /// For each class the images of that class with its smallest probability; empty for a U-Net.
    pub least_sure: Vec<Vec<(usize, f32)>>,
}
