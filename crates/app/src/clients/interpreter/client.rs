//! The interpreter's worker. It is started when there is a run to interpret, receives the run and
//! the images, and is replaced when it crashes.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::{GetValue, LocalStorage, StoredValue, set_timeout, window};
use protocol::RunId;
use protocol::interpret::{
    AnyQuery, InterpreterRequest, InterpreterResponse, MapPoint, NetworkRef,
};
use store::action::Action;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::effect;
use web_sys::{MessageChannel, MessagePort};

use super::restart_policy::RestartPolicy;
use super::slots::Slots;
use crate::clients::download::js_error_message;
use crate::clients::worker_handle::{WorkerFiles, WorkerHandle, WorkerMessage};
use crate::dataset::any_dataset::AnyDataset;
use crate::signals::network_signals::NetworkSignals;

/// Delay before a crashed worker is replaced.
const RESTART_DELAY: Duration = Duration::from_millis(500);

/// Client of the interpreter.
#[derive(Clone, Copy)]
pub struct Interpreter {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// The points of the embedding maps.
    pub(super) map_points: RwSignal<Arc<Vec<MapPoint>>>,
    /// Reason why no queries can be answered, as a sentence.
    pub(super) failure: RwSignal<Option<String>>,
    /// Number of the current worker. When it changes, all queries are asked again.
    pub(super) generation: RwSignal<u32>,
}

/// What the client needs from the page.
#[derive(Clone, Copy)]
pub struct InterpreterHost {
    /// The data set shown on the page.
    pub dataset: Signal<Option<AnyDataset>>,
    /// The run whose networks are interpreted, with its checkpoints.
    pub network: NetworkSignals,
    /// Whether a run trains on the cores that the interpreter uses.
    pub shares_cores: Signal<bool>,
    /// Dispatches an action to the reducer.
    pub dispatch: Callback<Action>,
    /// Sends the engine a port to a new interpreter.
    pub connect_engine: Callback<MessagePort>,
}

struct Inner {
    files: WorkerFiles,
    worker: RefCell<Option<WorkerHandle>>,
    /// Ports to engines that are sent to the first worker when it is started.
    ports: RefCell<Vec<MessagePort>>,
    /// The run and the data set that have been sent to the current worker.
    known: RefCell<Known>,
    slots: RefCell<Slots>,
    restart_policy: RefCell<RestartPolicy>,
}

#[derive(Default)]
struct Known {
    run: Option<RunId>,
    dataset: Option<AnyDataset>,
}

impl Interpreter {
    /// Creates the client without starting a worker.
    pub fn new(files: WorkerFiles) -> Self {
        let inner = Inner {
            files,
            worker: RefCell::default(),
            ports: RefCell::default(),
            known: RefCell::default(),
            slots: RefCell::default(),
            restart_policy: RefCell::default(),
        };
        Self {
            inner: StoredValue::new_local(Rc::new(inner)),
            map_points: RwSignal::default(),
            failure: RwSignal::new(None),
            generation: RwSignal::new(0),
        }
    }

    fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Returns a port for a new engine, through which it sends checkpoints, or `None` if the
    /// browser does not support message channels.
    pub fn port(self) -> Option<MessagePort> {
        let channel = MessageChannel::new().ok()?;
        let inner = self.inner();
        match &*inner.worker.borrow() {
            Some(worker) => report(worker.connect(&channel.port2(), "engine")),
            None => inner.ports.borrow_mut().push(channel.port2()),
        }
        Some(channel.port1())
    }

    /// Starts the worker when a run is ready, and sends it each new run.
    pub(super) fn follow_runs(self, host: InterpreterHost) {
        effect(move || {
            if host.network.run.with(Option::is_some) {
                self.start(host);
                self.tell_run(host);
            }
        });
        effect(move || {
            let _: u32 = self.generation.get();
            self.send(&InterpreterRequest::ShareCores(host.shares_cores.get()));
        });
    }

    /// Starts a worker unless there is one or too many have crashed.
    fn start(self, host: InterpreterHost) {
        let inner = self.inner();
        if inner.worker.borrow().is_some() || inner.restart_policy.borrow().is_over() {
            return;
        }
        let on_message = move |message| match message {
            WorkerMessage::Message(response) => self.on_response(response, host),
            WorkerMessage::Failed(failure) => {
                log::debug!("the interpreter failed: {}", failure.into_reason());
                self.on_failure(host);
            }
        };
        // A browser without module workers cannot run the engine either, and the engine reports
        // this.
        let worker = WorkerHandle::start("interpreter", &inner.files, None, "", on_message);
        let worker = match worker {
            Ok(worker) => worker,
            Err(error) => return report(Err(error)),
        };
        for port in inner.ports.take() {
            report(worker.connect(&port, "engine"));
        }
        inner.worker.replace(Some(worker));
        inner.known.take();
        inner.restart_policy.borrow_mut().started(now_secs());
        self.generation.update(|generation| *generation += 1);
    }

    fn on_response(self, response: InterpreterResponse, host: InterpreterHost) {
        let inner = self.inner();
        match response {
            InterpreterResponse::CheckpointStored { run, step, epochs } => {
                host.dispatch.run(Action::CheckpointStored { run, step, epochs });
            }
            InterpreterResponse::MapPoints(points) => self.map_points.set(Arc::new(points)),
            InterpreterResponse::Answer { id, answer } => {
                if answer.is_ok() {
                    inner.restart_policy.borrow_mut().answered(now_secs());
                    if self.failure.with_untracked(Option::is_some) {
                        self.failure.set(None);
                    }
                }
                let handler = inner.slots.borrow_mut().handler(id);
                if let Some((on_answer, is_first)) = handler {
                    on_answer(answer, is_first);
                }
            }
            InterpreterResponse::Failed(problem) => self.failure.set(Some(problem.message)),
        }
    }

    /// Replaces the worker after a delay, unless it has crashed too often. The new worker has no
    /// checkpoints: those of earlier epochs are lost.
    fn on_failure(self, host: InterpreterHost) {
        let inner = self.inner();
        drop(inner.worker.take());
        let sentence = inner.restart_policy.borrow_mut().crashed();
        self.failure.set(Some(sentence.to_owned()));
        if inner.restart_policy.borrow().is_over() {
            return;
        }
        let restart = move || {
            self.start(host);
            host.dispatch.run(Action::InterpreterStarted);
            self.tell_run(host);
            if let Some(port) = self.port() {
                host.connect_engine.run(port);
            }
        };
        set_timeout(restart, RESTART_DELAY);
    }

    /// Sends the run to the worker, unless the worker has it already.
    fn tell_run(self, host: InterpreterHost) {
        let inner = self.inner();
        let Some(run) = host.network.run.get_untracked() else { return };
        if inner.known.borrow_mut().run.replace(run.id) == Some(run.id) {
            return;
        }
        let keep = host.network.previous.get_untracked().map(|(run, _)| run);
        self.send(&InterpreterRequest::SetRun {
            run: run.id,
            task: run.task,
            classes: run.classes,
            size: run.size,
            keep,
        });
    }

    /// Adds a slot for queries.
    pub(super) fn with_slots<T>(self, change: impl FnOnce(&mut Slots) -> T) -> T {
        change(&mut self.inner().slots.borrow_mut())
    }

    /// Asks a query in a slot. First sends the run and the images, if the worker does not have
    /// them.
    pub(super) fn ask(
        self,
        host: InterpreterHost,
        slot: u32,
        network: NetworkRef,
        query: AnyQuery,
    ) {
        let inner = self.inner();
        self.tell_run(host);
        let dataset = host.dataset.get_untracked();
        if inner.known.borrow().dataset != dataset {
            if let Some(dataset) = &dataset {
                self.send(&InterpreterRequest::SetDataset(dataset.interpreter_dataset()));
            }
            inner.known.borrow_mut().dataset = dataset;
        }
        log::debug!("query {}", query.name());
        let id = self.with_slots(|slots| slots.next_id(slot));
        self.send(&InterpreterRequest::Query { id, network, query });
    }

    /// Sends a request. If the worker cannot be reached, its `error` event reports this.
    fn send(self, request: &InterpreterRequest) {
        if let Some(worker) = &*self.inner().worker.borrow() {
            report(worker.send(request));
        }
    }
}

fn report(posted: Result<(), wasm_bindgen::JsValue>) {
    if let Err(error) = posted {
        log::debug!("a message was not posted: {}", js_error_message(&error));
    }
}

fn now_secs() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now() / 1000.0)
}
