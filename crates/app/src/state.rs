//! Everything the page knows, as plain data. It changes in [`crate::reduce`] and nowhere else.

mod packs;
mod segment;
mod speeds;

use std::sync::Arc;

use model::permalink::Permalink;
use model::{DataSource, DeviceChoice, Lab, RunConfig};
pub use packs::{PACKS, PackStatus, Packs, words};
use protocol::{
    BatchTrace, Command, DataInfo, DeviceInfo, Evaluation, LivePrediction, Problem, RunId,
    RunState, SegmentEvaluation, Timing,
};
pub use segment::{Brought, Flight, Viewed};
pub use speeds::{Speed, Speeds, Times};

use crate::examined::Examined;

/// Bytes of a download so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that have arrived.
    pub received: u64,
    /// Bytes in all; 0 where that is not known.
    pub total: u64,
}

/// The whole state.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// What the address says, and what the visitor has since made of it.
    pub link: Permalink,
    /// How the other lab was left; none before a first visit.
    pub left: Option<RunConfig>,
    /// Version of the page, for the `ready` event.
    pub build: String,
    /// Problems that have not been dismissed, oldest first.
    pub notices: Vec<Notice>,
    /// Number of the next notice.
    pub next_notice: u32,
    /// The engine and its worker.
    pub engine: Engine,
    /// How fast this computer's devices are.
    pub speeds: Speeds,
    /// The packs.
    pub packs: Packs,
    /// The data that the page has in hand and shows.
    pub shown: Option<DataKey>,
    /// The run on the stage.
    pub run: Option<Run>,
    /// Number of the last run that was set up. Ids are never used twice.
    pub last_run: RunId,
    /// Earlier runs that made at least one step, oldest first.
    pub past: Vec<PastRun>,
    /// Runs that have made a step so far: the number people see.
    pub runs_made: u32,
    /// What to ask of the next run as soon as it stands ready.
    pub queued: Option<Asked>,
    /// An edit has just been made; the run is set up when no other follows at once.
    pub settling: bool,
    /// The image whose class is asked for, and the answer.
    pub question: Option<Question>,
    /// The slice in the viewer of the segmentation lab.
    pub viewed: Option<Viewed>,
    /// The visitor's own slices.
    pub brought: Option<Brought>,
    /// Number of the last question, of whatever kind.
    pub last_question: u32,
}

/// A problem on the page until it is dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names it for dismissal.
    pub id: u32,
    /// What happened and what to do.
    pub problem: Problem,
}

/// The engine and the worker that it lives in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Engine {
    /// How far it is.
    pub status: EngineStatus,
    /// Number of the present worker; messages of earlier ones are dropped.
    pub worker: u32,
    /// What the present worker was told to train on.
    pub device: DeviceChoice,
    /// Whether that is the page's own choice.
    pub automatic: bool,
    /// Set when the engine died on the chosen device: why the CPU is used instead.
    pub on_cpu: Option<String>,
    /// Times in a row that a worker died without a step in between.
    pub crashes: u32,
    /// What the engine has loaded.
    pub data: EngineData,
}

/// How far the engine is.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineStatus {
    /// Its module is on the way.
    Loading(Progress),
    /// The worker chooses its device.
    Starting,
    /// It trains on this.
    Ready(DeviceInfo),
    /// It will not come; the sentence says why and what to do.
    Failed(String),
}

impl Default for EngineStatus {
    fn default() -> Self {
        Self::Loading(Progress::default())
    }
}

/// Names a data set wholly. The seed is 0 for data that does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DataKey {
    /// Which data.
    pub source: DataSource,
    /// Seed of generated images.
    pub seed: u32,
}

impl DataKey {
    /// The data that a run needs.
    pub fn of(config: &RunConfig) -> Self {
        Self::new(config.data, config.seed)
    }

    /// The data set that a source and a seed name.
    pub fn new(source: DataSource, seed: u32) -> Self {
        match source {
            DataSource::MedNist | DataSource::Hippocampus => Self { source, seed: 0 },
            DataSource::Phantom { .. } | DataSource::Ventricles(_) => Self { source, seed },
        }
    }
}

/// What the engine has loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum EngineData {
    /// Nothing yet.
    #[default]
    None,
    /// On its way.
    Asked(DataKey),
    /// Decoded.
    Ready(DataKey, DataInfo),
}

/// What the visitor asked of a run and the engine has not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Train to the end.
    Play,
    /// Stop.
    Pause,
    /// One step.
    Step,
    /// To the end of the epoch.
    Epoch,
}

impl Asked {
    /// The same, said to a run.
    pub fn command(self, run: RunId) -> Command {
        match self {
            Asked::Play => Command::Play(run),
            Asked::Pause => Command::Pause(run),
            Asked::Step => Command::Step(run),
            Asked::Epoch => Command::Epoch(run),
        }
    }
}

/// Sizes of a run that stands ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSize {
    /// Learned values.
    pub parameters: usize,
    /// Steps an epoch.
    pub steps_per_epoch: usize,
}

/// The test set's figures at the end of an epoch, as the curves need them.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPoint {
    /// Epochs done.
    pub epoch: usize,
    /// Steps done.
    pub step: usize,
    /// The run's loss on the test set.
    pub test_loss: f32,
    /// Share of right images, or of right pixels, 0 to 1.
    pub test_accuracy: f64,
    /// Dice of each foreground class where the run segments; else none at all.
    pub dice: Vec<Option<f64>>,
}

/// The run on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What it runs, with the learning rate of now.
    pub config: RunConfig,
    /// Its sizes once the engine has set it up.
    pub size: Option<RunSize>,
    /// What the engine last said.
    pub state: RunState,
    /// What was asked since.
    pub asked: Option<Asked>,
    /// Training loss of each step; step 1 is at index 0.
    pub losses: Vec<f32>,
    /// Test figures, epoch by epoch.
    pub points: Vec<EpochPoint>,
    /// The last evaluation of a classifier.
    pub report: Option<Examined<Evaluation>>,
    /// The last evaluation of a U-Net.
    pub segments: Option<Examined<SegmentEvaluation>>,
    /// The watched slices as they were last segmented.
    pub glimpse: Option<Arc<LivePrediction>>,
    /// The batch under the lens.
    pub lens: Option<BatchTrace>,
    /// Speed.
    pub timing: Timing,
}

impl Run {
    /// A run that has been asked for.
    pub fn new(id: RunId, config: RunConfig) -> Self {
        Self {
            id,
            config,
            size: None,
            state: RunState::Paused,
            asked: None,
            losses: Vec::new(),
            points: Vec::new(),
            report: None,
            segments: None,
            glimpse: None,
            lens: None,
            timing: Timing::default(),
        }
    }

    /// Steps done.
    pub fn step(&self) -> usize {
        self.losses.len()
    }

    /// Steps of the whole run, once it is set up.
    pub fn total_steps(&self) -> Option<usize> {
        self.size.map(|size| size.steps_per_epoch * self.config.epochs)
    }

    /// Whether it trains, or will as soon as the engine has heard of it.
    pub fn moves(&self) -> bool {
        match self.asked {
            Some(Asked::Play | Asked::Epoch) => true,
            Some(Asked::Pause | Asked::Step) => false,
            None => self.state == RunState::Running,
        }
    }

    /// Whether it can go no further.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, RunState::Finished | RunState::Diverged)
    }
}

/// An earlier run, kept as an overlay.
#[derive(Clone, Debug, PartialEq)]
pub struct PastRun {
    /// Its number for people, from 1.
    pub number: u32,
    /// What it ran.
    pub config: RunConfig,
    /// Steps an epoch.
    pub steps_per_epoch: usize,
    /// Training loss of each step.
    pub losses: Arc<Vec<f32>>,
    /// Test figures, epoch by epoch.
    pub points: Vec<EpochPoint>,
}

/// An image whose class the visitor wants to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Comes back with the answer.
    pub request: u32,
    /// Gray values, 64×64, row by row.
    pub pixels: Vec<u8>,
    /// Logits, once the engine has answered; of the latest weights that were asked.
    pub logits: Option<Vec<f32>>,
}

impl State {
    /// A page that has just been opened at that link. `engine_bytes` is the size of the engine's
    /// module where the page knows it, else 0.
    pub fn new(link: Permalink, build: String, engine_bytes: u64) -> Self {
        Self {
            queued: link.autostart.then_some(Asked::Play),
            engine: Engine {
                status: EngineStatus::Loading(Progress { received: 0, total: engine_bytes }),
                ..Engine::default()
            },
            link,
            left: None,
            build,
            notices: Vec::new(),
            next_notice: 0,
            speeds: Speeds::default(),
            packs: Packs::default(),
            shown: None,
            run: None,
            last_run: RunId(0),
            past: Vec::new(),
            runs_made: 0,
            settling: false,
            question: None,
            viewed: None,
            brought: None,
            last_question: 0,
        }
    }

    /// The lab on the page.
    pub fn lab(&self) -> Lab {
        self.link.config.lab()
    }

    /// What is in the data that the engine trains on, while it is what the page shows.
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
}
