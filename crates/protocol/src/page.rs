//! The events that a course page hears: `CustomEvent('playground', {detail})` on the page's
//! window, and the same object posted to the parent when framed.

use serde::Serialize;

/// The `source` of every message.
pub const SOURCE: &str = "imaging-playground";

/// One message. Serialised it is `{source, type, …}`, field names in camel case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageEvent {
    source: &'static str,
    #[serde(flatten)]
    body: Body,
}

/// Dice of the test cases, 0 to 1; null where there is nothing to score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TestDice {
    /// Mean over the classes.
    pub mean: Option<f64>,
    /// Mean over the cases for each foreground class, in label order.
    pub classes: Vec<Option<f64>>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Body {
    /// The engine can train.
    Ready {
        /// `gpu` or `cpu`.
        device: &'static str,
        /// The adapter's name; empty for the CPU.
        adapter: String,
        /// Version of the page.
        build: String,
    },
    /// A run started, paused, or was set up anew.
    State {
        /// `paused`, `running`, `finished` or `diverged`.
        state: &'static str,
        /// Steps done.
        step: usize,
    },
    /// A step was made.
    Step {
        /// Its number, from 1.
        step: usize,
        /// Mean cross-entropy of its batch.
        loss: f32,
    },
    /// An epoch ended.
    Epoch {
        /// Epochs done.
        epoch: usize,
        /// Steps done.
        step: usize,
        /// Mean loss over the epoch's steps; null at epoch 0.
        train_loss: Option<f32>,
        /// Mean loss on the test set.
        test_loss: f32,
        /// Share of right images (of right pixels in the segmentation lab), 0 to 1.
        test_accuracy: f64,
        /// Dice on the test set; left out in the classification lab.
        #[serde(skip_serializing_if = "Option::is_none")]
        test_dice: Option<TestDice>,
        /// Training images a second.
        images_per_second: f64,
    },
    /// All epochs are done.
    Finished {
        /// Epochs done.
        epoch: usize,
        /// Steps done.
        step: usize,
        /// Share of right images (of right pixels in the segmentation lab), 0 to 1.
        test_accuracy: f64,
        /// Dice on the test set; left out in the classification lab.
        #[serde(skip_serializing_if = "Option::is_none")]
        test_dice: Option<TestDice>,
    },
    /// Something could not be done.
    Error {
        /// A stable word, as in `bad-link`.
        code: &'static str,
        /// A sentence.
        message: String,
    },
}

impl From<Body> for PageEvent {
    fn from(body: Body) -> Self {
        Self { source: SOURCE, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_form() {
        let epoch = Body::Epoch {
            epoch: 1,
            step: 75,
            train_loss: Some(0.5),
            test_loss: 0.25,
            test_accuracy: 0.96,
            test_dice: None,
            images_per_second: 390.0,
        };
        assert_eq!(
            serde_json::to_value(PageEvent::from(epoch)).unwrap(),
            serde_json::json!({
                "source": "imaging-playground", "type": "epoch", "epoch": 1, "step": 75,
                "trainLoss": 0.5, "testLoss": 0.25, "testAccuracy": 0.96, "imagesPerSecond": 390.0,
            })
        );
        let finished = Body::Finished {
            epoch: 24,
            step: 1080,
            test_accuracy: 0.99,
            test_dice: Some(TestDice { mean: Some(0.8), classes: vec![Some(0.8), None] }),
        };
        assert_eq!(
            serde_json::to_value(PageEvent::from(finished)).unwrap(),
            serde_json::json!({
                "source": "imaging-playground", "type": "finished", "epoch": 24, "step": 1080,
                "testAccuracy": 0.99, "testDice": {"mean": 0.8, "classes": [0.8, null]},
            })
        );
    }
}
