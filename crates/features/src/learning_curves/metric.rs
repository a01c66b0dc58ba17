//! Metrics of the learning curves.

use model::SegmentLoss;
use store::view_model::TestPoint;
use ui::chart::axis::Axis;
use ui::format;

/// Metrics shown in the charts.
#[derive(Clone, Debug, PartialEq)]
pub enum Metric {
    /// Cross-entropy, and the fraction of correct images.
    Accuracy {
        /// Number of classes; 0 while unknown.
        classes: usize,
    },
    /// Segmentation loss, and Dice.
    Dice {
        /// The training loss.
        loss: SegmentLoss,
        /// Names of the foreground classes in label order.
        classes: Vec<String>,
    },
}

impl Metric {
    /// Returns the long and short name of the loss axis.
    pub(crate) fn loss(&self) -> (&'static str, &'static str) {
        match self {
            Metric::Accuracy { .. } => ("cross-entropy in nats", "nats"),
            Metric::Dice { loss, .. } => match loss {
                SegmentLoss::CrossEntropy => ("cross-entropy in nats", "nats"),
                SegmentLoss::Dice => ("1 − soft Dice", "1 − Dice"),
                SegmentLoss::CrossEntropyDice => ("cross-entropy + 1 − soft Dice", "loss"),
                SegmentLoss::Focal => ("focal loss in nats", "nats"),
            },
        }
    }

    /// Returns the axis of the test metric.
    pub(crate) fn axis(&self) -> Axis {
        match self {
            Metric::Accuracy { .. } => Axis {
                name: "right in %",
                short: "%",
                from: 0.0,
                to: 100.0,
                whole: true,
                names: Vec::new(),
            },
            Metric::Dice { .. } => Axis {
                name: "Dice",
                short: "Dice",
                from: 0.0,
                to: 1.0,
                whole: false,
                names: Vec::new(),
            },
        }
    }

    /// Returns the value of an epoch on the test axis, or NaN if there is nothing to score.
    pub(crate) fn place(&self, test: &TestPoint) -> f64 {
        match self {
            Metric::Accuracy { .. } => test.accuracy * 100.0,
            Metric::Dice { .. } => test.mean_dice().unwrap_or(f64::NAN),
        }
    }

    /// Returns the accuracy of guessing; `None` for Dice, or while the number of classes is unknown.
    pub(crate) fn chance(&self) -> Option<f64> {
        match self {
            Metric::Accuracy { classes: classes @ 1.. } => Some(1.0 / *classes as f64),
            _ => None,
        }
    }

    /// Describes the test metrics at a moment, such as “epoch 1”, in words.
    pub(crate) fn words(&self, test: &TestPoint, moment: &str) -> String {
        let classes = match self {
            Metric::Accuracy { .. } => {
                let training = test
                    .train_accuracy
                    .map(|share| format!(", in training {}", format::percent(share)));
                return format!(
                    "{moment}: {} right{}",
                    format::percent(test.accuracy),
                    training.unwrap_or_default()
                );
            }
            Metric::Dice { classes, .. } => classes,
        };
        let mean = format::dice(test.mean_dice());
        let parts = classes.iter().zip(&test.dice);
        let parts: Vec<String> =
            parts.map(|(name, dice)| format!("{name} {}", format::dice(*dice))).collect();
        match parts.len() {
            0 | 1 => format!("{moment}: Dice {mean}"),
            _ => format!("{moment}: mean Dice {mean} ({})", parts.join(", ")),
        }
    }
}
