//! Text summary of a learning curve for screen readers.

use store::view_model::{Curve, TestPoint};
use ui::format;

/// Describes the main metric in words.
fn figure(test: &TestPoint) -> String {
    if test.dice.is_empty() {
        format!("test accuracy {}", format::percent(test.accuracy))
    } else {
        format!("mean Dice {}", format::dice(test.mean_dice()))
    }
}

/// Summarizes a curve in words.
pub fn summary(curve: &Curve, total_steps: usize) -> String {
    let steps = curve.losses.len();
    let Some(last) = curve.losses.last() else {
        return match curve.tests.last() {
            Some(test) if test.dice.is_empty() => format!(
                "No step made yet. Before training, the network is right on {} of the test images.",
                format::percent(test.accuracy)
            ),
            Some(test) => format!("No step made yet. Before training, {}.", figure(test)),
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
            figure(test)
        );
    }
    text
}

/// Returns the letter of an earlier run in charts and legend.
pub fn tag(index: usize) -> String {
    let letter = b'A' + (index % 26) as u8;
    char::from(letter).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::RunId;

    use super::*;

    #[test]
    fn the_summary_says_where_the_run_stands() {
        let mut curve = Curve {
            run: RunId(1),
            label: String::new(),
            losses: Arc::default(),
            tests: vec![],
            step_tests: vec![],
        };
        assert_eq!(summary(&curve, 750), "No step made yet.");
        curve.losses = Arc::new(vec![1.8, 0.5]);
        curve.tests = vec![TestPoint {
            epoch: 1,
            step: 2,
            loss: 0.4,
            accuracy: 0.9,
            train_accuracy: None,
            dice: vec![],
        }];
        assert_eq!(
            summary(&curve, 750),
            "Step 2 of 750: training loss 0.500, at the first step 1.800. \
             After epoch 1: test loss 0.400, test accuracy 90.0 %."
        );
        curve.tests[0].dice = vec![Some(0.8), None, Some(0.6)];
        assert!(summary(&curve, 750).ends_with("test loss 0.400, mean Dice 0.70."));
        curve.losses = Arc::default();
        assert_eq!(summary(&curve, 750), "No step made yet. Before training, mean Dice 0.70.");
    }
}
