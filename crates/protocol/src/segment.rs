//! Messages about the segmentation lab.

use serde::{Deserialize, Serialize};

use model::score::mean_of_some;

/// What slices were loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlicesInfo {
    /// Class names in label order; label 0 is the background.
    pub classes: Vec<String>,
    /// Height and width of every slice in pixels.
    pub size: [usize; 2],
    /// Training slices.
    pub train: usize,
    /// Test slices.
    pub test: usize,
    /// Share of each class among the training pixels, 0 to 1.
    pub class_frequencies: Vec<f64>,
    /// Test slices whose prediction is told while training, at most [`PREVIEW_SLICES`], in pack order.
    pub preview_slices: Vec<usize>,
}

/// The watched slices as the network segments them now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LivePrediction {
    /// Steps done.
    pub step: usize,
    /// Most probable class of each pixel, `[watched, height, width]` row by row.
    pub masks: Vec<u8>,
    /// Dice of each slice and foreground class, `[watched][class - 1]`; `None` where the class is
    /// neither there nor predicted.
    pub dice: Vec<Vec<Option<f64>>>,
}

/// One patient (or one drawing) of the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseScore {
    /// Its name in the pack.
    pub case: String,
    /// Its test slices, by their place in the split.
    pub slices: Vec<usize>,
    /// Figures of each foreground class.
    pub classes: Vec<CaseClassScore>,
}

/// One foreground class of one case.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseClassScore {
    /// 2·|A∩B| / (|A|+|B|) over all slices of the case; `None` where both are empty.
    pub dice: Option<f64>,
    /// 95th percentile of the distances between the boundaries, in millimetres, over the slices in
    /// which both are there; `None` where there is no such slice.
    pub hausdorff95_mm: Option<f64>,
    /// Volume of the prediction in the slices, in millilitres.
    pub predicted_ml: f64,
    /// Volume of the truth in the slices, in millilitres.
    pub true_ml: f64,
}

/// The test set as a U-Net segments it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SegmentEvaluation {
    /// Most probable class of each pixel, `[test slices, height, width]` row by row.
    pub masks: Vec<u8>,
    /// The run's loss over the test set.
    pub loss: f32,
    /// Share of pixels whose most probable class is right, 0 to 1.
    pub pixel_accuracy: f64,
    /// Mean Dice of each foreground class over the cases; `None` where no case has the class.
    pub dice: Vec<Option<f64>>,
    /// Every case, in pack order.
    pub cases: Vec<CaseScore>,
}

impl SegmentEvaluation {
    /// Mean of the foreground classes' Dice; `None` where there is nothing to score.
    pub fn mean_dice(&self) -> Option<f64> {
        mean_of_some(self.dice.iter().copied())
    }
}

impl CaseScore {
    /// Mean Dice of the foreground classes; `None` where there is nothing to score.
    pub fn mean_dice(&self) -> Option<f64> {
        mean_of_some(self.classes.iter().map(|class| class.dice))
    }
}

/// What one block puts out for one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantizedMaps {
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// Value that 0 stands for.
    pub low: f32,
    /// Value that 255 stands for.
    pub high: f32,
    /// Values between `low` and `high`, in 255 equal steps, channel by channel, row by row.
    pub values: Vec<u8>,
}
