//! What a command means now: the data, the present run, and whose turn it is.

use std::rc::Rc;

use burn::tensor::Device;
use model::{DataSource, RunConfig};
use protocol::{Command, DataInfo, ErrorCode, Event, Problem, RunId};

use crate::benchmark::Benchmark;
use crate::classify::{Classify, ImageData};
use crate::load::{self, Dataset};
use crate::run::Run;
use crate::segment::{Segment, SliceData};
use crate::serve::Host;
use crate::session::Session;

/// Data on the device, and what it is.
struct Loaded {
    source: DataSource,
    seed: u32,
    info: DataInfo,
    data: Data,
}

/// Data of either lab.
enum Data {
    Images(Rc<ImageData>),
    Slices(Rc<SliceData>),
}

impl Loaded {
    /// Whether a run with that config may use the data.
    fn serves(&self, config: &RunConfig) -> bool {
        self.source == config.data
            && (self.source.pack_name().is_some() || self.seed == config.seed)
    }
}

/// The present run, of either lab.
enum Present<'h, H> {
    Classify(Box<Run<'h, H, Classify>>),
    Segment(Box<Run<'h, H, Segment>>),
}

/// Asks the run, whichever lab it is of.
macro_rules! ask {
    ($present:expr, $run:ident => $answer:expr) => {
        match $present {
            Present::Classify($run) => $answer,
            Present::Segment($run) => $answer,
        }
    };
}

/// The state behind [`crate::serve()`].
pub(crate) struct Engine<'h, H> {
    device: Device,
    host: &'h H,
    loaded: Option<Loaded>,
    run: Option<Present<'h, H>>,
    /// A comparison of devices for the present run.
    benchmark: Option<(RunId, Benchmark)>,
}

impl<'h, H: Host> Engine<'h, H> {
    pub(crate) fn new(device: Device, host: &'h H) -> Self {
        Self { device, host, loaded: None, run: None, benchmark: None }
    }

    /// Whether there is something to do without a further command.
    pub(crate) fn has_work(&self) -> bool {
        self.benchmark_may_go_on()
            || self.run.as_ref().is_some_and(|present| ask!(present, run => run.has_work()))
    }

    fn benchmark_may_go_on(&self) -> bool {
        self.benchmark.is_some()
            && self.run.as_ref().is_some_and(|present| ask!(present, run => run.can_wait()))
    }

    /// Does one piece of it.
    pub(crate) async fn work(&mut self) {
        if self.benchmark_may_go_on() {
            return self.compare().await;
        }
        if let Some(present) = &mut self.run {
            ask!(present, run => run.work().await);
        }
    }

    /// Brings the comparison of devices forward.
    async fn compare(&mut self) {
        let Some((run, benchmark)) = &mut self.benchmark else { return };
        match benchmark.advance(|| self.host.now()).await {
            Ok(None) if benchmark.is_over() => self.benchmark = None,
            Ok(None) => {}
            Ok(Some([device, cpu])) => {
                let run = *run;
                self.benchmark = None;
                self.host.emit(Event::Benchmark { run, device, cpu });
            }
            // The run itself will meet the same, and tell.
            Err(_) => self.benchmark = None,
        }
    }

    /// Does what the page asks.
    pub(crate) async fn obey(&mut self, command: Command) {
        let id = match command {
            Command::LoadData { source, seed, pack } => return self.load(source, seed, pack),
            Command::Configure { run, config } => return self.configure(run, config),
            Command::Benchmark(run) => return self.start_benchmark(run),
            Command::Play(run)
            | Command::Pause(run)
            | Command::Step(run)
            | Command::Epoch(run)
            | Command::SendCheckpoint(run)
            | Command::SetLearningRate { run, .. }
            | Command::Predict { run, .. }
            | Command::Segment { run, .. }
            | Command::Features { run, .. } => run,
        };
        if let Some(present) = self.present(id) {
            ask!(present, run => run.obey(command).await);
        }
    }

    fn id(&self) -> Option<RunId> {
        self.run.as_ref().map(|present| ask!(present, run => run.id()))
    }

    /// The run of that id. Commands for an older run are late and mean nothing any more; those for
    /// a run that was never set up get an answer.
    fn present(&mut self, id: RunId) -> Option<&mut Present<'h, H>> {
        let known = self.id();
        if known.is_none_or(|known| id > known) {
            self.complain(
                Some(id),
                ErrorCode::NotReady,
                "There is no such run yet. Load data and set up a run first.",
            );
        }
        self.run.as_mut().filter(|_| known == Some(id))
    }

    fn start_benchmark(&mut self, id: RunId) {
        let Some(present) = self.present(id) else { return };
        let config = ask!(present, run => run.config().clone());
        if let Some(loaded) = &self.loaded {
            let shape = loaded.info.shape();
            self.benchmark = Some((id, Benchmark::new(config, shape, self.device.clone())));
        }
    }

    fn load(&mut self, source: DataSource, seed: u32, pack: Vec<u8>) {
        let dataset = match load::read(source, seed, pack) {
            Ok(dataset) => dataset,
            Err(problem) => return self.host.emit(Event::Error { run: None, problem }),
        };
        let info = dataset.info();
        let data = match dataset {
            Dataset::Images(images) => Data::Images(Rc::new(ImageData::new(&images, &self.device))),
            Dataset::Slices(slices) => Data::Slices(Rc::new(SliceData::new(slices, &self.device))),
        };
        self.loaded = Some(Loaded { source, seed, info: info.clone(), data });
        self.host.emit(Event::DataReady { source, seed, info });
    }

    fn configure(&mut self, id: RunId, config: RunConfig) {
        if self.id().is_some_and(|known| known > id) {
            return;
        }
        let Some(loaded) = self.loaded.as_ref().filter(|loaded| loaded.serves(&config)) else {
            return self.complain(
                Some(id),
                ErrorCode::NotReady,
                "The data of this run is not loaded yet. Load it first, then set up the run.",
            );
        };
        if let Err(error) = config.check(loaded.info.shape()) {
            return self.complain(Some(id), ErrorCode::BadConfig, error);
        }
        let started = match &loaded.data {
            Data::Images(data) => Session::classify(config, data.clone())
                .map(|session| Present::Classify(Box::new(Run::start(id, session, self.host)))),
            Data::Slices(data) => Session::segment(config, data.clone())
                .map(|session| Present::Segment(Box::new(Run::start(id, session, self.host)))),
        };
        match started {
            Ok(present) => {
                self.run = Some(present);
                self.benchmark = None;
            }
            Err(error) => self.complain(Some(id), ErrorCode::BadConfig, error),
        }
    }

    fn complain(&self, run: Option<RunId>, code: ErrorCode, sentence: impl ToString) {
        self.host.emit(Event::Error { run, problem: Problem::new(code, sentence) });
    }
}
