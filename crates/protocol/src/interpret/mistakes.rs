//! Test images with the largest loss.

use serde::{Deserialize, Serialize};

/// A test image with a large loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Index of the image in the test split.
    pub image: usize,
    /// Cross-entropy loss; in a U-Net, its mean over the pixels.
    pub loss: f32,
    /// True class and its probability; `None` for a U-Net.
    pub truth: Option<(usize, f32)>,
    /// Most probable class and its probability; `None` for a U-Net.
    pub predicted: Option<(usize, f32)>,
    /// Most probable class of each pixel, `[height, width]`, for a U-Net; empty for a classifier.
    #[serde(with = "serde_bytes")]
    pub mask: Vec<u8>,
    /// Attribution map of the most probable class by Grad-CAM, or by HiResCAM if the former is
    /// empty, `[height, width]`, scaled so that its largest value is 255; empty without a map.
    #[serde(with = "serde_bytes")]
    pub cam: Vec<u8>,
}

/// Number of misclassified test images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misclassified {
    /// Number of test images.
    pub tests: usize,
    /// Number of those that are misclassified.
    pub wrong: usize,
    /// True and predicted class of the most frequent confusion, and its number of images; `None` if
    /// no image is misclassified.
    pub most_frequent: Option<(usize, usize, usize)>,
}

/// Test images with the largest losses, and those with the largest and smallest confidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistakes {
    /// Number of training steps of the network.
    pub step: usize,
    /// How many test images are misclassified; `None` for a U-Net.
    pub misclassified: Option<Misclassified>,
    /// Images with the largest losses, in decreasing order of loss.
    pub top: Vec<Mistake>,
    /// For each class, the images to which the network assigns the largest probability of the
    /// class, with that probability; empty for a U-Net.
    pub surest: Vec<Vec<(usize, f32)>>,
    /// For each class, the images of the class to which the network assigns the smallest
    /// probability of it, with that probability; empty for a U-Net.
    pub least_sure: Vec<Vec<(usize, f32)>>,
}
