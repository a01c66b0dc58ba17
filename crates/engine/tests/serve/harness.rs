//! Test harness that sends commands to the engine, lets it run and collects its events.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use data::{Dataset, ImageSet, SliceSet};
use engine::burn::tensor::Device;
use engine::{Host, serve};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use model::{
    Architecture, DataSource, DatasetKey, Lab, Network, Optimizer, Partition, RunConfig, Sampling,
    Segmentation, Split, Task, UNet, Ventricles,
};
use protocol::interpret::Checkpoint;
use protocol::{
    Command, EpochReport, ErrorCode, Evaluation, Event, LivePrediction, RunId, RunState,
    SegmentEvaluation, TestReport,
};

/// Returns a small MLP on phantoms, with two epochs of 38 steps.
pub fn small() -> RunConfig {
    RunConfig {
        data: DataSource::PHANTOM,
        sampling: TWO_SPLITS,
        task: Task::Classify(Network::default_for(Architecture::Mlp)),
        batch: 32,
        epochs: 2,
        ..RunConfig::default()
    }
}

/// Returns the same network with one epoch of five steps.
pub fn tiny() -> RunConfig {
    RunConfig { batch: 256, epochs: 1, ..small() }
}

/// Returns a small CNN with every kind of layer.
pub fn deep() -> RunConfig {
    let layers = ["conv2k5.bn.relu.pool4", "conv4k3.gelu.pool2.drop10", "dense16.relu.drop20"];
    RunConfig {
        task: Task::Classify(Network {
            architecture: Architecture::Cnn,
            layers: layers.map(|layer| layer.parse().unwrap()).to_vec(),
        }),
        batch: 32,
        ..small()
    }
}

/// Returns an MLP that is certain to diverge at a learning rate of 10: with a weight decay of 1,
/// each step then multiplies every weight by -9. It trains for two epochs of 19 steps.
pub fn fragile() -> RunConfig {
    RunConfig {
        task: Task::Classify(Network {
            architecture: Architecture::Mlp,
            layers: ["dense16.relu", "dense16.relu"].map(|l| l.parse().unwrap()).to_vec(),
        }),
        optimizer: Optimizer::AdamW { weight_decay: 1.0 },
        batch: 64,
        ..small()
    }
}

/// Returns the smallest U-Net on the default generated head slices, with one epoch of few steps.
pub fn segmenting() -> RunConfig {
    let unet = UNet { depth: 1, width: 4, ..UNet::default() };
    RunConfig {
        data: DataSource::Ventricles(Ventricles::default()),
        sampling: TWO_SPLITS,
        task: Task::Segment(Segmentation { unet, ..Segmentation::default() }),
        batch: 64,
        epochs: 1,
        ..RunConfig::default_for(Lab::Segment)
    }
}

/// Returns the total number of steps of a run on phantoms.
pub fn steps(config: &RunConfig) -> usize {
    1200_usize.div_ceil(config.batch) * config.epochs
}

/// The two splits of most tests.
pub const TWO_SPLITS: Sampling = Sampling { partition: Partition::TwoWay, ..Sampling::DEFAULT };

/// Returns the key of a data set with two splits.
pub fn key(source: DataSource, seed: u32) -> DatasetKey {
    DatasetKey::new(source, TWO_SPLITS, seed)
}

/// Generates the data set of a source that is not a pack, with two splits.
pub fn generate(source: DataSource, seed: u32) -> Dataset {
    data::load(key(source, seed), Vec::new()).expect("a generated data set").1
}

struct Recorder {
    events: Rc<RefCell<VecDeque<Event>>>,
    checkpoints: Rc<RefCell<Vec<Checkpoint>>>,
    start: Instant,
    /// Simulated duration of each reading of the clock, in seconds.
    secs_per_reading: Rc<Cell<f64>>,
    lost_secs: Cell<f64>,
}

impl Host for Recorder {
    fn emit(&self, event: Event) {
        self.events.borrow_mut().push_back(event);
    }

    fn wants_checkpoints(&self) -> bool {
        true
    }

    fn send_checkpoint(&self, checkpoint: Checkpoint) {
        self.checkpoints.borrow_mut().push(checkpoint);
    }

    fn now(&self) -> f64 {
        self.lost_secs.set(self.lost_secs.get() + self.secs_per_reading.get());
        self.start.elapsed().as_secs_f64() + self.lost_secs.get()
    }

    async fn yield_now(&self) {
        let mut yielded = false;
        std::future::poll_fn(|context| {
            if yielded {
                return Poll::Ready(());
            }
            yielded = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// An engine with its commands and events.
pub struct EngineHarness {
    engine: Pin<Box<dyn Future<Output = ()>>>,
    commands: UnboundedSender<Command>,
    events: Rc<RefCell<VecDeque<Event>>>,
    checkpoints: Rc<RefCell<Vec<Checkpoint>>>,
    secs_per_reading: Rc<Cell<f64>>,
    images: Arc<ImageSet>,
    slices: Arc<SliceSet>,
    runs: u32,
}

impl EngineHarness {
    /// Starts an engine without data.
    pub fn empty() -> Self {
        let (commands, receiver) = unbounded();
        let events = Rc::new(RefCell::new(VecDeque::new()));
        let checkpoints = Rc::new(RefCell::new(Vec::new()));
        let secs_per_reading = Rc::new(Cell::new(0.0));
        let host = Recorder {
            events: events.clone(),
            checkpoints: checkpoints.clone(),
            start: Instant::now(),
            secs_per_reading: secs_per_reading.clone(),
            lost_secs: Cell::new(0.0),
        };
        Self {
            engine: Box::pin(serve(Device::flex(), host, receiver)),
            commands,
            events,
            checkpoints,
            secs_per_reading,
            images: Arc::default(),
            slices: Arc::default(),
            runs: 0,
        }
    }

    /// Starts an engine with generated data of this seed.
    pub fn with(source: DataSource, seed: u32) -> Self {
        let mut engine = Self::empty();
        let dataset = generate(source, seed);
        match &dataset {
            Dataset::Images(set) => engine.images = set.clone(),
            Dataset::Slices(set) => engine.slices = set.clone(),
        }
        engine.load(source, seed, dataset);
        engine
    }

    /// Starts an engine with the default phantoms.
    pub fn with_phantoms() -> Self {
        Self::with(DataSource::PHANTOM, 1)
    }

    /// Starts an engine with the default generated head slices.
    pub fn with_ventricles() -> Self {
        Self::with(DataSource::Ventricles(Ventricles::default()), 1)
    }

    /// Returns a copy of the slices that the engine has loaded.
    pub fn slices(&self) -> &SliceSet {
        &self.slices
    }

    /// Loads data that must be valid.
    pub fn load(&mut self, source: DataSource, seed: u32, dataset: Dataset) {
        self.send(Command::LoadData { key: key(source, seed), dataset });
        let events = self.run_until_idle();
        assert!(matches!(events[..], [Event::DataReady { .. }]), "{events:?}");
    }

    pub fn send(&mut self, command: Command) {
        self.commands.unbounded_send(command).unwrap();
    }

    /// Sets up the next run.
    pub fn configure(&mut self, config: RunConfig) -> RunId {
        self.runs += 1;
        let run = RunId(self.runs);
        self.send(Command::Configure { run, config, first_weights: None });
        run
    }

    /// Lets the engine run until it waits for a command, and returns the events.
    pub fn run_until_idle(&mut self) -> Vec<Event> {
        self.run_until(|_| false)
    }

    /// Lets the engine run until an event for which `kind` returns true. Returns all events up to
    /// it, including those that arrived at the same time.
    pub fn run_until(&mut self, kind: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut seen = Vec::new();
        loop {
            // Only the engine's own yields wake it; everything else is ready immediately.
            let woken = Arc::new(Flag::default());
            let waker = Waker::from(woken.clone());
            let poll = self.engine.as_mut().poll(&mut Context::from_waker(&waker));
            assert!(poll.is_pending(), "the engine ended");
            let fresh: Vec<_> = self.events.borrow_mut().drain(..).collect();
            let found = fresh.iter().any(&kind);
            seen.extend(fresh);
            if found || !woken.0.load(Ordering::Relaxed) {
                return seen;
            }
        }
    }

    /// Returns the checkpoints sent since the last call.
    pub fn checkpoints(&self) -> Vec<Checkpoint> {
        self.checkpoints.take()
    }

    /// Sets the simulated duration of each reading of the clock, in seconds.
    pub fn slow_down(&mut self, seconds: f64) {
        self.secs_per_reading.set(seconds);
    }

    pub fn labels(&self, split: Split) -> Vec<u8> {
        self.images.split(split).labels.clone()
    }

    pub fn pixels(&self, split: Split, index: usize) -> Vec<u8> {
        self.images.split(split).image(index).to_vec()
    }

    /// Lets the engine run. Its only event must be an error with this code and a sentence.
    pub fn expect_problem(&mut self, code: ErrorCode) {
        let events = self.run_until_idle();
        let [Event::Error { problem, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(problem.code, code, "{}", problem.message);
        assert!(problem.message.ends_with('.'), "{}", problem.message);
    }
}

/// A waker that sets a flag.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Returns all losses, which must arrive in order and without gaps.
pub fn losses(events: &[Event]) -> Vec<f32> {
    let mut all: Vec<f32> = Vec::new();
    let mut next = None;
    for event in events {
        if let Event::Steps { first, losses, .. } = event {
            assert_eq!(*first, next.unwrap_or(*first), "steps come in order");
            next = Some(first + losses.len());
            all.extend(losses);
        }
    }
    all
}

pub fn epochs(events: &[Event]) -> Vec<EpochReport> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Epoch { report, .. } => Some(report.clone()),
            _ => None,
        })
        .collect()
}

/// Returns the evaluation of a classifier.
pub fn classification_report(report: &EpochReport) -> Evaluation {
    match &report.test {
        TestReport::Classify(test) => test.clone(),
        TestReport::Segment(_) => panic!("a U-Net: {report:?}"),
    }
}

/// Returns the evaluation of a U-Net.
pub fn segmentation_report(report: &EpochReport) -> SegmentEvaluation {
    match &report.test {
        TestReport::Segment(test) => test.clone(),
        TestReport::Classify(_) => panic!("a classifier: {report:?}"),
    }
}

pub fn previews(events: &[Event]) -> Vec<LivePrediction> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::LivePrediction { prediction, .. } => Some(prediction.clone()),
            _ => None,
        })
        .collect()
}

pub fn states(events: &[Event]) -> Vec<RunState> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::State { state, .. } => Some(*state),
            _ => None,
        })
        .collect()
}

pub fn last_state(events: &[Event]) -> Option<(RunState, usize)> {
    events.iter().rev().find_map(|event| match event {
        Event::State { state, step, .. } => Some((*state, *step)),
        _ => None,
    })
}
