//! Effects: what the page has to do in the world after an action.

use model::{DataSource, DeviceChoice};
use protocol::Command;
use protocol::embed::EmbedEvent;

use crate::dataset_key::DatasetKey;
use crate::speeds::Speeds;

/// Something that the page has to do in the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Fetch and compile the engine's module.
    LoadEngine,
    /// Fetch the list of packs.
    ListPacks,
    /// Fetch a pack and decode it.
    FetchPack {
        /// The data set.
        source: DataSource,
        /// Its name below `packs/`.
        file: String,
        /// Its size.
        bytes: u64,
    },
    /// Show a data set, generated first if it is no pack. Answer:
    /// [`DatasetLoaded`](crate::action::Action::DatasetLoaded).
    LoadDataset(DatasetKey),
    /// Start that worker, and stop the one before.
    StartWorker {
        /// Its number.
        worker: u32,
        /// The device to train on.
        device: DeviceChoice,
    },
    /// Stop the worker.
    StopWorker,
    /// Send the loaded data set to the engine.
    SendData(DatasetKey),
    /// Send a command to the engine.
    SendCommand(Command),
    /// Dispatch [`DebounceElapsed`](crate::action::Action::DebounceElapsed) after a delay, counted
    /// from the last of these.
    Debounce,
    /// Dispatch [`CheckpointIntervalElapsed`](crate::action::Action::CheckpointIntervalElapsed) after
    /// half a second.
    StartCheckpointInterval,
    /// Write this query string into the address.
    ReplaceUrl(String),
    /// Remember how fast the devices are, for the next visit.
    RememberSpeeds(Speeds),
    /// Emit an event for a course page.
    Emit(EmbedEvent),
    /// Emit these steps for a course page, one by one.
    EmitSteps {
        /// Number of the first.
        first: usize,
        /// Their losses.
        losses: Vec<f32>,
    },
}
