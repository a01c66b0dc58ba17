//! Projections of the state for the views.

use std::sync::Arc;

use model::config_diff;
use model::score::mean_of_some;
use protocol::{RunId, RunState, Timing};

use crate::run::EpochPoint;
use crate::state::State;

/// State of the transport bar's buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// Whether a run stands ready.
    pub ready: bool,
    /// Whether it trains, or has been told to.
    pub moving: bool,
    /// Whether a command waits for a run.
    pub pending: bool,
    /// State that the engine last reported.
    pub state: RunState,
    /// Whether there is anything to reset.
    pub moved: bool,
    /// Steps an epoch; 0 while not known.
    pub steps_per_epoch: usize,
    /// Steps of the run; 0 while not known.
    pub total_steps: usize,
    /// Epochs of the run.
    pub epochs: usize,
    /// Whether the layers on the page make no network; the editor says why.
    pub impossible: bool,
}

/// Progress of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunProgress {
    /// Steps done.
    pub step: usize,
    /// Speed.
    pub timing: Timing,
    /// Of the last evaluation.
    pub score: Option<Score>,
}

/// The figure that says how good the network is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Score {
    /// Share of test images that are right, 0 to 1.
    Accuracy(f64),
    /// Mean Dice of the test cases, 0 to 1; none where there is nothing to score.
    Dice(Option<f64>),
}

/// The network's answer about an image, with the image.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// One a class.
    pub logits: Vec<f32>,
    /// Gray values, 64×64, row by row.
    pub pixels: Vec<u8>,
}

/// Evaluation on the test set at the end of an epoch, as a point of a curve.
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
    /// Returns the mean Dice of the classes; none where the run does not segment, or there is
    /// nothing to score.
    pub fn mean_dice(&self) -> Option<f64> {
        mean_of_some(self.dice.iter().copied())
    }
}

/// Learning curve of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The run.
    pub run: RunId,
    /// Text of the legend: of an earlier run, what differed.
    pub label: String,
    /// The loss of each step's batch, `[steps]`.
    pub losses: Arc<Vec<f32>>,
    /// One point per finished epoch, from epoch 0.
    pub tests: Vec<TestPoint>,
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

/// Returns the progress of the visible run.
pub fn progress(state: &State) -> RunProgress {
    state.visible_run().map_or_else(RunProgress::default, |run| RunProgress {
        step: run.step(),
        timing: run.timing,
        score: run.points.last().map(score),
    })
}

/// Returns the answer about the visitor's image, once it is there.
pub fn prediction(state: &State) -> Option<Prediction> {
    let request = state.prediction.as_ref()?;
    Some(Prediction { logits: request.logits.clone()?, pixels: request.pixels.clone() })
}

/// Returns the curves of the earlier runs of this lab, labeled with what has changed since, oldest
/// first, then that of the present run, which is empty while there is none.
pub fn curves(state: &State) -> Vec<Curve> {
    let past = state.past.iter().filter(|past| past.config.lab() == state.lab());
    let past = past.map(|past| Curve {
        run: RunId(past.number),
        label: config_diff(&past.config, &state.link.config),
        losses: past.losses.clone(),
        tests: test_points(&past.points),
    });
    let run = state.visible_run();
    let present = Curve {
        run: run.map_or(RunId(0), |run| run.id),
        label: "this run".into(),
        losses: run.map(|run| Arc::new(run.losses.clone())).unwrap_or_default(),
        tests: run.map(|run| test_points(&run.points)).unwrap_or_default(),
    };
    past.chain([present]).collect()
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
        dice: point.dice.clone(),
    };
    points.iter().map(test).collect()
}
