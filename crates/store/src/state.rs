//! State of the page, as plain data. It changes only in [`reduce`](mod@crate::reduce).

use std::sync::Arc;

use model::permalink::Permalink;
use model::{Lab, RunConfig};
use protocol::interpret::UnitRef;
use protocol::{DataInfo, Problem, RunId};

use crate::checkpoints::Checkpoints;
use crate::engine::{Engine, EngineData, EngineStatus};
use crate::first_weights::{FirstWeights, WeightsRequest};
use crate::packs::Packs;
use crate::progress::Progress;
use crate::run::{PastRun, Run, RunCommand};
use crate::slices::{OwnSlices, SelectedSlice};
use crate::speeds::Speeds;
use model::DatasetKey;

/// State of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Content of the page's address, kept up to date with the visitor's edits.
    pub link: Permalink,
    /// Configuration of the other lab when the visitor left it; `None` before the first visit.
    pub other_lab_config: Option<RunConfig>,
    /// Version of the page, for the `ready` event.
    pub build: String,
    /// Problems that have not been dismissed, in order of occurrence.
    pub notices: Vec<Notice>,
    /// The latest problems, including dismissed ones, in order of occurrence.
    pub recent_problems: Vec<Problem>,
    /// Id of the next notice.
    pub next_notice: u32,
    /// The engine and its worker.
    pub engine: Engine,
    /// Measured speeds of the devices of this computer.
    pub speeds: Speeds,
    /// Status of the packs.
    pub packs: Packs,
    /// The data set shown on the page, or being loaded for it.
    pub shown: Option<DatasetKey>,
    /// The data set that was decoded and is shown on the page.
    pub loaded: Option<DatasetKey>,
    /// The current run.
    pub run: Option<Run>,
    /// Checkpoints stored in the interpreter.
    pub checkpoints: Checkpoints,
    /// Id of the last run that was set up. Ids are never used twice.
    pub last_run: RunId,
    /// Earlier runs that made at least one step, oldest first.
    pub past: Vec<PastRun>,
    /// Number of runs that have made a step so far. It is the run number shown on the page.
    pub run_counter: u32,
    /// Command to be sent to the run as soon as a run is ready.
    pub pending_command: Option<RunCommand>,
    /// Whether an edit was made during the debounce delay. The run is set up when the delay has
    /// elapsed without another edit.
    pub debouncing: bool,
    /// The unit whose update the view of a single step shows; `None` while it is not visible.
    pub watched_step: Option<UnitRef>,
    /// The image chosen by the visitor for classification, and the result.
    pub prediction: Option<PredictionRequest>,
    /// The slice shown in the viewer of the segmentation lab.
    pub selected_slice: Option<SelectedSlice>,
    /// The visitor's own slices.
    pub own_slices: Option<OwnSlices>,
    /// Number of the last request for a prediction or for masks.
    pub last_request: u32,
    /// Weights from which runs start; `None` if they start from random weights.
    pub first_weights: Option<Arc<FirstWeights>>,
    /// Those of the other lab when the visitor left it.
    pub other_lab_first_weights: Option<Arc<FirstWeights>>,
    /// Number of the last weights that runs were to start from.
    pub last_first_weights: u32,
    /// The last weights of a classifier for an encoder, kept while runs start from random ones.
    pub encoder_weights: Option<Arc<FirstWeights>>,
    /// Whether the weights of the run, a classifier, are awaited as the start of an encoder.
    pub is_encoder_requested: bool,
    /// Weights of the run that are to be saved.
    pub saved_weights: WeightsRequest,
    /// How often a sealed test set was opened in this visit.
    pub test_set_openings: u32,
}

/// A problem shown on the page until it is dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Id of the notice, with which it can be dismissed.
    pub id: u32,
    /// The problem.
    pub problem: Problem,
}

/// An image to be classified for the visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictionRequest {
    /// Number of the request, which the answer repeats.
    pub request: u32,
    /// Gray values 0 to 255, `[64, 64]` row by row.
    pub pixels: Vec<u8>,
    /// Logits, once the engine has answered; they are of the latest weights with which it was
    /// asked.
    pub logits: Option<Vec<f32>>,
}

impl State {
    /// Creates the state of a page that was opened at a link. `engine_bytes` is the size of the
    /// engine's module in bytes, or 0 if it is not known.
    pub fn new(link: Permalink, build: String, engine_bytes: u64) -> Self {
        let mut packs = Packs::default();
        packs.remove_own();
        Self {
            pending_command: link.autostart.then_some(RunCommand::Play),
            engine: Engine {
                status: EngineStatus::Loading(Progress { received: 0, total: engine_bytes }),
                ..Engine::default()
            },
            link,
            other_lab_config: None,
            build,
            notices: Vec::new(),
            recent_problems: Vec::new(),
            next_notice: 0,
            speeds: Speeds::default(),
            packs,
            shown: None,
            loaded: None,
            run: None,
            checkpoints: Checkpoints::default(),
            last_run: RunId(0),
            past: Vec::new(),
            run_counter: 0,
            debouncing: false,
            watched_step: None,
            prediction: None,
            selected_slice: None,
            own_slices: None,
            last_request: 0,
            first_weights: None,
            other_lab_first_weights: None,
            last_first_weights: 0,
            encoder_weights: None,
            is_encoder_requested: false,
            saved_weights: WeightsRequest::None,
            test_set_openings: 0,
        }
    }

    /// Returns the current lab.
    pub fn lab(&self) -> Lab {
        self.link.config.lab()
    }

    /// Returns a description of the data loaded in the engine, if the page shows the same data.
    pub fn data_info(&self) -> Option<&DataInfo> {
        match &self.engine.data {
            EngineData::Ready(key, info)
                if self.shown == Some(*key) && key.source.lab() == self.lab() =>
            {
                Some(info)
            }
            _ => None,
        }
    }

    /// Returns the current run, unless it belongs to the other lab.
    pub fn visible_run(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| run.config.lab() == self.lab())
    }
}
