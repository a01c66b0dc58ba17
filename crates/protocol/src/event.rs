//! Events from the engine to the page.

use serde::{Deserialize, Serialize};

use model::DataSource;

use crate::{BatchTrace, DataInfo, DeviceInfo, EpochReport, LivePrediction, Problem};

/// Id of a run. The page counts up; a larger id is a newer run.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct RunId(pub u32);

/// State of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunState {
    /// Waiting for a command.
    Paused,
    /// Training.
    Running,
    /// All epochs done.
    Finished,
    /// Stopped at a loss that is not finite; the weights are those of the last epoch before.
    Diverged,
}

/// Training speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Training images a second, over the last second or so.
    pub images_per_second: f64,
    /// Estimated time to the end of the run, in seconds.
    pub seconds_left: f64,
}

/// An event of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The first event: the engine runs on this device.
    Ready(DeviceInfo),
    /// The data set is decoded.
    DataReady {
        /// The data set.
        source: DataSource,
        /// Seed of generated images.
        seed: u32,
        /// Its classes and sizes.
        info: DataInfo,
    },
    /// A new run stands at step 0.
    RunReady {
        /// The run.
        run: RunId,
        /// Number of trainable parameters.
        parameters: usize,
        /// Steps an epoch (the last batch may be smaller).
        steps_per_epoch: usize,
    },
    /// Speed of both devices, in images a second; answers
    /// [`Command::Benchmark`](crate::Command::Benchmark).
    Benchmark {
        /// The run whose network was trained.
        run: RunId,
        /// On the engine's device.
        device: f64,
        /// On the CPU.
        cpu: f64,
    },
    /// A run started, paused or ended.
    State {
        /// The run.
        run: RunId,
        /// Its new state.
        state: RunState,
        /// Steps done.
        step: usize,
    },
    /// Steps were made.
    Steps {
        /// The run.
        run: RunId,
        /// Number of the first step in `losses`, counted from 1.
        first: usize,
        /// Loss of each step's batch, before its update.
        losses: Vec<f32>,
        /// Learning rate of these steps.
        learning_rate: f64,
        /// Speed.
        timing: Timing,
    },
    /// An epoch ended, or the untrained network was evaluated.
    Epoch {
        /// The run.
        run: RunId,
        /// Training loss and evaluation.
        report: EpochReport,
    },
    /// A traced batch: that of the next step while a run stands at 0, that of the step just made after
    /// [`Command::Step`](crate::Command::Step).
    BatchTrace {
        /// The run.
        run: RunId,
        /// The batch.
        trace: BatchTrace,
    },
    /// Class scores of one image; answers [`Command::Predict`](crate::Command::Predict).
    Prediction {
        /// The run whose network predicts.
        run: RunId,
        /// Number of the request.
        request: u32,
        /// Logits, one a class.
        logits: Vec<f32>,
    },
    /// Masks of the preview slices, every few steps while a U-Net trains, and at step 0.
    LivePrediction {
        /// The run.
        run: RunId,
        /// The masks.
        prediction: LivePrediction,
    },
    /// Masks of slices; answers [`Command::Segment`](crate::Command::Segment).
    Masks {
        /// The run whose network predicts.
        run: RunId,
        /// Number of the request.
        request: u32,
        /// Most probable class of each pixel, `[n, height, width]` row by row.
        masks: Vec<u8>,
    },
    /// A command failed. Nothing else changed.
    Error {
        /// The run, where it belongs to one.
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
            Event::DataReady { .. } => "DataReady",
            Event::RunReady { .. } => "RunReady",
            Event::Benchmark { .. } => "Benchmark",
            Event::State { .. } => "State",
            Event::Steps { .. } => "Steps",
            Event::Epoch { .. } => "Epoch",
            Event::BatchTrace { .. } => "BatchTrace",
            Event::Prediction { .. } => "Prediction",
            Event::LivePrediction { .. } => "LivePrediction",
            Event::Masks { .. } => "Masks",
            Event::Error { .. } => "Error",
        }
    }

    /// Returns the run that the event belongs to, if any.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Event::Ready(_) | Event::DataReady { .. } => None,
            Event::RunReady { run, .. }
            | Event::Benchmark { run, .. }
            | Event::State { run, .. }
            | Event::Steps { run, .. }
            | Event::Epoch { run, .. }
            | Event::BatchTrace { run, .. }
            | Event::Prediction { run, .. }
            | Event::LivePrediction { run, .. }
            | Event::Masks { run, .. } => Some(*run),
            Event::Error { run, .. } => *run,
        }
    }
}
