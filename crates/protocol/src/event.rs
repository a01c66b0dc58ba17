//! Events from the engine to the page.

use serde::{Deserialize, Serialize};

use model::DatasetKey;

use crate::{
    BatchTrace, DataInfo, DeviceInfo, EpochReport, LivePrediction, Problem, StepReport, StepTrace,
};

/// Id of a run. The page assigns increasing ids; a larger id means a newer run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct RunId(pub u32);

/// State of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunState {
    /// The run waits for a command.
    Paused,
    /// The run is training.
    Running,
    /// All epochs are completed.
    Finished,
    /// The run stopped because its loss is not finite. The weights are those at the end of the last
    /// epoch before that.
    Diverged,
}

/// Training speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Training speed in images per second, averaged over about the last second.
    pub images_per_second: f64,
    /// Estimated time to the end of the run, in seconds.
    pub seconds_left: f64,
}

/// An event of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The engine has started on this device. This is the first event.
    Ready(DeviceInfo),
    /// The engine can train together with this many workers, to which it wants ports. Those that it
    /// has are not used any more.
    WantsReplicas(usize),
    /// The data set was loaded.
    DataReady {
        /// Identifies the data set.
        key: DatasetKey,
        /// Classes and sizes of the data set.
        info: DataInfo,
    },
    /// A new run was set up, at step 0.
    RunReady {
        /// The run.
        run: RunId,
        /// Number of trainable parameters.
        parameters: usize,
        /// Number of steps per epoch. The last batch may be smaller.
        steps_per_epoch: usize,
    },
    /// Training speed of both devices in images per second. Answers
    /// [`Command::Benchmark`](crate::Command::Benchmark).
    Benchmark {
        /// The run whose network was trained.
        run: RunId,
        /// Speed on the engine's device.
        device: f64,
        /// Speed on the CPU.
        cpu: f64,
    },
    /// A run started, paused or ended.
    State {
        /// The run.
        run: RunId,
        /// New state of the run.
        state: RunState,
        /// Number of completed steps.
        step: usize,
    },
    /// Training steps were made.
    Steps {
        /// The run.
        run: RunId,
        /// Number of the first step in `losses`, counted from 1.
        first: usize,
        /// Loss of each step's batch, before its update.
        losses: Vec<f32>,
        /// Learning rate used in these steps.
        learning_rate: f64,
        /// Training speed.
        timing: Timing,
    },
    /// An epoch was completed, or the untrained network was evaluated.
    Epoch {
        /// The run.
        run: RunId,
        /// Training loss and evaluation.
        report: EpochReport,
    },
    /// The network was evaluated between the ends of two epochs: on request, or as often as the
    /// configuration asks.
    Tested {
        /// The run.
        run: RunId,
        /// The evaluation.
        report: StepReport,
    },
    /// The network of an earlier epoch is back, and was evaluated. Answers
    /// [`Command::RestoreBest`](crate::Command::RestoreBest).
    Restored {
        /// The run.
        run: RunId,
        /// The epoch of the network.
        epoch: usize,
        /// The evaluation.
        report: StepReport,
    },
    /// The network was evaluated on the test set. Answers
    /// [`Command::OpenTestSet`](crate::Command::OpenTestSet).
    TestSet {
        /// The run.
        run: RunId,
        /// Number of completed epochs.
        epoch: usize,
        /// The evaluation.
        report: StepReport,
    },
    /// A batch trace. At step 0, the trace of the next step's batch; after
    /// [`Command::Step`](crate::Command::Step), the trace of the step just made.
    BatchTrace {
        /// The run.
        run: RunId,
        /// The trace.
        trace: BatchTrace,
    },
    /// The forward and backward pass of the step whose batch is traced. Sent while steps are
    /// watched, see [`Command::WatchStep`](crate::Command::WatchStep).
    StepTrace {
        /// The run.
        run: RunId,
        /// The trace.
        trace: Box<StepTrace>,
    },
    /// Class scores of one image. Answers [`Command::Predict`](crate::Command::Predict).
    Prediction {
        /// The run whose network made the prediction.
        run: RunId,
        /// Number of the request.
        request: u32,
        /// One logit per class.
        logits: Vec<f32>,
    },
    /// Masks of the preview slices. Sent at step 0 and every few steps while a U-Net trains.
    LivePrediction {
        /// The run.
        run: RunId,
        /// The masks.
        prediction: LivePrediction,
    },
    /// Masks of slices. Answers [`Command::Segment`](crate::Command::Segment).
    Masks {
        /// The run whose network made the prediction.
        run: RunId,
        /// Number of the request.
        request: u32,
        /// Most probable class of each pixel, `[n, height, width]` row by row.
        masks: Vec<u8>,
    },
    /// The weights of the network. Answers [`Command::SendWeights`](crate::Command::SendWeights).
    Weights {
        /// The run.
        run: RunId,
        /// Number of completed steps.
        step: usize,
        /// The values of all parameters, in the order of a checkpoint.
        values: Vec<f32>,
    },
    /// A command failed and had no effect.
    Error {
        /// The run that the command was for, if any.
        run: Option<RunId>,
        /// The reason.
        problem: Problem,
    },
}

impl Event {
    /// Returns the name of the variant, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Event::Ready(..) => "Ready",
            Event::WantsReplicas(..) => "WantsReplicas",
            Event::DataReady { .. } => "DataReady",
            Event::RunReady { .. } => "RunReady",
            Event::Benchmark { .. } => "Benchmark",
            Event::State { .. } => "State",
            Event::Steps { .. } => "Steps",
            Event::Epoch { .. } => "Epoch",
            Event::Tested { .. } => "Tested",
            Event::Restored { .. } => "Restored",
            Event::TestSet { .. } => "TestSet",
            Event::BatchTrace { .. } => "BatchTrace",
            Event::StepTrace { .. } => "StepTrace",
            Event::Prediction { .. } => "Prediction",
            Event::LivePrediction { .. } => "LivePrediction",
            Event::Masks { .. } => "Masks",
            Event::Weights { .. } => "Weights",
            Event::Error { .. } => "Error",
        }
    }

    /// Returns the run that the event belongs to, if any.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Event::Ready(_) | Event::WantsReplicas(_) | Event::DataReady { .. } => None,
            Event::RunReady { run, .. }
            | Event::Benchmark { run, .. }
            | Event::State { run, .. }
            | Event::Steps { run, .. }
            | Event::Epoch { run, .. }
            | Event::Tested { run, .. }
            | Event::Restored { run, .. }
            | Event::TestSet { run, .. }
            | Event::BatchTrace { run, .. }
            | Event::StepTrace { run, .. }
            | Event::Prediction { run, .. }
            | Event::LivePrediction { run, .. }
            | Event::Masks { run, .. }
            | Event::Weights { run, .. } => Some(*run),
            Event::Error { run, .. } => *run,
        }
    }
}
