//! Everything the page knows, as plain data. It changes in [`reduce`](mod@crate::reduce) and nowhere
//! else.

use model::permalink::Permalink;
use model::{Lab, RunConfig};
use protocol::{DataInfo, Problem, RunId};

use crate::checkpoints::Checkpoints;
use crate::dataset_key::DatasetKey;
use crate::engine::{Engine, EngineData, EngineStatus};
use crate::packs::Packs;
use crate::progress::Progress;
use crate::run::{PastRun, Run, RunCommand};
use crate::slices::{OwnSlices, SelectedSlice};
use crate::speeds::Speeds;

/// State of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Content of the address, kept up to date with the visitor's edits.
    pub link: Permalink,
    /// Configuration of the other lab when it was left; none before a first visit.
    pub other_lab_config: Option<RunConfig>,
    /// Version of the page, for the `ready` event.
    pub build: String,
    /// Problems that have not been dismissed, oldest first.
    pub notices: Vec<Notice>,
    /// The latest problems, also those that have been dismissed, oldest first.
    pub recent_problems: Vec<Problem>,
    /// Number of the next notice.
    pub next_notice: u32,
    /// The engine and its worker.
    pub engine: Engine,
    /// Measured speeds of this computer's devices.
    pub speeds: Speeds,
    /// The packs.
    pub packs: Packs,
    /// The data set on the page, or on its way there.
    pub shown: Option<DatasetKey>,
    /// The data set that the page has decoded and shows.
    pub loaded: Option<DatasetKey>,
    /// The run on the page.
    pub run: Option<Run>,
    /// Checkpoints that the interpreter has.
    pub checkpoints: Checkpoints,
    /// Number of the last run that was set up. Ids are never used twice.
    pub last_run: RunId,
    /// Earlier runs that made at least one step, oldest first.
    pub past: Vec<PastRun>,
    /// Runs that have made a step so far: the number people see.
    pub run_counter: u32,
    /// Command to the run as soon as one stands ready.
    pub pending_command: Option<RunCommand>,
    /// An edit has just been made; the run is set up when no other follows at once.
    pub debouncing: bool,
    /// The image whose class is asked for, and the answer.
    pub prediction: Option<PredictionRequest>,
    /// The slice in the viewer of the segmentation lab.
    pub selected_slice: Option<SelectedSlice>,
    /// The visitor's own slices.
    pub own_slices: Option<OwnSlices>,
    /// Number of the last question, of whatever kind.
    pub last_question: u32,
}

/// A problem on the page until it is dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names it for dismissal.
    pub id: u32,
    /// What went wrong and what to do about it.
    pub problem: Problem,
}

/// An image whose class the visitor wants to know.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictionRequest {
    /// Comes back with the answer.
    pub request: u32,
    /// Gray values, 64×64, row by row.
    pub pixels: Vec<u8>,
    /// Logits, once the engine has answered; of the latest weights that were asked.
    pub logits: Option<Vec<f32>>,
}

impl State {
    /// Creates the state of a page that has just been opened at a link. `engine_bytes` is the size of the engine's
    /// module where the page knows it, else 0.
    pub fn new(link: Permalink, build: String, engine_bytes: u64) -> Self {
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
            packs: Packs::default(),
            shown: None,
            loaded: None,
            run: None,
            checkpoints: Checkpoints::default(),
            last_run: RunId(0),
            past: Vec::new(),
            run_counter: 0,
            debouncing: false,
            prediction: None,
            selected_slice: None,
            own_slices: None,
            last_question: 0,
        }
    }

    /// Returns the lab on the page.
    pub fn lab(&self) -> Lab {
        self.link.config.lab()
    }

    /// Returns a summary of the data that the engine trains on, while the page shows the same data.
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

    /// Returns the run on the page, unless it is still that of the other lab.
    pub fn visible_run(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| run.config.lab() == self.lab())
    }
}
