//! The current run and earlier runs.

use std::sync::Arc;

use model::RunConfig;
use protocol::interpret::UnitRef;
use protocol::{
    BatchTrace, Evaluation, LivePrediction, RunId, RunState, SegmentEvaluation, StepTrace,
    TestReport, Timing,
};

use crate::first_weights::{FirstWeights, WeightsOrigin};
use crate::shared_evaluation::SharedEvaluation;

/// Command of the visitor to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunCommand {
    /// Train to the end of the run.
    Play,
    /// Stop training.
    Pause,
    /// Train for one step.
    Step,
    /// Train to the end of the epoch.
    Epoch,
}

/// Sizes of a run that the engine has set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSize {
    /// Number of learned parameters.
    pub parameters: usize,
    /// Number of steps per epoch.
    pub steps_per_epoch: usize,
}

/// Metrics on the test set at the end of an epoch or at a step within one, as needed for the curves.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPoint {
    /// Number of completed epochs.
    pub epoch: usize,
    /// Number of completed steps.
    pub step: usize,
    /// Loss on the test set, computed with the loss function of the run.
    pub test_loss: f32,
    /// Fraction of correctly classified images, or of pixels in segmentation, 0 to 1.
    pub test_accuracy: f64,
    /// Fraction of the epoch's training images that were classified correctly in their steps, 0 to
    /// 1; `None` if not counted.
    pub train_accuracy: Option<f64>,
    /// Dice of each foreground class in segmentation; empty in classification.
    pub dice: Vec<Option<f64>>,
}

/// Evaluation of the run's network on the test set.
#[derive(Clone, Debug, PartialEq)]
pub struct TestSetReport {
    /// Number of completed epochs.
    pub epoch: usize,
    /// Number of completed steps.
    pub step: usize,
    /// The evaluation.
    pub test: TestReport,
}

/// The current run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Id of the run.
    pub id: RunId,
    /// Configuration, with the current learning rate.
    pub config: RunConfig,
    /// Weights from which the run starts; `None` if they are random.
    pub first_weights: Option<Arc<FirstWeights>>,
    /// Sizes of the run, once the engine has set it up.
    pub size: Option<RunSize>,
    /// State that the engine last reported.
    pub state: RunState,
    /// Last command that the engine has not confirmed yet.
    pub unconfirmed_command: Option<RunCommand>,
    /// Training loss of each step; step 1 is at index 0.
    pub losses: Vec<f32>,
    /// Test metrics, one entry per epoch.
    pub points: Vec<EpochPoint>,
    /// Test metrics at steps within an epoch, in order.
    pub step_points: Vec<EpochPoint>,
    /// Last evaluation of a classifier.
    pub evaluation: Option<SharedEvaluation<Evaluation>>,
    /// Last evaluation of a U-Net.
    pub segment_evaluation: Option<SharedEvaluation<SegmentEvaluation>>,
    /// Epoch whose network was restored after the run, if any.
    pub restored_epoch: Option<usize>,
    /// Evaluation on the sealed test set, once it was opened for this run.
    pub test_set: Option<Arc<TestSetReport>>,
    /// Latest live prediction of the preview slices.
    pub live_prediction: Option<Arc<LivePrediction>>,
    /// Trace of the next or the last batch.
    pub batch_trace: Option<BatchTrace>,
    /// Gradients and update of this batch's step, if they are watched.
    pub step_trace: Option<Arc<StepTrace>>,
    /// The unit that the engine was told to watch.
    pub watched_step: Option<UnitRef>,
    /// Training speed.
    pub timing: Timing,
}

impl Run {
    /// Creates a run that the engine has not set up yet.
    pub fn new(id: RunId, config: RunConfig) -> Self {
        Self {
            id,
            config,
            first_weights: None,
            size: None,
            state: RunState::Paused,
            unconfirmed_command: None,
            losses: Vec::new(),
            points: Vec::new(),
            step_points: Vec::new(),
            evaluation: None,
            segment_evaluation: None,
            restored_epoch: None,
            test_set: None,
            live_prediction: None,
            batch_trace: None,
            step_trace: None,
            watched_step: None,
            timing: Timing::default(),
        }
    }

    /// Returns the number of completed steps.
    pub fn step(&self) -> usize {
        self.losses.len()
    }

    /// Returns the latest test metrics, whether of an epoch or of a step.
    ///
    /// After an earlier epoch was restored, they are those of that epoch.
    pub fn last_point(&self) -> Option<&EpochPoint> {
        if let Some(epoch) = self.restored_epoch {
            return self.points.iter().find(|point| point.epoch == epoch);
        }
        let steps = self
            .step_points
            .last()
            .filter(|step| self.points.last().is_none_or(|epoch| step.step > epoch.step));
        steps.or(self.points.last())
    }

    /// Returns the total number of steps, once the engine has set up the run.
    pub fn total_steps(&self) -> Option<usize> {
        self.size.map(|size| size.steps_per_epoch * self.config.epochs)
    }

    /// Returns whether the run is training, or will train as soon as the engine receives the
    /// command.
    pub fn moves(&self) -> bool {
        match self.unconfirmed_command {
            Some(RunCommand::Play | RunCommand::Epoch) => true,
            Some(RunCommand::Pause | RunCommand::Step) => false,
            None => self.state == RunState::Running,
        }
    }

    /// Returns whether the run has ended, so that no further step is possible.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, RunState::Finished | RunState::Diverged)
    }
}

/// An earlier run, kept as an overlay in the charts.
#[derive(Clone, Debug, PartialEq)]
pub struct PastRun {
    /// Number shown on the page, from 1.
    pub number: u32,
    /// Configuration of the run.
    pub config: RunConfig,
    /// Number and origin of the weights from which the run started, if they were not random.
    pub first_weights: Option<(u32, WeightsOrigin)>,
    /// Number of steps per epoch.
    pub steps_per_epoch: usize,
    /// Training loss of each step.
    pub losses: Arc<Vec<f32>>,
    /// Test metrics, one entry per epoch.
    pub points: Vec<EpochPoint>,
}
