//! The interpreter on the page: it asks what the views of the learned network lack, and fills them.
//!
//! There is nothing to reconcile as there is with the engine: an answer is what it was asked for, or
//! it is dropped. So answers go straight into the signals of an [`InterpretState`].

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use interpret_views::images::ImageSource;
use interpret_views::state::{InterpretState, ProbeTable};
use leptos::prelude::{LocalStorage, StoredValue, set_interval};
use model::layer_table;
use model::{ImageRef, Lab, Split, Task};
use protocol::interpret::{Answer, NetworkRef, Query, Side, Snapshot};
use protocol::{Command, RunId};
use store::engine::EngineData;
use store::state::State;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::effect;
use web_sys::{MessageChannel, MessagePort};

use super::queries::{Focus, ladders, numbered, wants};
use super::restart_policy::RestartPolicy;
use super::signals::{InterpretSignals, Topic};
use super::worker::InterpreterWorker;
use crate::dataset::any_dataset::AnyDataset;

/// Between two looks at a run that goes on.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// Pulses after which weights that do not come are asked for again.
const MAX_WAIT_POLLS: u32 = 10;

/// The interpreter. A copy is as good as the original.
#[derive(Clone, Copy)]
pub struct Interpreter {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    pub(super) signals: InterpretSignals,
    /// The same signals as the views take them.
    pub state: InterpretState,
}

/// Functions and signals of the page that the client needs.
#[derive(Clone, Copy)]
pub struct InterpreterHost {
    /// The data on the page.
    pub dataset: Signal<Option<AnyDataset>>,
    /// The slice in the viewer.
    pub selected_slice: Signal<Option<ImageRef>>,
    /// Returns the steps of a run; 0 unless it is the one on the page.
    pub step_of: Callback<Option<RunId>, usize>,
    /// Sends a command to the engine.
    pub send_command: Callback<Command>,
    /// Gives the engine another port to the interpreter.
    pub connect_engine: Callback<MessagePort>,
}

/// A question: the steps of the weights that it is about, itself, its number.
type Asked = (usize, Query, u32);

pub(super) struct Inner {
    /// The worker's script, beside the page.
    pub(super) script: String,
    pub(super) worker: RefCell<Option<InterpreterWorker>>,
    /// Ports to engines that the worker, once there is one, shall listen to.
    pub(super) ports: RefCell<Vec<MessagePort>>,
    /// The last query of each topic: stamp, query, number.
    pub(super) asked: RefCell<BTreeMap<(Topic, bool), Asked>>,
    /// Ladders that have been asked for.
    pub(super) requested_probes: RefCell<BTreeSet<(RunId, usize)>>,
    pub(super) requests: Cell<u32>,
    /// The images that the interpreter has.
    pub(super) sent: RefCell<Option<AnyDataset>>,
    /// The present run, and its lab.
    pub(super) run: Cell<Option<(RunId, Lab)>>,
    pub(super) moving: Cell<bool>,
    /// Steps that the run has made.
    pub(super) step: Cell<usize>,
    /// Steps at its last whole epoch that has arrived.
    pub(super) settled: Cell<usize>,
    /// Pulses since weights were asked for; none while they were not.
    pub(super) waiting: Cell<Option<u32>>,
    /// Whether weights of the present run have reached the present worker.
    pub(super) arrived: Cell<bool>,
    /// The words by which the worker came to know of the present run.
    pub(super) named: RefCell<Option<Query>>,
    /// Restart policy of the worker.
    pub(super) restart_policy: RefCell<RestartPolicy>,
    /// Whether the engine still has the port of a worker that is dead.
    pub(super) is_orphaned: Cell<bool>,
}

impl Interpreter {
    /// An interpreter that starts when there is a run to look into.
    pub fn new(script: String) -> Self {
        let inner = Inner {
            script,
            worker: RefCell::default(),
            ports: RefCell::default(),
            asked: RefCell::default(),
            requested_probes: RefCell::default(),
            requests: Cell::new(0),
            sent: RefCell::default(),
            run: Cell::new(None),
            moving: Cell::new(false),
            step: Cell::new(0),
            settled: Cell::new(0),
            waiting: Cell::new(None),
            arrived: Cell::new(false),
            named: RefCell::default(),
            restart_policy: RefCell::default(),
            is_orphaned: Cell::new(false),
        };
        let signals = InterpretSignals::new();
        let state = signals.state();
        Self { inner: StoredValue::new_local(Rc::new(inner)), signals, state }
    }

    /// Follows what the visitor looks at, and the data on the page.
    pub fn init(self, host: InterpreterHost) {
        let signals = self.signals;
        effect(move || {
            self.open(host.dataset.get());
        });
        effect(move || {
            if let Some(image) = host.selected_slice.get() {
                signals.selection.image.set(Some(image));
            }
        });
        // An explanation must not lie over another image while its own is on its way.
        effect(move || {
            signals.selection.image.track();
            for side in [Side::Primary, Side::Compared] {
                signals.answers.explanation.of(side).set(None);
            }
        });
        // Nor may the t-SNE map of another layer or epoch.
        effect(move || {
            signals.selection.tsne_layer.track();
            signals.answers.embedding.set(None);
        });
        effect(move || {
            self.refresh();
        });
        set_interval(move || self.poll(host), POLL_INTERVAL);
    }

    pub(super) fn inner(self) -> Rc<Inner> {
        leptos::prelude::GetValue::get_value(&self.inner)
    }

    /// A port for a new engine, through which it hands its weights over; none where the browser has
    /// no channels.
    pub fn port(self) -> Option<MessagePort> {
        let channel = MessageChannel::new().ok()?;
        let inner = self.inner();
        match &*inner.worker.borrow() {
            Some(worker) => worker.listen(&channel.port2()),
            None => inner.ports.borrow_mut().push(channel.port2()),
        }
        Some(channel.port1())
    }

    /// Takes note of the run on the stage.
    pub fn on_state_change(self, state: &State) {
        let inner = self.inner();
        let run = state.run.as_ref().filter(|run| run.config.lab() == state.lab());
        inner.moving.set(run.is_some_and(|run| run.moves()));
        inner.step.set(run.map_or(0, |run| run.step()));
        let EngineData::Ready(_, info) = &state.engine.data else { return };
        let (Some(run), shape) = (run.filter(|run| run.size.is_some()), info.shape()) else {
            return;
        };
        // What a run runs never changes under its id.
        if inner.run.get().is_some_and(|(id, _)| id == run.id) {
            return;
        }
        self.start();
        self.on_new_run(run.id, run.config.task.clone(), shape.classes, shape.size);
    }

    /// Starts the worker where there is none: at first, and after one broke down, unless that has
    /// happened too often.
    fn start(self) {
        let inner = self.inner();
        if inner.worker.borrow().is_some() || inner.restart_policy.borrow().is_over() {
            return;
        }
        let hear = move |told: Option<Answer>| match told {
            Some(told) => self.on_answer(told),
            None => self.fail(),
        };
        // Where the browser has no module workers, there is no engine either, which says so.
        let Ok(worker) = InterpreterWorker::start(&inner.script, Rc::new(hear)) else { return };
        for port in inner.ports.take() {
            worker.listen(&port);
        }
        inner.worker.replace(Some(worker));
        inner.sent.replace(None);
        inner.restart_policy.borrow_mut().begin();
    }

    /// Starts another worker in place of a dead one. It knows nothing: it is told of the run, and the
    /// engine gets a port that leads to it. Networks of earlier epochs are lost.
    fn restart(self, host: InterpreterHost) {
        let inner = self.inner();
        if !inner.is_orphaned.get() || inner.restart_policy.borrow().is_over() {
            return;
        }
        // A new run may have started one already.
        let is_missing = inner.worker.borrow().is_none();
        self.start();
        if inner.worker.borrow().is_none() {
            return;
        }
        if is_missing && let Some(mut named) = inner.named.borrow().clone() {
            if let Query::SetRun { keep, .. } = &mut named {
                *keep = None;
            }
            self.send(&named);
            self.signals.selection.snapshot.set(Snapshot::Latest);
            self.clear_checkpoints(None);
        }
        inner.is_orphaned.set(false);
        if let Some(port) = self.port() {
            host.connect_engine.run(port);
        }
    }

    /// A new run. The one before is kept for comparison, if it learned anything on these images.
    fn on_new_run(self, run: RunId, task: Task, classes: usize, size: [usize; 2]) {
        let (inner, signals) = (self.inner(), self.signals);
        let before = inner.run.replace(Some((run, task.lab())));
        let same_lab = before.is_some_and(|(_, lab)| lab == task.lab());
        let epochs = signals.run.epochs.get_untracked();
        match before {
            Some((id, _)) if same_lab && epochs.len() > 1 => {
                signals.run.previous.set(Some((id, epochs)))
            }
            _ if same_lab => {}
            _ => signals.run.previous.set(None),
        }
        let kept = signals.run.previous.get_untracked().map(|(id, _)| id);
        let named = Query::SetRun { run, task: task.clone(), classes, size, keep: kept };
        self.send(&named);
        inner.named.replace(Some(named));
        signals.run.id.set(Some(run));
        signals.selection.snapshot.set(Snapshot::Latest);
        self.clear_checkpoints(kept);
        let stages = Arc::new(layer_table(&task, classes, size).unwrap_or_default());
        let fits =
            |layer: usize, unit: usize| stages.get(layer).is_some_and(|s| unit < s.output[0]);
        // A layer or unit that the new network does not have is looked at no more.
        for unit_ref in [signals.selection.hovered_unit, signals.selection.unit] {
            unit_ref.update(|unit_ref| {
                *unit_ref = unit_ref.filter(|unit_ref| fits(unit_ref.layer, unit_ref.unit))
            });
        }
        if signals.selection.unit.get_untracked().is_none() {
            signals.selection.operation.set(None);
        }
        signals.selection.tsne_layer.update(|layer| *layer = layer.filter(|layer| fits(*layer, 0)));
        signals.run.layers.set(stages);
        for side in [Side::Primary, Side::Compared] {
            signals.answers.layers.of(side).set(None);
            signals.answers.unit.of(side).set(None);
            signals.answers.visualization.of(side).set(None);
            signals.answers.explanation.of(side).set(None);
        }
        signals.answers.op_trace.set(None);
        signals.answers.mistakes.set(None);
        signals.answers.neighbors.set(None);
        signals.answers.embedding.set(None);
        // That there is nobody to answer is as true of this run.
        if inner.restart_policy.borrow().is_well() {
            signals.errors.set(BTreeMap::new());
        }
    }

    /// No weights are there but those of the run that is kept, and nothing has been asked.
    fn clear_checkpoints(self, kept: Option<RunId>) {
        let (inner, signals) = (self.inner(), self.signals);
        inner.requested_probes.borrow_mut().retain(|(of, _)| Some(*of) == kept);
        inner.asked.borrow_mut().clear();
        inner.settled.set(0);
        inner.waiting.set(None);
        inner.arrived.set(false);
        signals.run.step.set(0);
        signals.run.epochs.set(Vec::new());
        signals
            .selection
            .compared
            .update(|compare| *compare = compare.filter(|at| Some(at.run) == kept));
        signals.answers.probes.update(|rungs| {
            let left: ProbeTable =
                rungs.iter().filter(|(of, _)| Some(of.0) == kept).map(copied).collect();
            *rungs = Arc::new(left);
        });
    }

    /// Other images.
    fn open(self, album: Option<AnyDataset>) {
        let signals = self.signals;
        if signals.dataset.with_untracked(|now| *now == album) {
            return;
        }
        let there = |image: &ImageRef| {
            album.as_ref().is_some_and(|album| image.index < album.count(image.split))
        };
        let first = ImageRef { split: Split::Test, index: 0 };
        let image =
            signals.selection.image.get_untracked().filter(there).or(Some(first)).filter(there);
        signals.selection.neighbors_of.set(None);
        signals.run.previous.set(None);
        signals.selection.compared.set(None);
        signals.dataset.set(album);
        signals.selection.image.set(image);
    }

    fn send(self, ask: &Query) {
        if let Some(worker) = &*self.inner().worker.borrow() {
            worker.ask(ask);
        }
    }

    /// Has the run hand over its weights while somebody looks and they have moved on.
    fn poll(self, host: InterpreterHost) {
        let (inner, signals) = (self.inner(), self.signals);
        self.restart(host);
        inner.restart_policy.borrow_mut().poll();
        let seen = [signals.visible.layers, signals.visible.explanation, signals.visible.mistakes];
        let seen = seen.iter().any(|seen| seen.get_untracked());
        let run = inner.run.get().map(|(run, _)| run);
        inner.step.set(host.step_of.run(run));
        let behind = !inner.arrived.get() || inner.step.get() != signals.run.step.get_untracked();
        match inner.waiting.get() {
            Some(pulses) if pulses < MAX_WAIT_POLLS => inner.waiting.set(Some(pulses + 1)),
            _ => {
                if let Some(run) = run.filter(|_| seen && behind && inner.worker.borrow().is_some())
                {
                    inner.waiting.set(Some(0));
                    host.send_command.run(Command::SendCheckpoint(run));
                }
            }
        }
        // A run that has come to rest is looked at closely at last.
        self.refresh_untracked();
    }

    fn refresh_untracked(self) {
        leptos::prelude::untrack(|| self.refresh());
    }

    /// Asks for what is on the screen and has not been asked for.
    fn refresh(self) {
        let (inner, signals) = (self.inner(), self.signals);
        let focus = self.focus();
        let seen = focus.layers || focus.why || focus.mistakes;
        if !seen || inner.worker.borrow().is_none() {
            return;
        }
        let album = signals.dataset.get();
        let Some(album) = album else { return };
        let is_new = inner.sent.borrow().as_ref() != Some(&album);
        if is_new {
            self.send(&Query::SetDataset(album.interpreter_dataset()));
            inner.sent.replace(Some(album));
            inner.requested_probes.borrow_mut().clear();
            inner.asked.borrow_mut().clear();
        }
        if focus.layers {
            self.request_probes();
        }
        // Nothing has arrived that could be asked about.
        signals.run.epochs.track();
        if !inner.arrived.get() {
            return;
        }
        for want in wants(&focus) {
            let key = (want.topic, want.side == Side::Compared);
            let same =
                |(stamp, ask, _): &(usize, Query, u32)| *stamp == want.stamp && *ask == want.ask;
            if inner.asked.borrow().get(&key).is_some_and(same) {
                continue;
            }
            let request = inner.requests.get() + 1;
            inner.requests.set(request);
            self.send(&numbered(want.ask.clone(), request));
            inner.asked.borrow_mut().insert(key, (want.stamp, want.ask, request));
        }
    }

    fn focus(self) -> Focus {
        let (inner, signals) = (self.inner(), self.signals);
        let image = signals.selection.image.get();
        let chosen = signals.selection.unit.get();
        let step = signals.run.step.get();
        Focus {
            at: signals
                .run
                .id
                .get()
                .map(|run| NetworkRef { run, snapshot: signals.selection.snapshot.get() }),
            other: signals.selection.compared.get(),
            step,
            settled: if inner.moving.get() { inner.settled.get() } else { step },
            exhibit: signals.dataset.with(|album| album.as_ref()?.labeled_image(image?)),
            layers: signals.visible.layers.get(),
            why: signals.visible.explanation.get(),
            mistakes: signals.visible.mistakes.get(),
            unit_ref: signals.selection.hovered_unit.get().or(chosen),
            chosen,
            part: signals.selection.operation.get(),
            reason: Some(signals.selection.target.get()),
            near: signals.selection.neighbors_of.get(),
            embed: signals.selection.tsne_layer.get(),
        }
    }

    /// Asks for the ladders that are missing, of the run and of the one that it is compared with.
    fn request_probes(self) {
        let (inner, signals) = (self.inner(), self.signals);
        let epoch = self.state.current_epoch();
        let compared = signals.selection.compared.get().map(|at| at.run);
        let before = signals.run.previous.get().filter(|(run, _)| Some(*run) == compared);
        let now = signals.run.id.get().map(|run| (run, signals.run.epochs.get()));
        for (run, epochs) in before.into_iter().chain(now) {
            let requested = inner.requested_probes.borrow().clone();
            for at in ladders(run, &epochs, epoch, |run, epoch| requested.contains(&(run, epoch))) {
                self.send(&Query::LayerProbes(at));
                if let Snapshot::Epoch(epoch) = at.snapshot {
                    inner.requested_probes.borrow_mut().insert((run, epoch));
                }
            }
        }
    }
}

fn copied<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}
