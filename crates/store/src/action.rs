//! Actions: what has happened on the page or outside of it.

use std::sync::Arc;

use model::permalink::Permalink;
use model::{DataShape, DataSource, DeviceChoice, ImageRef, Lab, RunConfig, StudyKind};
use protocol::embed_command::EmbedId;
use protocol::interpret::UnitRef;
use protocol::{Event, Problem, RunId};

use model::permalink::View;

use crate::checkpoints::WatchedWeights;
use crate::first_weights::WeightsPart;
use crate::packs::ListedPack;
use crate::progress::Progress;
use model::DatasetKey;

/// Weights of a file that fit the network on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightsOfFile {
    /// Name of the file.
    pub file: String,
    /// The part of the network that has these weights.
    pub part: WeightsPart,
    /// Shape of the data for which they were read.
    pub shape: DataShape,
    /// The values of a checkpoint: all, or those of the encoder.
    pub values: Vec<f32>,
}

/// Something that has happened on the page, or in a worker, the network or the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The page was opened. The sentences describe the parts of the link that were ignored.
    Open(Vec<String>),
    /// The visitor changed the configuration.
    SetConfig(RunConfig),
    /// The visitor switched to a lab.
    SetLab(Lab),
    /// The visitor chose a view for a pane, counted from the left.
    ShowView {
        /// Index of the pane. One that is not there yet is opened.
        pane: usize,
        /// The view.
        view: View,
    },
    /// These views are to be shown, as an entry of the browser's history says, or since the visitor
    /// closed a pane.
    SetViews(Vec<View>),
    /// The visitor chose a question of the view of studies.
    SetStudy(StudyKind),
    /// The visitor entered or left the projector mode.
    TogglePresent,
    /// The visitor changed the learning rate, which can be changed during a run.
    SetLearningRate(f64),
    /// The visitor chose a device.
    SetDevice(DeviceChoice),
    /// A message of the framing page changed the link.
    SetLink {
        /// The whole link.
        link: Box<Permalink>,
        /// Identifier of the message.
        id: Option<EmbedId>,
    },
    /// The framing page asked for the state.
    ReportState(Option<EmbedId>),
    /// The visitor started training.
    Play,
    /// The visitor paused training.
    Pause,
    /// The visitor toggled between training and pausing.
    Toggle,
    /// The visitor asked for one training step.
    Step,
    /// The visitor asked for training to the end of the epoch.
    Epoch,
    /// The visitor asked for an evaluation of the network as it is now.
    Test,
    /// The visitor asked for the network of the best epoch of a run that is over.
    RestoreBest,
    /// The visitor opened the sealed test set for the network as it is now.
    OpenTestSet,
    /// The visitor reset the run to step 0.
    Reset,
    /// The visitor chose an image to classify (gray values 0 to 255, `[64, 64]` row by row).
    Predict(Vec<u8>),
    /// The visitor selected a slice, whose feature maps are to be shown.
    SelectSlice {
        /// The data set that contains the slice.
        data: DatasetKey,
        /// Split and index of the slice in the data set.
        image: ImageRef,
        /// Gray values 0 to 255, `[height, width]` row by row.
        pixels: Arc<[u8]>,
    },
    /// The visitor chose slices to segment.
    Segment {
        /// Gray values 0 to 255, `[n, height, width]` row by row.
        pixels: Vec<u8>,
        /// Height and width of each slice.
        size: [usize; 2],
    },
    /// The visitor asked for the weights of the run as a file.
    SaveWeights,
    /// The weights that the engine sent have been saved, or could not be.
    WeightsSaved,
    /// The visitor opened a file with weights of the present network, or of its encoder.
    LoadWeights(WeightsOfFile),
    /// The visitor wants runs to start from random weights again.
    DropWeights,
    /// The visitor wants the encoder of the U-Net to start from a classifier.
    StartFromClassifier,
    /// The visitor wants the run's network, a classifier, as the start of the other lab's encoder.
    UseAsEncoder,
    /// The visitor dismissed the notice with this id.
    Dismiss(u32),
    /// A problem occurred on the page.
    Report(Problem),
    /// The debounce delay after the last edit has elapsed.
    DebounceElapsed,
    /// The download of the engine has made progress.
    EngineProgress(Progress),
    /// The engine's module was downloaded and compiled.
    EngineLoaded,
    /// The engine's module could not be loaded. The sentence says why.
    EngineUnavailable(String),
    /// A worker sent an event. The worker may have been replaced in the meantime.
    EngineEvent {
        /// Number of the worker.
        worker: u32,
        /// The event.
        event: Event,
    },
    /// A worker crashed.
    WorkerFailed {
        /// Number of the worker.
        worker: u32,
        /// Message from the browser or the engine.
        message: String,
    },
    /// A data set was decoded and is shown on the page.
    DatasetLoaded(DatasetKey),
    /// A new worker of the interpreter was started.
    InterpreterStarted,
    /// The interpreter stored a checkpoint.
    CheckpointStored {
        /// The run.
        run: RunId,
        /// Step of the run's latest checkpoint.
        step: usize,
        /// Epochs of the run with a checkpoint, in increasing order.
        epochs: Vec<usize>,
    },
    /// Views of the latest weights became visible, or are no longer visible.
    WatchWeights(WatchedWeights),
    /// The view of a single step became visible or shows another unit, or is no longer visible.
    WatchStep(Option<UnitRef>),
    /// The visitor asked for the batch of the next step.
    LookAhead,
    /// The interval after the last request for the latest weights has elapsed.
    CheckpointIntervalElapsed,
    /// The list of packs was downloaded.
    PacksListed(Vec<ListedPack>),
    /// The list of packs cannot be used, and therefore no pack can.
    PacksUnlisted(Problem),
    /// The download of a pack has made progress.
    PackProgress(DataSource, Progress),
    /// A pack was downloaded and decoded.
    PackReady(DataSource),
    /// A pack cannot be used.
    PackFailed(DataSource, Problem),
    /// The visitor wants to train on data of their own, which the page has.
    UseOwnData(DataSource),
    /// The visitor wants the page to forget their own data.
    ForgetOwnData,
}
