//! The learning curves of runs: smoothing, thinning, ranges and what a reader is told.

use std::sync::Arc;

use protocol::RunId;
use ui::format;

/// The test set at the end of an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct TestPoint {
    /// Epochs done; 0 is the untrained network.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// The run's loss on the test set.
    pub loss: f32,
    /// Share of test images (or of their pixels) that are right, 0 to 1.
    pub accuracy: f64,
    /// Dice of each foreground class, 0 to 1, where the run segments; else none at all.
    pub dice: Vec<Option<f64>>,
}

impl TestPoint {
    /// Mean Dice of the classes; none where the run does not segment, or there is nothing to score.
    pub fn mean_dice(&self) -> Option<f64> {
        model::score::mean_of_some(self.dice.iter().copied())
    }

    /// The figure that says how good the network is, in words.
    fn figure(&self) -> String {
        if self.dice.is_empty() {
            format!("test accuracy {}", format::percent(self.accuracy))
        } else {
            format!("mean Dice {}", format::dice(self.mean_dice()))
        }
    }
}

/// One run as the charts draw it.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The run.
    pub run: RunId,
    /// What the legend says: of an earlier run, what differed.
    pub label: String,
    /// The loss of each step's batch, `[steps]`.
    pub losses: Arc<Vec<f32>>,
    /// One point per finished epoch, from epoch 0.
    pub tests: Vec<TestPoint>,
}

/// What the charts show, in words.
pub fn summary(curve: &Curve, total_steps: usize) -> String {
    let steps = curve.losses.len();
    let Some(last) = curve.losses.last() else {
        return match curve.tests.last() {
            Some(test) if test.dice.is_empty() => format!(
                "No step made yet. The untrained network is right on {} of the test images.",
                format::percent(test.accuracy)
            ),
            Some(test) => format!("No step made yet. Untrained, {}.", test.figure()),
            None => "No step made yet.".into(),
        };
    };
    let mut text = format!(
        "Step {} of {}: training loss {}",
        format::count(steps),
        format::count(total_steps.max(steps)),
        format::loss(f64::from(*last))
    );
    if let Some(first) = curve.losses.first().filter(|_| steps > 1) {
        text += &format!(", at the first step {}", format::loss(f64::from(*first)));
    }
    text.push('.');
    if let Some(test) = curve.tests.last() {
        text += &format!(
            " After epoch {}: test loss {}, {}.",
            test.epoch,
            format::loss(f64::from(test.loss)),
            test.figure()
        );
    }
    text
}

/// The letter of an earlier run in charts and legend.
pub fn tag(index: usize) -> String {
    let letter = b'A' + (index % 26) as u8;
    char::from(letter).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_where_the_run_stands() {
        let mut curve =
            Curve { run: RunId(1), label: String::new(), losses: Arc::default(), tests: vec![] };
        assert_eq!(summary(&curve, 750), "No step made yet.");
        curve.losses = Arc::new(vec![1.8, 0.5]);
        curve.tests = vec![TestPoint { epoch: 1, step: 2, loss: 0.4, accuracy: 0.9, dice: vec![] }];
        assert_eq!(
            summary(&curve, 750),
            "Step 2 of 750: training loss 0.500, at the first step 1.800. \
             After epoch 1: test loss 0.400, test accuracy 90.0 %."
        );
        curve.tests[0].dice = vec![Some(0.8), None, Some(0.6)];
        assert!(summary(&curve, 750).ends_with("test loss 0.400, mean Dice 0.70."));
        curve.losses = Arc::default();
        assert_eq!(summary(&curve, 750), "No step made yet. Untrained, mean Dice 0.70.");
    }
}
