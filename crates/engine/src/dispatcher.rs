//! Dispatch of commands to the loaded data set, the active run or the benchmark of the devices.

use std::rc::Rc;
use std::sync::Arc;

use burn::tensor::Device;
use data::Dataset;
use model::{DatasetKey, RunConfig, RunConfigError};
use protocol::{Command, DataInfo, ErrorCode, Event, InitialWeights, Problem, RunId};

use crate::benchmark::Benchmark;
use crate::data::{ImageData, SliceData};
use crate::host::Host;
use crate::run::Run;
use crate::training::classification::ClassificationTask;
use crate::training::segmentation::SegmentationTask;
use crate::training::{Session, TrainingTask};

/// A data set on the device, with its source.
struct Loaded {
    key: DatasetKey,
    info: DataInfo,
    data: Data,
}

/// A data set of either lab on the device.
enum Data {
    Images(Rc<ImageData>),
    Slices(Rc<SliceData>),
}

impl Loaded {
    /// Returns whether a run with this configuration uses this data.
    fn is_for(&self, config: &RunConfig) -> bool {
        self.key == DatasetKey::of(config)
    }
}

/// The active run of either lab.
enum AnyRun<'h, H> {
    Classify(Box<Run<'h, H, ClassificationTask>>),
    Segment(Box<Run<'h, H, SegmentationTask>>),
}

/// Evaluates an expression on the run, for either lab.
macro_rules! with_run {
    ($any:expr, $run:ident => $answer:expr) => {
        match $any {
            AnyRun::Classify($run) => $answer,
            AnyRun::Segment($run) => $answer,
        }
    };
}

/// State of the engine, used by [`crate::serve()`].
pub(crate) struct Dispatcher<'h, H> {
    device: Device,
    host: &'h H,
    loaded: Option<Loaded>,
    run: Option<AnyRun<'h, H>>,
    /// Benchmark of the devices for the active run, with the id of the run.
    benchmark: Option<(RunId, Benchmark)>,
}

impl<'h, H: Host> Dispatcher<'h, H> {
    pub(crate) fn new(device: Device, host: &'h H) -> Self {
        Self { device, host, loaded: None, run: None, benchmark: None }
    }

    /// Returns whether [`Dispatcher::work`] has anything to do.
    pub(crate) fn has_work(&self) -> bool {
        self.benchmark_has_work()
            || self.run.as_ref().is_some_and(|any| with_run!(any, run => run.has_work()))
    }

    fn benchmark_has_work(&self) -> bool {
        self.benchmark.is_some()
            && self.run.as_ref().is_some_and(|any| with_run!(any, run => run.can_wait()))
    }

    /// Does one piece of work.
    pub(crate) async fn work(&mut self) {
        if self.benchmark_has_work() {
            return self.advance_benchmark().await;
        }
        if let Some(any) = &mut self.run {
            with_run!(any, run => run.work().await);
        }
    }

    /// Does one piece of work of the benchmark.
    async fn advance_benchmark(&mut self) {
        let Some((run, benchmark)) = &mut self.benchmark else { return };
        match benchmark.advance(|| self.host.now()).await {
            Ok(None) if benchmark.is_over() => self.benchmark = None,
            Ok(None) => {}
            Ok(Some([device, cpu])) => {
                let run = *run;
                self.benchmark = None;
                self.host.emit(Event::Benchmark { run, device, cpu });
            }
            // The run will encounter the same error and report it.
            Err(_) => self.benchmark = None,
        }
    }

    /// Executes a command, or queues its work.
    pub(crate) async fn handle(&mut self, command: Command) {
        let id = match command {
            Command::LoadData { key, dataset } => return self.load(key, dataset),
            Command::Configure { run, config, first_weights } => {
                return self.configure(run, config, first_weights);
            }
            Command::Benchmark(run) => return self.start_benchmark(run),
            Command::Play(run)
            | Command::Pause(run)
            | Command::Step(run)
            | Command::Epoch(run)
            | Command::Test(run)
            | Command::RestoreBest(run)
            | Command::SendCheckpoint(run)
            | Command::SendWeights(run)
            | Command::LookAhead(run)
            | Command::WatchStep { run, .. }
            | Command::SetLearningRate { run, .. }
            | Command::OpenTestSet { run, .. }
            | Command::Predict { run, .. }
            | Command::Segment { run, .. } => run,
        };
        if let Some(any) = self.run_of(id) {
            with_run!(any, run => run.handle(command).await);
        }
    }

    fn id(&self) -> Option<RunId> {
        self.run.as_ref().map(|any| with_run!(any, run => run.id()))
    }

    /// Returns the active run if it has this id. Commands to older runs arrive late and are
    /// ignored. Commands to a run that was never set up are answered with an error.
    fn run_of(&mut self, id: RunId) -> Option<&mut AnyRun<'h, H>> {
        let known = self.id();
        if known.is_none_or(|known| id > known) {
            self.emit_error(
                Some(id),
                ErrorCode::NotReady,
                "There is no such run yet. Load data and set up a run first.",
            );
        }
        self.run.as_mut().filter(|_| known == Some(id))
    }

    fn start_benchmark(&mut self, id: RunId) {
        let Some(any) = self.run_of(id) else { return };
        let config = with_run!(any, run => run.config().clone());
        if let Some(loaded) = &self.loaded {
            let shape = loaded.info.shape();
            self.benchmark = Some((id, Benchmark::new(config, shape, self.device.clone())));
        }
    }

    fn load(&mut self, key: DatasetKey, dataset: Dataset) {
        if dataset.lab() != key.source.lab() || !dataset.is_trainable() {
            return self.emit_error(
                None,
                ErrorCode::BadPack,
                "The data set has no images to train on, or none to test with, or no class besides \
                 the background. Choose another one.",
            );
        }
        let info = DataInfo::from(&dataset);
        let data = match dataset {
            Dataset::Images(set) => Data::Images(Rc::new(ImageData::new(&set, &self.device))),
            Dataset::Slices(set) => {
                let set = Arc::unwrap_or_clone(set);
                Data::Slices(Rc::new(SliceData::new(set, &self.device)))
            }
        };
        self.loaded = Some(Loaded { key, info: info.clone(), data });
        self.host.emit(Event::DataReady { key, info });
    }

    fn configure(&mut self, id: RunId, config: RunConfig, first_weights: Option<InitialWeights>) {
        if self.id().is_some_and(|known| known > id) {
            return;
        }
        let Some(loaded) = self.loaded.as_ref().filter(|loaded| loaded.is_for(&config)) else {
            return self.emit_error(
                Some(id),
                ErrorCode::NotReady,
                "The data of this run is not loaded yet. Load it first, then set up the run.",
            );
        };
        if let Err(error) = config.check(loaded.info.shape()) {
            return self.emit_error(Some(id), ErrorCode::BadConfig, error);
        }
        let started = match &loaded.data {
            Data::Images(data) => Session::classify(config, data.clone())
                .map_err(bad_config)
                .and_then(|session| self.begin(session, first_weights))
                .map(|session| AnyRun::Classify(Box::new(Run::start(id, session, self.host)))),
            Data::Slices(data) => Session::segment(config, data.clone())
                .map_err(bad_config)
                .and_then(|session| self.begin(session, first_weights))
                .map(|session| AnyRun::Segment(Box::new(Run::start(id, session, self.host)))),
        };
        match started {
            Ok(run) => {
                self.run = Some(run);
                self.benchmark = None;
            }
            Err(problem) => self.host.emit(Event::Error { run: Some(id), problem }),
        }
    }

    /// Returns the session with the first weights that were given, if any.
    fn begin<T: TrainingTask>(
        &self,
        session: Session<T>,
        first_weights: Option<InitialWeights>,
    ) -> Result<Session<T>, Problem> {
        match first_weights {
            None => Ok(session),
            Some(weights) => session
                .with_first_weights(&weights)
                .map_err(|error| Problem::new(ErrorCode::BadWeights, error)),
        }
    }

    fn emit_error(&self, run: Option<RunId>, code: ErrorCode, sentence: impl ToString) {
        self.host.emit(Event::Error { run, problem: Problem::new(code, sentence) });
    }
}

fn bad_config(error: RunConfigError) -> Problem {
    Problem::new(ErrorCode::BadConfig, error)
}
