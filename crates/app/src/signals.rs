//! What the views read: the parts of the state, each as a signal that changes only when it does.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{DataInfo, EpochReport, Lens, RunConfig, RunId, RunState, Timing};

use crate::difference::difference;
use crate::state::{EngineStatus, EpochPoint, Notice, PackStatus, State};
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
    /// Of the last evaluation, 0 to 1.
    pub test_accuracy: Option<f64>,
}

/// The data that the page shows.
#[derive(Clone)]
pub struct Shown {
    /// What they say about themselves.
    pub facts: DataView,
    /// The images.
    pub images: ImageStore,
}

/// All signals. A copy is as good as the original.
#[derive(Clone, Copy)]
pub struct Signals {
    /// The run that the visitor wants.
    pub config: RwSignal<RunConfig>,
    /// Problems that have not been dismissed.
    pub notices: RwSignal<Vec<Notice>>,
    /// The engine.
    pub engine: RwSignal<EngineStatus>,
    /// The MedNIST pack.
    pub pack: RwSignal<PackStatus>,
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
    pub lens: RwSignal<Option<Lens>>,
    /// The last evaluation.
    pub report: RwSignal<Option<EpochReport>>,
    /// The answer to the visitor's question.
    pub prediction: RwSignal<Option<Prediction>>,
}

impl Signals {
    /// Signals that say what the state says.
    pub fn new(state: &State) -> Self {
        let signals = Self {
            config: RwSignal::new(state.link.config.clone()),
            notices: RwSignal::default(),
            engine: RwSignal::default(),
            pack: RwSignal::default(),
            info: RwSignal::default(),
            shown: RwSignal::new(None),
            transport: RwSignal::new(transport(state)),
            progress: RwSignal::default(),
            curves: RwSignal::default(),
            lens: RwSignal::default(),
            report: RwSignal::default(),
            prediction: RwSignal::new(None),
        };
        signals.show(state);
        signals.tick(state);
        signals
    }

    /// Shows what a click or an event changed. Cheap.
    pub fn show(&self, state: &State) {
        set(self.config, &state.link.config);
        set(self.notices, &state.notices);
        set(self.engine, &state.engine.status);
        set(self.pack, &state.pack);
        set(self.transport, &transport(state));
        set(self.info, &state.data_info().cloned());
        set(self.lens, &state.run.as_ref().and_then(|run| run.lens.clone()));
        let answer = state.question.as_ref().and_then(|question| {
            let logits = question.logits.clone()?;
            Some(Prediction { logits, pixels: question.pixels.clone() })
        });
        set(self.prediction, &answer);
    }

    /// Shows what changes all the time while a run goes on. Drawing it takes milliseconds.
    pub fn tick(&self, state: &State) {
        let run = state.run.as_ref();
        set(
            self.progress,
            &run.map_or_else(RunProgress::default, |run| RunProgress {
                step: run.step(),
                timing: run.timing,
                test_accuracy: run.points.last().map(|point| point.test_accuracy),
            }),
        );
        set(self.report, &run.and_then(|run| run.report.clone()));
        set(self.curves, &curves(state));
    }
}

/// Sets a signal if that changes it.
fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    if signal.with_untracked(|now| now != value) {
        signal.set(value.clone());
    }
}

fn transport(state: &State) -> Transport {
    let run = state.run.as_ref();
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
            .is_some_and(|info| state.link.config.check(info.classes.len()).is_err()),
    }
}

/// The curves of a state: earlier runs with what has changed since, oldest first, then the present
/// run, which is empty while there is none.
pub fn curves(state: &State) -> Vec<Curve> {
    let past = state.past.iter().map(|past| Curve {
        run: RunId(past.number),
        label: difference(&past.config, &state.link.config),
        losses: past.losses.clone(),
        tests: tests(&past.points),
    });
    let run = state.run.as_ref();
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
    };
    points.iter().map(test).collect()
}
