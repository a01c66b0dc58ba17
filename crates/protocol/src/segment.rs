//! What the segmentation lab adds to a run, and what the engine tells of it.

use serde::{Deserialize, Serialize};

use crate::UNet;

/// Test slices whose prediction is told while a run trains.
pub const PREVIEW_SLICES: usize = 8;

/// What is made small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SegmentLoss {
    /// Mean cross-entropy of all pixels.
    CrossEntropy,
    /// 1 − mean soft Dice of the foreground classes over the batch (Milletari, Navab & Ahmadi 2016,
    /// with the sums to the first power).
    Dice,
    /// The sum of both.
    #[default]
    CrossEntropyDice,
    /// Focal loss with γ = 2: cross-entropy in which pixels that are already right count little
    /// (Lin et al. 2017).
    Focal,
}

impl SegmentLoss {
    /// All of them, in the order of menus.
    pub const ALL: [SegmentLoss; 4] = [
        SegmentLoss::CrossEntropy,
        SegmentLoss::Dice,
        SegmentLoss::CrossEntropyDice,
        SegmentLoss::Focal,
    ];

    /// The word used in links.
    pub fn slug(self) -> &'static str {
        match self {
            SegmentLoss::CrossEntropy => "ce",
            SegmentLoss::Dice => "dice",
            SegmentLoss::CrossEntropyDice => "ce-dice",
            SegmentLoss::Focal => "focal",
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            SegmentLoss::CrossEntropy => "cross-entropy",
            SegmentLoss::Dice => "Dice",
            SegmentLoss::CrossEntropyDice => "cross-entropy + Dice",
            SegmentLoss::Focal => "focal",
        }
    }

    /// The one of that key.
    pub fn from_slug(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loss| loss.slug() == key)
    }

    /// Whether weights of the classes enter it.
    pub fn uses_class_weights(self) -> bool {
        self != SegmentLoss::Dice
    }
}

/// The segmentation lab's part of a run's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Segmentation {
    /// The network.
    pub unet: UNet,
    /// What is made small.
    pub loss: SegmentLoss,
    /// Whether each class weighs by the inverse of its share of the training pixels in the
    /// cross-entropy or focal part; else all weigh 1.
    pub balanced: bool,
}

/// Weights of the classes in the loss from their shares of the training pixels: 1 each, or where
/// `balanced` the inverse of the share, scaled to a mean of 1 over the classes that occur (others
/// weigh 0).
pub fn class_weights(shares: &[f64], balanced: bool) -> Vec<f64> {
    if !balanced {
        return vec![1.0; shares.len()];
    }
    let inverse: Vec<f64> =
        shares.iter().map(|share| if *share > 0.0 { 1.0 / share } else { 0.0 }).collect();
    let present = inverse.iter().filter(|weight| **weight > 0.0).count().max(1);
    let mean = inverse.iter().sum::<f64>() / present as f64;
    inverse.iter().map(|weight| weight / mean.max(f64::MIN_POSITIVE)).collect()
}

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

/// Mean of the values that are there.
pub fn mean_of_some(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) =
        values.flatten().fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    (count > 0).then(|| sum / count as f64)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_classes_weigh_more_and_the_mean_is_one() {
        assert_eq!(class_weights(&[0.9, 0.1], false), [1.0, 1.0]);
        let weights = class_weights(&[0.9, 0.1], true);
        assert!((weights[1] / weights[0] - 9.0).abs() < 1e-9, "{weights:?}");
        assert!((weights.iter().sum::<f64>() - 2.0).abs() < 1e-9, "{weights:?}");
        assert_eq!(class_weights(&[1.0, 0.0], true), [1.0, 0.0]);
    }

    #[test]
    fn a_mean_leaves_out_what_is_not_there() {
        assert_eq!(mean_of_some([Some(0.5), None, Some(1.0)].into_iter()), Some(0.75));
        assert_eq!(mean_of_some([None].into_iter()), None);
    }

    #[test]
    fn keys_come_back() {
        for loss in SegmentLoss::ALL {
            assert_eq!(SegmentLoss::from_slug(loss.slug()), Some(loss));
        }
    }
}
