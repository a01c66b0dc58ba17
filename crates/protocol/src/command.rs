//! Commands from the page to the engine.

use data::Dataset;
use serde::{Deserialize, Serialize};

use model::{DataSource, RunConfig};

use crate::RunId;

/// A command to the engine. Fire-and-forget: the answer is an [`Event`](crate::Event).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Loads a data set in place of the present one. Answer: [`Event::DataReady`](crate::Event::DataReady).
    LoadData {
        /// Source that the data set was decoded or generated from.
        source: DataSource,
        /// Seed of generated images; ignored for packs.
        seed: u32,
        /// The data set.
        dataset: Dataset,
    },
    /// Replaces the present run by a new one, paused at step 0. Answer:
    /// [`Event::RunReady`](crate::Event::RunReady).
    Configure {
        /// Id of the new run.
        run: RunId,
        /// Its configuration.
        config: RunConfig,
    },
    /// Trains a copy of the run's network for a few steps on the engine's device and on the CPU, at step 0
    /// or while paused. Answer: [`Event::Benchmark`](crate::Event::Benchmark).
    Benchmark(RunId),
    /// Trains until paused or finished.
    Play(RunId),
    /// Pauses after the step in progress.
    Pause(RunId),
    /// Makes one step with a [`BatchTrace`](crate::BatchTrace), then pauses.
    Step(RunId),
    /// Trains to the end of the epoch, then pauses.
    Epoch(RunId),
    /// Sets the learning rate from the next step on.
    SetLearningRate {
        /// The run.
        run: RunId,
        /// The new rate.
        value: f64,
    },
    /// Sends the present weights to the interpreter as a [`Checkpoint`](crate::interpret::Checkpoint).
    /// Those at the end of an epoch are sent without a command.
    SendCheckpoint(RunId),
    /// Classifies one 64×64 image. Answer: [`Event::Prediction`](crate::Event::Prediction).
    Predict {
        /// The run whose network predicts.
        run: RunId,
        /// Number that the answer repeats.
        request: u32,
        /// Gray values 0 to 255, row by row.
        pixels: Vec<u8>,
    },
    /// Segments any number of slices. Answer: [`Event::Masks`](crate::Event::Masks).
    Segment {
        /// The run whose network predicts.
        run: RunId,
        /// Number that the answer repeats.
        request: u32,
        /// Gray values 0 to 255, `[n, height, width]` row by row, of the data set's size.
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
            Command::SetLearningRate { .. } => "SetLearningRate",
            Command::SendCheckpoint(..) => "SendCheckpoint",
            Command::Predict { .. } => "Predict",
            Command::Segment { .. } => "Segment",
        }
    }
}
