//! Evaluation of a U-Net: masks, Dice, Hausdorff distance, volumes.

use serde::{Deserialize, Serialize};

use model::score::mean_of_some;

/// Masks of the preview slices at one step of training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LivePrediction {
    /// Number of completed steps.
    pub step: usize,
    /// Most probable class of each pixel, `[preview slices, height, width]` row by row.
    pub masks: Vec<u8>,
    /// Dice of each slice and foreground class, `[preview slices][class - 1]`; `None` where neither
    /// mask contains the class.
    pub dice: Vec<Vec<Option<f64>>>,
}

/// Scores of one test case: a patient, or a generated image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseScore {
    /// Name of the case in the pack.
    pub case: String,
    /// Indices of the case's slices in the test split.
    pub slices: Vec<usize>,
    /// Scores of each foreground class.
    pub classes: Vec<CaseClassScore>,
}

/// Scores of one foreground class of one case.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseClassScore {
    /// Dice coefficient 2·|A∩B| / (|A|+|B|) over all slices of the case; `None` where both masks
    /// are empty.
    pub dice: Option<f64>,
    /// 95th percentile of the distances between the boundaries in millimeters, the larger of both
    /// directions. In a slice where only one of the masks contains the class, each boundary pixel
    /// counts with the slice's diagonal. `None` where no slice of either mask contains the class.
    pub hausdorff95_mm: Option<f64>,
    /// Number of slices in which both masks contain the class.
    pub slices_in_both: usize,
    /// Number of slices in which at least one of the masks contains the class.
    pub slices_in_either: usize,
    /// Predicted volume in the case's slices, in milliliters.
    pub predicted_ml: f64,
    /// True volume in the case's slices, in milliliters.
    pub true_ml: f64,
    /// Absolute difference of predicted and true area, summed over the slices, times the distance
    /// between slices, in milliliters. Unlike the difference of the volumes, it does not become
    /// smaller where what is missed in one slice is added in another.
    pub volume_error_ml: f64,
}

/// Evaluation of a U-Net on the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SegmentEvaluation {
    /// Most probable class of each pixel, `[test slices, height, width]` row by row.
    pub masks: Vec<u8>,
    /// Loss on the test set, computed with the loss function of the run.
    pub loss: f32,
    /// Fraction of pixels whose most probable class is the true one, 0 to 1.
    pub pixel_accuracy: f64,
    /// Mean Dice of each foreground class over the cases; `None` where no case contains the class.
    pub dice: Vec<Option<f64>>,
    /// All cases, in pack order.
    pub cases: Vec<CaseScore>,
}

impl SegmentEvaluation {
    /// Returns the mean Dice over the foreground classes, or `None` if all are undefined.
    pub fn mean_dice(&self) -> Option<f64> {
        mean_of_some(self.dice.iter().copied())
    }

    /// Returns the mean of [`CaseClassScore::hausdorff95_mm`] over the cases and foreground
    /// classes, or `None` if all are undefined.
    pub fn mean_hausdorff95_mm(&self) -> Option<f64> {
        mean_of_some(self.class_scores().map(|class| class.hausdorff95_mm))
    }

    /// Returns the mean of [`CaseClassScore::volume_error_ml`] over the cases and foreground
    /// classes, or `None` if there are no cases.
    pub fn mean_volume_error_ml(&self) -> Option<f64> {
        mean_of_some(self.class_scores().map(|class| Some(class.volume_error_ml)))
    }

    fn class_scores(&self) -> impl Iterator<Item = &CaseClassScore> {
        self.cases.iter().flat_map(|case| &case.classes)
    }
}

impl CaseScore {
    /// Returns the mean Dice over the foreground classes, or `None` if all are undefined.
    pub fn mean_dice(&self) -> Option<f64> {
        mean_of_some(self.classes.iter().map(|class| class.dice))
    }
}
