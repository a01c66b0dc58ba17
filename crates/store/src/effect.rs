//! Effects: what the page has to do after an action.

use model::{DataSource, DeviceChoice};
use protocol::embed::EmbedEvent;
use protocol::{Command, RunId};

use crate::speeds::Speeds;
use model::DatasetKey;

/// Something that the page has to do: in a worker, on the network or in the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Fetch and compile the engine's module.
    LoadEngine,
    /// Fetch the list of packs.
    ListPacks,
    /// Fetch a pack, and decode it.
    FetchPack {
        /// The data set of the pack.
        source: DataSource,
        /// Path of the pack below `packs/`.
        file: String,
        /// Size of the pack in bytes.
        bytes: u64,
    },
    /// Show a data set, after decoding its pack or generating it. Answered by
    /// [`DatasetLoaded`](crate::action::Action::DatasetLoaded).
    LoadDataset(DatasetKey),
    /// Start an engine worker, and stop the previous one.
    StartWorker {
        /// Number of the worker.
        worker: u32,
        /// The device to train on.
        device: DeviceChoice,
    },
    /// Stop the engine worker.
    StopWorker,
    /// Start this many workers that train together with the engine, instead of those that there are.
    StartReplicas(usize),
    /// Send the loaded data set to the engine.
    SendData(DatasetKey),
    /// Send the test set of this data set to the engine, to be evaluated with the run's network.
    OpenTestSet {
        /// The data set.
        key: DatasetKey,
        /// The run.
        run: RunId,
    },
    /// Send a command to the engine.
    SendCommand(Command),
    /// Dispatch [`DebounceElapsed`](crate::action::Action::DebounceElapsed) after a delay. If this
    /// effect is repeated, the delay starts again.
    Debounce,
    /// Dispatch [`CheckpointIntervalElapsed`](crate::action::Action::CheckpointIntervalElapsed) after
    /// half a second.
    StartCheckpointInterval,
    /// Add an entry with this query string to the browser's history.
    PushUrl(String),
    /// Replace the query string of the page's address.
    ReplaceUrl(String),
    /// Save the measured speeds of the devices for the next visit.
    RememberSpeeds(Speeds),
    /// Emit an event for course pages.
    Emit(EmbedEvent),
    /// Emit one event per step for course pages.
    EmitSteps {
        /// Number of the first step.
        first: usize,
        /// Loss of each step.
        losses: Vec<f32>,
    },
}
