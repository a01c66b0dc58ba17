//! The run on the page and earlier ones.

use std::sync::Arc;

use model::RunConfig;
use protocol::{
    BatchTrace, Evaluation, LivePrediction, RunId, RunState, SegmentEvaluation, Timing,
};

use crate::shared_evaluation::SharedEvaluation;

/// Command of the visitor to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunCommand {
    /// Train to the end.
    Play,
    /// Stop.
    Pause,
    /// One step.
    Step,
    /// To the end of the epoch.
    Epoch,
}

/// Sizes of a run that stands ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSize {
    /// Learned values.
    pub parameters: usize,
    /// Steps an epoch.
    pub steps_per_epoch: usize,
}

/// The test set's figures at the end of an epoch, as the curves need them.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPoint {
    /// Epochs done.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// The run's loss on the test set.
    pub test_loss: f32,
    /// Share of right images, or of right pixels, 0 to 1.
    pub test_accuracy: f64,
    /// Dice of each foreground class where the run segments; else none at all.
    pub dice: Vec<Option<f64>>,
}

/// The run on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Its configuration, with the present learning rate.
    pub config: RunConfig,
    /// Its sizes once the engine has set it up.
    pub size: Option<RunSize>,
    /// State that the engine last reported.
    pub state: RunState,
    /// A command that the engine has not confirmed.
    pub unconfirmed_command: Option<RunCommand>,
    /// Training loss of each step; step 1 is at index 0.
    pub losses: Vec<f32>,
    /// Test figures, epoch by epoch.
    pub points: Vec<EpochPoint>,
    /// The last evaluation of a classifier.
    pub evaluation: Option<SharedEvaluation<Evaluation>>,
    /// The last evaluation of a U-Net.
    pub segment_evaluation: Option<SharedEvaluation<SegmentEvaluation>>,
    /// The latest live prediction of the preview slices.
    pub live_prediction: Option<Arc<LivePrediction>>,
    /// The trace of the next or the last batch.
    pub batch_trace: Option<BatchTrace>,
    /// Speed.
    pub timing: Timing,
}

impl Run {
    /// Creates a run that the engine has not set up yet.
    pub fn new(id: RunId, config: RunConfig) -> Self {
        Self {
            id,
            config,
            size: None,
            state: RunState::Paused,
            unconfirmed_command: None,
            losses: Vec::new(),
            points: Vec::new(),
            evaluation: None,
            segment_evaluation: None,
            live_prediction: None,
            batch_trace: None,
            timing: Timing::default(),
        }
    }

    /// Returns the number of steps done.
    pub fn step(&self) -> usize {
        self.losses.len()
    }

    /// Returns the steps of the whole run, once it is set up.
    pub fn total_steps(&self) -> Option<usize> {
        self.size.map(|size| size.steps_per_epoch * self.config.epochs)
    }

    /// Returns whether it trains, or will as soon as the engine has got the command.
    pub fn moves(&self) -> bool {
        match self.unconfirmed_command {
            Some(RunCommand::Play | RunCommand::Epoch) => true,
            Some(RunCommand::Pause | RunCommand::Step) => false,
            None => self.state == RunState::Running,
        }
    }

    /// Returns whether it can go no further.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, RunState::Finished | RunState::Diverged)
    }
}

/// An earlier run, kept as an overlay.
#[derive(Clone, Debug, PartialEq)]
pub struct PastRun {
    /// Its number for people, from 1.
    pub number: u32,
    /// Its configuration.
    pub config: RunConfig,
    /// Steps an epoch.
    pub steps_per_epoch: usize,
    /// Training loss of each step.
    pub losses: Arc<Vec<f32>>,
    /// Test figures, epoch by epoch.
    pub points: Vec<EpochPoint>,
}
