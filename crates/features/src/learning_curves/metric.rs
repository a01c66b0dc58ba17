//! Metrics of the learning curves.

use model::SegmentLoss;
use store::view_model::TestPoint;
use ui::chart::axis::Axis;
use ui::format;

/// Metrics shown in the charts.
#[derive(Clone, Debug, PartialEq)]
pub enum Metric {
    /// Cross-entropy, and the fraction of correct images.
    Accuracy,
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
            Metric::Accuracy => ("cross-entropy in nats", "nats"),
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
            Metric::Accuracy => {
                Axis { name: "right in %", short: "%", from: 0.0, to: 100.0, whole: true }
            }
            Metric::Dice { .. } => {
                Axis { name: "Dice", short: "Dice", from: 0.0, to: 1.0, whole: false }
            }
        }
    }

    /// Returns the value of an epoch on the test axis, or NaN if there is nothing to score.
    pub(crate) fn place(&self, test: &TestPoint) -> f64 {
        match self {
            Metric::Accuracy => test.accuracy * 100.0,
            Metric::Dice { .. } => test.mean_dice().unwrap_or(f64::NAN),
        }
    }

    /// Describes the test metrics of an epoch in words.
    pub(crate) fn words(&self, test: &TestPoint) -> String {
        let epoch = test.epoch;
        let classes = match self {
            Metric::Accuracy => {
                return format!("epoch {epoch}: {} right", format::percent(test.accuracy));
            }
            Metric::Dice { classes, .. } => classes,
        };
        let mean = format::dice(test.mean_dice());
        let parts = classes.iter().zip(&test.dice);
        let parts: Vec<String> =
            parts.map(|(name, dice)| format!("{name} {}", format::dice(*dice))).collect();
        match parts.len() {
            0 | 1 => format!("epoch {epoch}: Dice {mean}"),
            _ => format!("epoch {epoch}: mean Dice {mean} ({})", parts.join(", ")),
        }
    }
}
