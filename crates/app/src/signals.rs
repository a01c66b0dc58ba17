//! What the views read: the parts of the state, each as a signal that changes only when it does.

mod segment;

use std::sync::Arc;

use model::{Lab, RunConfig};
use protocol::{BatchTrace, DataInfo, Evaluation, RunId, RunState, Timing};
pub use segment::SegmentSignals;
use ui::erased_signal::RwSignal;

use crate::difference::difference;
use crate::examined::Examined;
use crate::state::{EngineStatus, EpochPoint, Notice, Packs, Run, State};
use crate::views::segment::slices::SliceStore;
use crate::views::{Curve, DataView, ImageStore, Prediction, TestPoint};

/// What the transport bar's buttons need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// A run stands ready.
    pub ready: bool,
    /// It trains, or has been told to.
    pub moving: bool,
    /// Something will be done as soon as a run stands ready.
    pub queued: bool,
    /// What the engine last said of the run.
    pub state: RunState,
    /// Whether there is anything to reset.
    pub moved: bool,
    /// Steps an epoch; 0 while not known.
    pub steps_per_epoch: usize,
    /// Steps of the run; 0 while not known.
    pub total_steps: usize,
    /// Epochs of the run.
    pub epochs: usize,
    /// The layers on the page make no network; the editor says why.
    pub impossible: bool,
}

/// How far the run is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunProgress {
    /// Steps done.
    pub step: usize,
    /// Speed.
    pub timing: Timing,
    /// Of the last evaluation.
    pub score: Option<Score>,
}

/// The figure that says how good the network is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Score {
    /// Share of test images that are right, 0 to 1.
    Accuracy(f64),
    /// Mean Dice of the test cases, 0 to 1; none where there is nothing to score.
    Dice(Option<f64>),
}

/// The data that the page shows.
#[derive(Clone)]
pub struct Shown {
    /// What they say about themselves.
    pub facts: DataView,
    /// What is in them.
    pub content: Content,
}

/// What there is to look at.
#[derive(Clone)]
pub enum Content {
    /// Images with a class each.
    Images(ImageStore),
    /// Slices with a mask each.
    Slices(SliceStore),
}

impl Shown {
    /// The images, where the data have classes.
    pub fn images(&self) -> Option<&ImageStore> {
        match &self.content {
            Content::Images(images) => Some(images),
            Content::Slices(_) => None,
        }
    }

    /// The slices, where the data have masks.
    pub fn slices(&self) -> Option<&SliceStore> {
        match &self.content {
            Content::Images(_) => None,
            Content::Slices(slices) => Some(slices),
        }
    }
}

/// All signals. A copy is as good as the original.
#[derive(Clone, Copy)]
pub struct Signals {
    /// The run that the visitor wants.
    pub config: RwSignal<RunConfig>,
    /// The lab that it belongs to.
    pub lab: RwSignal<Lab>,
    /// Problems that have not been dismissed.
    pub notices: RwSignal<Vec<Notice>>,
    /// The engine.
    pub engine: RwSignal<EngineStatus>,
    /// The packs.
    pub packs: RwSignal<Packs>,
    /// What the engine has loaded.
    pub info: RwSignal<Option<DataInfo>>,
    /// What the page shows.
    pub shown: RwSignal<Option<Shown>>,
    /// What the buttons need.
    pub transport: RwSignal<Transport>,
    /// How far the run is.
    pub progress: RwSignal<RunProgress>,
    /// Earlier runs, oldest first, then the present one.
    pub curves: RwSignal<Vec<Curve>>,
    /// The batch under the lens.
    pub lens: RwSignal<Option<BatchTrace>>,
    /// The last evaluation.
    pub report: RwSignal<Option<Examined<Evaluation>>>,
    /// The answer to the visitor's question.
    pub prediction: RwSignal<Option<Prediction>>,
    /// What the segmentation lab shows of the run and its answers.
    pub segment: SegmentSignals,
}

impl Signals {
    /// Signals that say what the state says.
    pub fn new(state: &State) -> Self {
        let signals = Self {
            config: RwSignal::new(state.link.config.clone()),
            lab: RwSignal::new(state.lab()),
            notices: RwSignal::default(),
            engine: RwSignal::default(),
            packs: RwSignal::default(),
            info: RwSignal::default(),
            shown: RwSignal::new(None),
            transport: RwSignal::new(transport(state)),
            progress: RwSignal::default(),
            curves: RwSignal::default(),
            lens: RwSignal::default(),
            report: RwSignal::default(),
            prediction: RwSignal::new(None),
            segment: SegmentSignals::default(),
        };
        signals.show(state);
        signals.tick(state);
        signals
    }

    /// Shows what a click or an event changed. Cheap.
    pub fn show(&self, state: &State) {
        set(self.lab, &state.lab());
        set(self.config, &state.link.config);
        set(self.notices, &state.notices);
        set(self.engine, &state.engine.status);
        set(self.packs, &state.packs);
        set(self.transport, &transport(state));
        set(self.info, &state.data_info().cloned());
        set(self.lens, &stage(state).and_then(|run| run.lens.clone()));
        let answer = state.question.as_ref().and_then(|question| {
            let logits = question.logits.clone()?;
            Some(Prediction { logits, pixels: question.pixels.clone() })
        });
        set(self.prediction, &answer);
        self.segment.show(state);
    }

    /// Shows what changes all the time while a run goes on. Drawing it takes milliseconds.
    pub fn tick(&self, state: &State) {
        let run = stage(state);
        set(
            self.progress,
            &run.map_or_else(RunProgress::default, |run| RunProgress {
                step: run.step(),
                timing: run.timing,
                score: run.points.last().map(score),
            }),
        );
        set(self.report, &run.and_then(|run| run.report.clone()));
        set(self.curves, &curves(state));
        self.segment.tick(state);
    }
}

/// Sets a signal if that changes it.
pub(crate) fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    if signal.with_untracked(|now| now != value) {
        signal.set(value.clone());
    }
}

fn transport(state: &State) -> Transport {
    let run = stage(state);
    let size = run.and_then(|run| run.size);
    Transport {
        ready: size.is_some(),
        moving: run.is_some_and(|run| run.moves()),
        queued: state.queued.is_some(),
        state: run.map_or(RunState::Paused, |run| run.state),
        moved: run.is_some_and(|run| run.step() > 0 || run.asked.is_some()),
        steps_per_epoch: size.map_or(0, |size| size.steps_per_epoch),
        total_steps: run.and_then(|run| run.total_steps()).unwrap_or(0),
        epochs: state.link.config.epochs,
        impossible: state
            .data_info()
            .is_some_and(|info| state.link.config.check(info.shape()).is_err()),
    }
}

/// The run on the stage, unless it is still that of the other lab.
pub(crate) fn stage(state: &State) -> Option<&Run> {
    state.run.as_ref().filter(|run| run.config.lab() == state.lab())
}

fn score(point: &EpochPoint) -> Score {
    if point.dice.is_empty() {
        Score::Accuracy(point.test_accuracy)
    } else {
        Score::Dice(model::score::mean_of_some(point.dice.iter().copied()))
    }
}

/// The curves of a state: earlier runs of this lab with what has changed since, oldest first, then the present
/// run, which is empty while there is none.
pub fn curves(state: &State) -> Vec<Curve> {
    let past = state.past.iter().filter(|past| past.config.lab() == state.lab());
    let past = past.map(|past| Curve {
        run: RunId(past.number),
        label: difference(&past.config, &state.link.config),
        losses: past.losses.clone(),
        tests: tests(&past.points),
    });
    let run = stage(state);
    let present = Curve {
        run: run.map_or(RunId(0), |run| run.id),
        label: "this run".into(),
        losses: run.map(|run| Arc::new(run.losses.clone())).unwrap_or_default(),
        tests: run.map(|run| tests(&run.points)).unwrap_or_default(),
    };
    past.chain([present]).collect()
}

fn tests(points: &[EpochPoint]) -> Vec<TestPoint> {
    let test = |point: &EpochPoint| TestPoint {
        epoch: point.epoch,
        step: point.step,
        loss: point.test_loss,
        accuracy: point.test_accuracy,
        dice: point.dice.clone(),
    };
    points.iter().map(test).collect()
}
