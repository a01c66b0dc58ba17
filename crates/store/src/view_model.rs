//! Projections of the state for the views.

use std::sync::Arc;

use model::config_diff;
use model::permalink::Hideable;
use model::score::mean_of_some;
use protocol::{Evaluation, RunId, RunState, SegmentEvaluation, Timing};

use crate::run::{EpochPoint, PastRun, TestSetReport};
use crate::shared_evaluation::SharedEvaluation;
use crate::state::State;

/// State of the buttons in the transport bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// Whether a run is ready.
    pub ready: bool,
    /// Whether the run is training, or has been told to.
    pub moving: bool,
    /// Whether a command is waiting for a run.
    pub pending: bool,
    /// State that the engine last reported.
    pub state: RunState,
    /// Whether there is any progress to reset.
    pub moved: bool,
    /// Number of steps per epoch, or 0 if unknown.
    pub steps_per_epoch: usize,
    /// Total number of steps of the run, or 0 if unknown.
    pub total_steps: usize,
    /// Number of epochs of the run.
    pub epochs: usize,
    /// Whether the configured layers cannot form a network. The editor shows the reason.
    pub impossible: bool,
}

/// Progress of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunProgress {
    /// Number of completed steps.
    pub step: usize,
    /// Training speed.
    pub timing: Timing,
    /// Score of the last evaluation.
    pub score: Option<Score>,
}

/// The main metric for the quality of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Score {
    /// Fraction of test images classified correctly, 0 to 1.
    Accuracy(f64),
    /// Mean Dice of the test cases, 0 to 1; `None` if there is nothing to score.
    Dice(Option<f64>),
}

/// Prediction for an image, together with the image.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Logits, one per class.
    pub logits: Vec<f32>,
    /// Gray values, 64×64, in row-major order.
    pub pixels: Vec<u8>,
}

/// Evaluation on the test set at the end of an epoch or at a step within one, as a point of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct TestPoint {
    /// Number of completed epochs; 0 before training.
    pub epoch: usize,
    /// Number of completed steps.
    pub step: usize,
    /// Loss on the test set, computed with the loss function of the run.
    pub loss: f32,
    /// Fraction of test images (or of their pixels) classified correctly, 0 to 1.
    pub accuracy: f64,
    /// Fraction of the epoch's training images that were classified correctly in their steps, with
    /// dropout, 0 to 1; `None` if not counted.
    pub train_accuracy: Option<f64>,
    /// Dice of each foreground class in segmentation, 0 to 1; empty in classification.
    pub dice: Vec<Option<f64>>,
}

impl TestPoint {
    /// Returns the mean Dice of the classes, or `None` if the run is not a segmentation run or
    /// there is nothing to score.
    pub fn mean_dice(&self) -> Option<f64> {
        mean_of_some(self.dice.iter().copied())
    }
}

/// Label of the curve of the current run. If its first weights were given, their origin follows.
pub const THIS_RUN: &str = "this run";

/// Learning curve of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Id of the run.
    pub run: RunId,
    /// Text of the legend; for an earlier run, how it differs from the current configuration.
    pub label: String,
    /// Loss of the batch of each step, `[steps]`.
    pub losses: Arc<Vec<f32>>,
    /// One point per completed epoch, from epoch 0.
    pub tests: Vec<TestPoint>,
    /// Tests at steps within an epoch, in order.
    pub step_tests: Vec<TestPoint>,
}

/// Returns the state of the transport bar.
pub fn transport(state: &State) -> Transport {
    let run = state.visible_run();
    let size = run.and_then(|run| run.size);
    Transport {
        ready: size.is_some(),
        moving: run.is_some_and(|run| run.moves()),
        pending: state.pending_command.is_some(),
        state: run.map_or(RunState::Paused, |run| run.state),
        moved: run.is_some_and(|run| run.step() > 0 || run.unconfirmed_command.is_some()),
        steps_per_epoch: size.map_or(0, |size| size.steps_per_epoch),
        total_steps: run.and_then(|run| run.total_steps()).unwrap_or(0),
        epochs: state.link.config.epochs,
        impossible: state
            .data_info()
            .is_some_and(|info| state.link.config.check(info.shape()).is_err()),
    }
}

/// Returns the progress of the visible run, without a score that the link hides.
pub fn progress(state: &State) -> RunProgress {
    let shows_score = !state.link.frame.is_hidden(Hideable::Accuracy);
    state.visible_run().map_or_else(RunProgress::default, |run| RunProgress {
        step: run.step(),
        timing: run.timing,
        score: run.last_point().filter(|_| shows_score).map(score),
    })
}

/// Returns the last evaluation of a classifier, unless the link hides its results.
pub fn evaluation(state: &State) -> Option<&SharedEvaluation<Evaluation>> {
    let shown = state.visible_run().filter(|_| !state.link.frame.is_hidden(Hideable::Accuracy));
    shown?.evaluation.as_ref()
}

/// Returns the last evaluation of a U-Net, unless the link hides its results.
pub fn segment_evaluation(state: &State) -> Option<&SharedEvaluation<SegmentEvaluation>> {
    let shown = state.visible_run().filter(|_| !state.link.frame.is_hidden(Hideable::Accuracy));
    shown?.segment_evaluation.as_ref()
}

/// Returns the evaluation on the sealed test set, once it was opened for the visible run, unless the
/// link hides its results.
pub fn test_set(state: &State) -> Option<&Arc<TestSetReport>> {
    let shown = state.visible_run().filter(|_| !state.link.frame.is_hidden(Hideable::Accuracy));
    shown?.test_set.as_ref()
}

/// Returns the prediction for the visitor's image, once it has arrived.
pub fn prediction(state: &State) -> Option<Prediction> {
    let request = state.prediction.as_ref()?;
    Some(Prediction { logits: request.logits.clone()?, pixels: request.pixels.clone() })
}

/// Returns the curves of the earlier runs of the current lab, oldest first, followed by the curve
/// of the current run, which is empty if there is none. Earlier runs are labeled with their
/// difference from the current configuration. Results that the link hides are left out.
pub fn curves(state: &State) -> Vec<Curve> {
    let past = state.past.iter().filter(|past| past.config.lab() == state.lab());
    let run = state.visible_run();
    let first_weights = run.and_then(|run| run.first_weights.as_ref());
    let past = past.map(|past| Curve {
        run: RunId(past.number),
        label: past_label(state, past, first_weights.map(|weights| weights.number)),
        losses: past.losses.clone(),
        tests: test_points(&past.points),
        step_tests: Vec::new(),
    });
    let present = Curve {
        run: run.map_or(RunId(0), |run| run.id),
        label: match first_weights {
            Some(weights) => format!("{THIS_RUN}, {}", weights.origin.label()),
            None => THIS_RUN.to_owned(),
        },
        losses: run.map(|run| Arc::new(run.losses.clone())).unwrap_or_default(),
        tests: run.map(|run| test_points(&run.points)).unwrap_or_default(),
        step_tests: run.map(|run| test_points(&run.step_points)).unwrap_or_default(),
    };
    let mut curves: Vec<Curve> = past.chain([present]).collect();
    let frame = &state.link.frame;
    for curve in &mut curves {
        if frame.is_hidden(Hideable::Accuracy) {
            curve.tests.clear();
            curve.step_tests.clear();
        }
        if frame.is_hidden(Hideable::Loss) {
            curve.losses = Arc::default();
        }
    }
    curves
}

/// Returns how an earlier run differs from the current configuration and its first weights.
fn past_label(state: &State, past: &PastRun, first_weights: Option<u32>) -> String {
    let label = config_diff(&past.config, &state.link.config);
    let first = match (&past.first_weights, first_weights) {
        (Some((number, _)), Some(now)) if *number == now => return label,
        (None, None) => return label,
        (Some((_, origin)), _) => origin.label(),
        (None, Some(_)) => "from random weights".to_owned(),
    };
    match past.config == state.link.config {
        true => first,
        false => format!("{label}, {first}"),
    }
}

fn score(point: &EpochPoint) -> Score {
    if point.dice.is_empty() {
        Score::Accuracy(point.test_accuracy)
    } else {
        Score::Dice(mean_of_some(point.dice.iter().copied()))
    }
}

fn test_points(points: &[EpochPoint]) -> Vec<TestPoint> {
    let test = |point: &EpochPoint| TestPoint {
        epoch: point.epoch,
        step: point.step,
        loss: point.test_loss,
        accuracy: point.test_accuracy,
        train_accuracy: point.train_accuracy,
        dice: point.dice.clone(),
    };
    points.iter().map(test).collect()
}
