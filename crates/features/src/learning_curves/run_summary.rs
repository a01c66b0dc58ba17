//! Whether a run is still learning, and what its network gets wrong most, in plain words.

use std::cmp::Ordering;

use metrics::ConfusionMatrix;
use store::view_model::{Curve, TestPoint};
use ui::format;

/// Number of epochs over which a trend is determined.
const TREND_EPOCHS: usize = 3;

/// Relative change of a loss, up or down, that counts as none.
const FLAT_CHANGE: f64 = 0.05;

/// Change of an accuracy that counts as none: half a percentage point.
const FLAT_ACCURACY_CHANGE: f64 = 0.005;

/// Returns whether the run is still learning or, if it has ended, was learning at its end: a verdict
/// and, after a colon, how losses and test accuracy have changed over the last epochs.
///
/// The training loss of an epoch is the mean over its steps; the test loss is that at its end.
pub fn learning_summary(curve: &Curve, steps_per_epoch: usize, has_ended: bool) -> String {
    let epochs = losses_by_epoch(curve, steps_per_epoch);
    let Some(last) = epochs.last() else {
        let has_tests = curve.tests.iter().any(|test| test.epoch > 0);
        let has_epoch = steps_per_epoch > 0 && curve.losses.len() > steps_per_epoch;
        return match curve.losses.is_empty() {
            true if !has_tests => "No step made yet.",
            false if !has_epoch => "Whether it learns is told after the first epoch.",
            // The link hides one of both losses, or one is no number.
            _ => "",
        }
        .to_owned();
    };
    if epochs.len() == 1 {
        let before = curve.tests.iter().find(|test| test.epoch == 0);
        return match before.map(|test| f64::from(test.loss)) {
            Some(before) => first_epoch(Change { from: before, to: last.test }),
            None => "Whether it is still learning is told after two epochs.".to_owned(),
        };
    }
    let first = &epochs[epochs.len().saturating_sub(TREND_EPOCHS)];
    let before = &epochs[epochs.len() - 2];
    let train = Change { from: first.train, to: last.train };
    let test = Change { from: first.test, to: last.test };
    let span = epochs.len().min(TREND_EPOCHS);
    // A fall over several epochs may have come to an end in the last one.
    let last_test = Change { from: before.test, to: last.test };
    let accuracy = AccuracyChange::between(first, last);
    let is_as_often_right = accuracy.is_some_and(AccuracyChange::is_flat);
    let (verdict, advice) = match (train.direction(), test.direction()) {
        (Ordering::Greater, _) => {
            ("Not learning", " The learning rate may be too large.".to_owned())
        }
        (Ordering::Less, Ordering::Greater) => {
            let craft = " More images or data augmentation can reduce it.";
            ("Overfitting", lowest(&epochs) + if has_ended { craft } else { "" })
        }
        (_, Ordering::Greater) => ("Getting worse on the test set", lowest(&epochs)),
        (_, Ordering::Less) if !last_test.direction().is_lt() => {
            ("Slowing down", format!(" In the last epoch, the test loss {}.", last_test.words()))
        }
        (_, Ordering::Less) if is_as_often_right => {
            ("Still learning, though hardly more often right", String::new())
        }
        (_, Ordering::Less) => ("Still learning", String::new()),
        (Ordering::Less, Ordering::Equal) => {
            ("Still learning the training set, no longer better on the test set", String::new())
        }
        (Ordering::Equal, Ordering::Equal) => ("No longer learning", String::new()),
    };
    let accuracy = accuracy.map(|accuracy| format!(", test accuracy {}", accuracy.words()));
    format!(
        "{verdict}{}: over the last {span} epochs, the mean training loss {}, the test loss {}{}.{advice}",
        if has_ended { " at the end" } else { "" },
        train.words(),
        test.words(),
        accuracy.unwrap_or_default()
    )
}

/// Returns what a classifier gets wrong most: “Most often wrong: Hand taken for CXR, 12 of 50 images;
/// 16 mistakes in all.” Returns `None` without test images.
pub fn mistake_summary(confusion: &ConfusionMatrix, classes: &[String]) -> Option<String> {
    confusion.accuracy()?;
    let cells = confusion.counts.iter().enumerate().flat_map(|(truth, row)| {
        let wrong = row.iter().enumerate().filter(move |(predicted, _)| *predicted != truth);
        wrong.map(move |(predicted, count)| (truth, predicted, *count))
    });
    let all: usize = cells.clone().map(|cell| cell.2).sum();
    let largest = cells.clone().reduce(|best, cell| if cell.2 > best.2 { cell } else { best });
    let Some((truth, predicted, count)) = largest.filter(|(.., count)| *count > 0) else {
        return Some("All test images are right.".to_owned());
    };
    // Of several pairs, each with as many mistakes, none is the most frequent.
    if cells.filter(|cell| cell.2 == count).count() > 1 {
        return Some(format!(
            "Most often wrong: no single pair of classes; {} in all, at most {} of any pair.",
            format::plural(all, "mistake", "mistakes"),
            format::count(count)
        ));
    }
    let name = |class: usize| classes.get(class).map_or("another class", String::as_str);
    let images: usize = confusion.counts[truth].iter().sum();
    Some(format!(
        "Most often wrong: {} taken for {}, {} of {} images; {} {} in all.",
        name(truth),
        name(predicted),
        format::count(count),
        format::count(images),
        format::count(all),
        if all == 1 { "mistake" } else { "mistakes" }
    ))
}

/// Returns the foreground class that a U-Net segments worst, with its Dice. Returns `None` unless
/// there are at least two classes with a score.
pub fn worst_class_summary(curve: &Curve, classes: &[String]) -> Option<String> {
    let scores = &curve.tests.last()?.dice;
    let known: Vec<(&String, f64)> = classes
        .iter()
        .zip(scores)
        .filter_map(|(name, dice)| Some((name, (*dice)?)))
        .filter(|(_, dice)| dice.is_finite())
        .collect();
    let worst = known.iter().reduce(|worst, next| if next.1 < worst.1 { next } else { worst })?;
    (known.len() > 1)
        .then(|| format!("Segmented worst: {}, Dice {}.", worst.0, format::dice(Some(worst.1))))
}

/// Losses of one epoch.
struct EpochLosses {
    epoch: usize,
    train: f64,
    test: f64,
    /// Test accuracy of a classifier, 0 to 1.
    accuracy: Option<f64>,
}

fn losses_by_epoch(curve: &Curve, steps_per_epoch: usize) -> Vec<EpochLosses> {
    let of_epoch = |test: &TestPoint| {
        let start = test.epoch.checked_sub(1)?.checked_mul(steps_per_epoch)?;
        let steps = curve.losses.get(start..start + steps_per_epoch)?;
        let sum: f64 = steps.iter().copied().map(f64::from).sum();
        let (train, test_loss) = (sum / steps.len() as f64, f64::from(test.loss));
        let finite = train.is_finite() && test_loss.is_finite();
        let accuracy = test.dice.is_empty().then_some(test.accuracy);
        finite.then_some(EpochLosses { epoch: test.epoch, train, test: test_loss, accuracy })
    };
    curve.tests.iter().filter_map(of_epoch).collect()
}

/// A loss before and after some epochs.
#[derive(Clone, Copy)]
struct Change {
    from: f64,
    to: f64,
}

impl Change {
    fn direction(self) -> Ordering {
        let change = self.to - self.from;
        if change.abs() <= FLAT_CHANGE * self.from.abs() {
            Ordering::Equal
        } else {
            change.total_cmp(&0.0)
        }
    }

    /// Describes the change: “fell from 0.310 to 0.200”.
    fn words(self) -> String {
        let (from, to) = (format::loss(self.from), format::loss(self.to));
        match self.direction() {
            Ordering::Less => format!("fell from {from} to {to}"),
            Ordering::Equal => format!("stayed at about {to}"),
            Ordering::Greater => format!("rose from {from} to {to}"),
        }
    }
}

/// An accuracy before and after some epochs.
#[derive(Clone, Copy)]
struct AccuracyChange {
    from: f64,
    to: f64,
}

impl AccuracyChange {
    fn between(first: &EpochLosses, last: &EpochLosses) -> Option<Self> {
        Some(Self { from: first.accuracy?, to: last.accuracy? })
    }

    fn is_flat(self) -> bool {
        (self.to - self.from).abs() < FLAT_ACCURACY_CHANGE
    }

    /// Describes the change: “rose from 95.0 % to 97.3 %”.
    fn words(self) -> String {
        let [from, to] = [self.from, self.to].map(|value| format::accuracy(Some(value)));
        match self.to > self.from {
            _ if self.is_flat() => format!("stayed at about {to}"),
            true => format!("rose from {from} to {to}"),
            false => format!("fell from {from} to {to}"),
        }
    }
}

fn first_epoch(test: Change) -> String {
    let verdict = match test.direction() {
        Ordering::Less => "Learning",
        Ordering::Equal => "Not learning yet",
        Ordering::Greater => "Not learning",
    };
    format!("{verdict}: in the first epoch, the test loss {}.", test.words())
}

/// Returns when the test loss was lowest.
fn lowest(epochs: &[EpochLosses]) -> String {
    let lowest = epochs.iter().reduce(|best, next| if next.test < best.test { next } else { best });
    lowest.map_or_else(String::new, |lowest| {
        let loss = format::loss(lowest.test);
        format!(" The test loss was lowest after epoch {}, {loss}.", lowest.epoch)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::RunId;

    use super::*;

    fn running(curve: &Curve, steps_per_epoch: usize) -> String {
        learning_summary(curve, steps_per_epoch, false)
    }

    /// A run with two steps an epoch, whose test loss before training is 1.8.
    fn curve(train: &[f32], test: &[f32]) -> Curve {
        let point = |epoch: usize, loss: f32| TestPoint {
            epoch,
            step: 2 * epoch,
            loss,
            accuracy: 0.4 + 0.1 * epoch as f64,
            train_accuracy: None,
            dice: vec![],
        };
        let trained = test.iter().enumerate().map(|(index, loss)| point(index + 1, *loss));
        Curve {
            run: RunId(1),
            label: String::new(),
            losses: Arc::new(train.iter().flat_map(|loss| [*loss + 0.01, *loss - 0.01]).collect()),
            tests: std::iter::once(point(0, 1.8)).chain(trained).collect(),
            step_tests: vec![],
        }
    }

    #[test]
    fn a_run_that_improves_is_still_learning() {
        let run = curve(&[1.0, 0.8, 0.6, 0.4], &[1.1, 0.9, 0.7, 0.5]);
        assert_eq!(
            running(&run, 2),
            "Still learning: over the last 3 epochs, the mean training loss fell from 0.800 to 0.400, \
             the test loss fell from 0.900 to 0.500, test accuracy rose from 60 % to 80 %."
        );
        assert!(learning_summary(&run, 2, true).starts_with("Still learning at the end: over"));
        // The loss of right answers falls further when the network is more certain of them.
        let mut certain = run.clone();
        certain.tests.iter_mut().for_each(|test| test.accuracy = 0.9);
        let words = running(&certain, 2);
        assert!(words.starts_with("Still learning, though hardly more often right: "), "{words}");
        assert!(words.ends_with("0.500, test accuracy stayed at about 90 %."), "{words}");
        // In a segmentation, the accuracy of pixels is no score.
        certain.tests.iter_mut().for_each(|test| test.dice = vec![Some(0.5)]);
        assert!(running(&certain, 2).ends_with("fell from 0.900 to 0.500."));
    }

    #[test]
    fn overfitting_is_a_test_loss_that_rises_while_the_training_loss_falls() {
        let run = curve(&[1.0, 0.8, 0.4, 0.2, 0.1], &[1.1, 0.6, 0.5, 0.6, 0.8]);
        let text = running(&run, 2);
        assert!(
            text.starts_with("Overfitting: over the last 3 epochs, the mean training loss fell")
        );
        assert!(text.ends_with("The test loss was lowest after epoch 3, 0.500."), "{text}");
        let text = learning_summary(&run, 2, true);
        assert!(text.starts_with("Overfitting at the end: over the last 3 epochs"), "{text}");
        assert!(text.ends_with("0.500. More images or data augmentation can reduce it."), "{text}");
    }

    #[test]
    fn the_other_trends_have_their_words() {
        let starts = |train: &[f32], test: &[f32], words: &str| {
            let text = running(&curve(train, test), 2);
            assert!(text.starts_with(words), "{text}");
        };
        starts(&[0.5, 0.5, 0.49], &[0.6, 0.6, 0.61], "No longer learning: ");
        starts(&[0.5, 0.3, 0.2], &[0.6, 0.6, 0.6], "Still learning the training set, no longer");
        starts(&[0.5, 0.9, 2.0], &[0.6, 0.9, 1.6], "Not learning: ");
        starts(&[0.5, 0.5, 0.5], &[0.6, 0.7, 0.8], "Getting worse on the test set: ");
        starts(&[0.6, 0.11, 0.11], &[0.23, 0.122, 0.121], "Slowing down: over the last 3");
        starts(&[0.6, 0.11, 0.08], &[0.23, 0.122, 0.11], "Still learning: over the last 3 epochs");
        starts(&[0.5, 0.3], &[0.6, 0.5], "Still learning: over the last 2 epochs");
        starts(&[1.2], &[0.6], "Learning: in the first epoch, the test loss fell from 1.800");
        starts(&[1.8], &[1.8], "Not learning yet: ");
    }

    #[test]
    fn nothing_is_claimed_before_the_first_epoch() {
        let mut run = curve(&[], &[]);
        assert_eq!(running(&run, 2), "No step made yet.");
        run.losses = Arc::new(vec![1.7]);
        assert!(running(&run, 2).contains("after the first epoch"));
        assert!(running(&run, 0).contains("after the first epoch"));
        // A loss that is no number is no trend, and neither is one that the link hides.
        assert_eq!(running(&curve(&[f32::NAN; 2], &[0.5; 2]), 2), "");
        run = curve(&[0.5; 2], &[0.5; 2]);
        assert_eq!(running(&Curve { tests: vec![], ..run.clone() }, 2), "");
        assert_eq!(running(&Curve { losses: Arc::default(), ..run }, 2), "");
    }

    #[test]
    fn the_largest_entry_off_the_diagonal_is_named() {
        let classes = ["AbdomenCT", "CXR", "Hand"].map(str::to_owned);
        let confusion =
            ConfusionMatrix { counts: vec![vec![50, 0, 0], vec![3, 47, 0], vec![1, 12, 37]] };
        let text = mistake_summary(&confusion, &classes).unwrap();
        assert_eq!(
            text,
            "Most often wrong: Hand taken for CXR, 12 of 50 images; 16 mistakes in all."
        );
        let one = ConfusionMatrix { counts: vec![vec![5, 0], vec![1, 4]] };
        let text = mistake_summary(&one, &classes).unwrap();
        assert_eq!(
            text,
            "Most often wrong: CXR taken for AbdomenCT, 1 of 5 images; 1 mistake in all."
        );
        let even = ConfusionMatrix { counts: vec![vec![5, 1], vec![1, 4]] };
        assert_eq!(
            mistake_summary(&even, &classes).unwrap(),
            "Most often wrong: no single pair of classes; 2 mistakes in all, at most 1 of any pair."
        );
        let right = ConfusionMatrix { counts: vec![vec![5, 0], vec![0, 5]] };
        assert_eq!(mistake_summary(&right, &classes).unwrap(), "All test images are right.");
        assert_eq!(mistake_summary(&ConfusionMatrix { counts: vec![] }, &classes), None);
    }

    #[test]
    fn the_structure_with_the_lowest_dice_is_named() {
        let classes = ["anterior", "posterior"].map(str::to_owned);
        let mut run = curve(&[0.5], &[0.5]);
        run.tests[1].dice = vec![Some(0.8), Some(0.71)];
        let text = worst_class_summary(&run, &classes).unwrap();
        assert_eq!(text, "Segmented worst: posterior, Dice 0.71.");
        run.tests[1].dice = vec![Some(0.8), None];
        assert_eq!(worst_class_summary(&run, &classes), None);
    }
}
