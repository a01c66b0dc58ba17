//! Attribution maps, which explain a prediction.

use serde::{Deserialize, Serialize};

use crate::Problem;

/// The class to explain, and the weights of the network used for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainTarget {
    /// Class whose logit is explained, or `None` for the most probable class. In a U-Net, the
    /// explained value is the sum of this logit over the pixels predicted as the class.
    pub class: Option<usize>,
    /// Whether the weights of the output layer are randomized first, as a sanity check (Adebayo et
    /// al. 2018).
    pub randomized: bool,
}

/// Attribution method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AttributionMethod {
    /// Grad-CAM (Selvaraju et al. 2017); in a U-Net, Seg-Grad-CAM (Vinogradova et al. 2020).
    GradCam,
    /// HiResCAM (Draelos & Carin 2020): Grad-CAM without averaging the gradients over positions. If
    /// dense layers weight each position separately, these averages cancel out and Grad-CAM is
    /// often empty.
    HiResCam,
    /// Gradient with respect to the input, times the input (Shrikumar et al. 2016).
    InputGradient,
    /// Integrated gradients with a black image as baseline (Sundararajan et al. 2017).
    IntegratedGradients,
    /// Occlusion: decrease of the logit when a square of the image is covered (Zeiler & Fergus
    /// 2014).
    Occlusion,
}

impl AttributionMethod {
    /// All methods, in display order.
    pub const ALL: [AttributionMethod; 5] = [
        AttributionMethod::GradCam,
        AttributionMethod::HiResCam,
        AttributionMethod::InputGradient,
        AttributionMethod::IntegratedGradients,
        AttributionMethod::Occlusion,
    ];
}

/// Attribution map computed by one method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// The method.
    pub method: AttributionMethod,
    /// Contribution of each pixel to the logit of the class, `[height, width]`, positive where it
    /// increases the logit; or the reason why the method cannot be applied.
    pub values: Result<Vec<f32>, Problem>,
}

/// Attribution maps of one class, computed by all methods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The explained class.
    pub class: usize,
    /// Probability of each class; in a U-Net, the fraction of pixels predicted as the class.
    pub probabilities: Vec<f32>,
    /// Attribution maps in the order of [`AttributionMethod::ALL`].
    pub attributions: Vec<Attribution>,
    /// Completeness check of integrated gradients: the sum of the attributions, and the difference
    /// between the logits for the image and the baseline, which should be equal.
    pub completeness: [f32; 2],
    /// Whether the weights of the output layer were randomized.
    pub randomized: bool,
    /// Spearman's rank correlation between each method's maps with the randomized and the trained
    /// weights; empty unless the weights were randomized.
    pub agreement: Vec<Option<f32>>,
}
