//! Attribution maps.

use serde::{Deserialize, Serialize};

use crate::Problem;

/// The class to explain, and the weights to explain it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainTarget {
    /// Class whose logit is explained; of a U-Net the sum of that logit over the pixels predicted as the
    /// class. None is the most probable class.
    pub class: Option<usize>,
    /// True to randomize the weights of the output layer (Adebayo et al. 2018).
    pub randomized: bool,
}

/// Attribution method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AttributionMethod {
    /// Grad-CAM (Selvaraju et al. 2017); for a U-Net Vinogradova et al. 2020.
    GradCam,
    /// HiResCAM (Draelos & Carin 2020): Grad-CAM without averaging the gradients over positions. Where
    /// dense layers weigh each position separately those averages cancel, and Grad-CAM is often empty.
    HiResCam,
    /// Input gradient times image (Shrikumar et al. 2016).
    InputGradient,
    /// Integrated gradients from a black image (Sundararajan et al. 2017).
    IntegratedGradients,
    /// Occlusion: decrease of the logit where a square is covered (Zeiler & Fergus 2014).
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

/// Attribution map of one method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// The method.
    pub method: AttributionMethod,
    /// Contribution of each pixel for (above 0) or against the class, `[height, width]`; or the reason
    /// why the method does not apply.
    pub values: Result<Vec<f32>, Problem>,
}

/// Attribution maps of all methods for one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The explained class.
    pub class: usize,
    /// Probability of each class; of a U-Net the fraction of pixels predicted as it.
    pub probabilities: Vec<f32>,
    /// Maps in the order of [`AttributionMethod::ALL`].
    pub attributions: Vec<Attribution>,
    /// Completeness check of integrated gradients: their sum, and the difference of logits that it
    /// should equal.
    pub completeness: [f32; 2],
    /// True if the weights of the output layer were randomized.
    pub randomized: bool,
    /// Spearman's rank correlation of each method's map with that of the trained weights; empty unless
    /// randomized.
    pub agreement: Vec<Option<f32>>,
}
