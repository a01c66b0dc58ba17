//! Configuration of a segmentation run: U-Net, loss, class weights.

use serde::{Deserialize, Serialize};

use crate::UNet;

/// Training loss of a U-Net.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SegmentLoss {
    /// Mean cross-entropy over all pixels.
    CrossEntropy,
    /// 1 − mean soft Dice of the foreground classes over the batch (Milletari, Navab & Ahmadi 2016,
    /// but without squares in the denominator).
    Dice,
    /// Sum of cross-entropy and Dice loss.
    #[default]
    CrossEntropyDice,
    /// Focal loss with γ = 2: cross-entropy in which pixels that are already classified correctly
    /// have little weight (Lin et al. 2017).
    Focal,
}

impl SegmentLoss {
    /// All variants, in the order of menus.
    pub const ALL: [SegmentLoss; 4] = [
        SegmentLoss::CrossEntropy,
        SegmentLoss::Dice,
        SegmentLoss::CrossEntropyDice,
        SegmentLoss::Focal,
    ];

    /// Returns the word used in links.
    pub const fn slug(self) -> &'static str {
        match self {
            SegmentLoss::CrossEntropy => "ce",
            SegmentLoss::Dice => "dice",
            SegmentLoss::CrossEntropyDice => "ce-dice",
            SegmentLoss::Focal => "focal",
        }
    }

    /// Returns the name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            SegmentLoss::CrossEntropy => "cross-entropy",
            SegmentLoss::Dice => "Dice",
            SegmentLoss::CrossEntropyDice => "cross-entropy + Dice",
            SegmentLoss::Focal => "focal",
        }
    }

    /// Returns the variant with this slug.
    pub fn from_slug(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loss| loss.slug() == key)
    }

    /// Returns true if the loss uses class weights.
    pub fn uses_class_weights(self) -> bool {
        self != SegmentLoss::Dice
    }
}

/// U-Net, loss and class weights of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Segmentation {
    /// The network.
    pub unet: UNet,
    /// Training loss.
    pub loss: SegmentLoss,
    /// Whether cross-entropy and focal loss weight each class by the inverse of its frequency. If
    /// false, all classes have weight 1.
    pub balanced: bool,
}

/// Computes class weights from the frequencies of the classes among the training pixels. If
/// `balanced`, the weights are inverse frequencies, scaled to a mean of 1 over the classes that
/// occur, and 0 for classes that do not. Otherwise all weights are 1.
pub fn class_weights(frequencies: &[f64], balanced: bool) -> Vec<f64> {
    if !balanced {
        return vec![1.0; frequencies.len()];
    }
    let inverse: Vec<f64> = frequencies
        .iter()
        .map(|frequency| if *frequency > 0.0 { 1.0 / frequency } else { 0.0 })
        .collect();
    let present = inverse.iter().filter(|weight| **weight > 0.0).count().max(1);
    let mean = inverse.iter().sum::<f64>() / present as f64;
    inverse.iter().map(|weight| weight / mean.max(f64::MIN_POSITIVE)).collect()
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
    fn keys_come_back() {
        for loss in SegmentLoss::ALL {
            assert_eq!(SegmentLoss::from_slug(loss.slug()), Some(loss));
        }
    }
}
