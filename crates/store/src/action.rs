//! Actions: what a visitor or the world did.

use std::sync::Arc;

use model::{DataSource, DeviceChoice, ImageRef, Lab, RunConfig};
use protocol::{Event, Problem, RunId};

use crate::dataset_key::DatasetKey;
use crate::packs::ListedPack;
use crate::progress::Progress;

/// Something that happened on the page or in the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The page was opened; these parts of the link were ignored.
    Open(Vec<String>),
    /// The visitor changed the run.
    SetConfig(RunConfig),
    /// The visitor went to a lab.
    SetLab(Lab),
    /// The visitor changed the learning rate, which a run can take up while it goes on.
    SetLearningRate(f64),
    /// The visitor chose a device.
    SetDevice(DeviceChoice),
    /// Train.
    Play,
    /// Stop.
    Pause,
    /// Play or pause, whichever is not the case.
    Toggle,
    /// One step.
    Step,
    /// To the end of the epoch.
    Epoch,
    /// Back to step 0.
    Reset,
    /// The visitor chose an image to predict (64×64 gray values).
    Predict(Vec<u8>),
    /// The visitor selected a slice, whose feature maps are shown.
    SelectSlice {
        /// The data that it belongs to.
        data: DatasetKey,
        /// Its place in them.
        image: ImageRef,
        /// Gray values, `[height, width]` row by row.
        pixels: Arc<[u8]>,
    },
    /// The visitor chose slices to segment (gray values, `[n, height, width]`).
    Segment(Vec<u8>),
    /// A notice was read.
    Dismiss(u32),
    /// Something on the page went wrong.
    Report(Problem),
    /// The debounce delay after the last edit has elapsed.
    DebounceElapsed,
    /// More of the engine has arrived.
    EngineProgress(Progress),
    /// The engine's module is compiled.
    EngineLoaded,
    /// The engine's module did not come, with a sentence.
    EngineUnavailable(String),
    /// The present worker, or an earlier one, sent an event.
    EngineEvent {
        /// The worker.
        worker: u32,
        /// The event.
        event: Event,
    },
    /// A worker died.
    WorkerFailed {
        /// The worker.
        worker: u32,
        /// Message of the browser or the engine.
        message: String,
    },
    /// A data set is decoded and on the page.
    DatasetLoaded(DatasetKey),
    /// A new worker of the interpreter was started.
    InterpreterStarted,
    /// The interpreter stored a checkpoint.
    CheckpointStored {
        /// The run.
        run: RunId,
        /// Step of its latest checkpoint.
        step: usize,
        /// Its epochs with a checkpoint, in order.
        epochs: Vec<usize>,
    },
    /// Views of the latest weights came onto the screen, or the last one left it.
    WatchWeights(bool),
    /// The interval since the latest weights were requested has elapsed.
    CheckpointIntervalElapsed,
    /// The list of packs arrived.
    PacksListed(Vec<ListedPack>),
    /// The list of packs cannot be used, and so no pack.
    PacksUnlisted(Problem),
    /// More of a pack has arrived.
    PackProgress(DataSource, Progress),
    /// A pack is open.
    PackReady(DataSource),
    /// A pack cannot be used.
    PackFailed(DataSource, Problem),
}
