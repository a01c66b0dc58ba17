//! Commands from the page to the engine.

use data::Dataset;
use serde::{Deserialize, Serialize};

use model::{DatasetKey, RunConfig};

use crate::interpret::UnitRef;
use crate::{InitialWeights, RunId};

/// A command to the engine. Commands are fire-and-forget: their results arrive as
/// [`Event`](crate::Event)s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Loads a data set in place of the current one. Answered by
    /// [`Event::DataReady`](crate::Event::DataReady).
    LoadData {
        /// Identifies the data set.
        key: DatasetKey,
        /// The data set, without a test set that is sealed.
        dataset: Dataset,
    },
    /// Replaces the current run by a new one, paused at step 0. Answered by
    /// [`Event::RunReady`](crate::Event::RunReady).
    Configure {
        /// Id of the new run.
        run: RunId,
        /// Configuration of the new run.
        config: RunConfig,
        /// First weights; `None` to draw them from the seed. Values that do not fit the network are
        /// refused with an [`Event::Error`](crate::Event::Error), and no run is set up.
        first_weights: Option<InitialWeights>,
    },
    /// Measures the training speed on the engine's device and on the CPU by training a copy of the
    /// run's network for a few steps on each. Only possible at step 0 or while paused. Answered by
    /// [`Event::Benchmark`](crate::Event::Benchmark).
    Benchmark(RunId),
    /// Trains until the run is paused or finished.
    Play(RunId),
    /// Pauses after the current step.
    Pause(RunId),
    /// Trains for one step and sends its [`BatchTrace`](crate::BatchTrace), then pauses.
    Step(RunId),
    /// Trains to the end of the epoch, then pauses.
    Epoch(RunId),
    /// Brings back the network of the epoch with the lowest loss in evaluation, once the run is
    /// over. Answered by [`Event::Restored`](crate::Event::Restored).
    RestoreBest(RunId),
    /// Evaluates the current network on a test set that was sealed until now. Answered by
    /// [`Event::TestSet`](crate::Event::TestSet).
    OpenTestSet {
        /// The run.
        run: RunId,
        /// A data set whose test set is evaluated.
        dataset: Dataset,
    },
    /// Evaluates the current network on the evaluated split, also while it trains, which goes on
    /// afterwards. Answered by [`Event::Tested`](crate::Event::Tested) or, at the end of an epoch
    /// that has not been evaluated yet, by [`Event::Epoch`](crate::Event::Epoch).
    Test(RunId),
    /// Sets the learning rate, starting with the next step.
    SetLearningRate {
        /// The run.
        run: RunId,
        /// New learning rate.
        value: f64,
    },
    /// Sends the current weights to the interpreter as a
    /// [`Checkpoint`](crate::interpret::Checkpoint). Checkpoints at the end of an epoch are sent
    /// without a command.
    SendCheckpoint(RunId),
    /// Sends the current weights to the page. Answered by
    /// [`Event::Weights`](crate::Event::Weights).
    SendWeights(RunId),
    /// Sends, with the [`BatchTrace`](crate::BatchTrace) of a step, also its
    /// [`StepTrace`](crate::StepTrace) with the update of this unit, until `None` is sent. While
    /// paused, a trace is sent at once: that of the step whose batch was traced last, if the engine
    /// still has its gradients, otherwise those of the next step. Has no effect in the segmentation
    /// lab.
    WatchStep {
        /// The run.
        run: RunId,
        /// The unit. Where the network has none such, the nearest that it has is sent.
        unit: Option<UnitRef>,
    },
    /// While paused, sends the [`BatchTrace`](crate::BatchTrace) of the next step without making
    /// it, and its [`StepTrace`](crate::StepTrace) if steps are watched.
    LookAhead(RunId),
    /// Classifies one 64×64 image. Answered by [`Event::Prediction`](crate::Event::Prediction).
    Predict {
        /// The run whose network makes the prediction.
        run: RunId,
        /// Number of the request, which the answer repeats.
        request: u32,
        /// Gray values 0 to 255, `[64, 64]` row by row.
        pixels: Vec<u8>,
    },
    /// Segments any number of slices. Where they are larger than the network's input, the network
    /// is applied to windows that overlap by half. Replaces an earlier request that is not answered
    /// yet. Answered by [`Event::Masks`](crate::Event::Masks).
    Segment {
        /// The run whose network makes the prediction.
        run: RunId,
        /// Number of the request, which the answer repeats.
        request: u32,
        /// Height and width of each slice, both at least those of the data set.
        size: [usize; 2],
        /// Gray values 0 to 255, `[n, height, width]` row by row.
        pixels: Vec<u8>,
    },
}

impl Command {
    /// Returns the name of the variant, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Command::LoadData { .. } => "LoadData",
            Command::Configure { .. } => "Configure",
            Command::Benchmark(..) => "Benchmark",
            Command::Play(..) => "Play",
            Command::Pause(..) => "Pause",
            Command::Step(..) => "Step",
            Command::Epoch(..) => "Epoch",
            Command::RestoreBest(..) => "RestoreBest",
            Command::OpenTestSet { .. } => "OpenTestSet",
            Command::Test(..) => "Test",
            Command::SetLearningRate { .. } => "SetLearningRate",
            Command::SendCheckpoint(..) => "SendCheckpoint",
            Command::SendWeights(..) => "SendWeights",
            Command::WatchStep { .. } => "WatchStep",
            Command::LookAhead(..) => "LookAhead",
            Command::Predict { .. } => "Predict",
            Command::Segment { .. } => "Segment",
        }
    }
}
