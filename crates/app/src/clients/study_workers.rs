//! The workers that train networks of a study, as many as there are processors. They are started with
//! a study and stopped at its end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use features::studies::study::Study;
use features::studies::study_run::{Outcome, Place, StudyRun};
use leptos::prelude::{GetValue, LocalStorage, StoredValue, set_timeout, window};
use protocol::interpret::InterpreterDataset;
use protocol::study::{StudyRequest, StudyResponse};
use ui::erased_signal::RwSignal;
use wasm_bindgen::JsValue;

use super::download::js_error_message;
use super::worker_handle::{WorkerFiles, WorkerHandle, WorkerMessage};

/// Number of crashed workers after which a study is given up.
const MAX_CRASHES: u32 = 3;

/// Largest number of workers. Each holds the images and a network.
const MAX_WORKERS: usize = 8;

/// Client of the workers.
#[derive(Clone, Copy)]
pub struct StudyWorkers {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// The study that runs, or the last one.
    pub run: RwSignal<Option<Arc<StudyRun>>>,
    /// Why it did not go on, as a sentence.
    pub problem: RwSignal<Option<String>>,
}

struct Inner {
    files: WorkerFiles,
    workers: RefCell<Vec<StudyWorker>>,
    dataset: RefCell<Option<InterpreterDataset>>,
    crashes: Cell<u32>,
    /// Number of the study, so that messages of an earlier one are dropped.
    study: Cell<u32>,
}

struct StudyWorker {
    handle: WorkerHandle,
    /// The trial that it carries out.
    place: Option<Place>,
}

impl StudyWorkers {
    /// Creates the client without starting a worker.
    pub fn new(files: WorkerFiles) -> Self {
        let inner = Inner {
            files,
            workers: RefCell::default(),
            dataset: RefCell::default(),
            crashes: Cell::new(0),
            study: Cell::new(0),
        };
        Self {
            inner: StoredValue::new_local(Rc::new(inner)),
            run: RwSignal::new(None),
            problem: RwSignal::new(None),
        }
    }

    /// Begins a study on these images. An earlier one is stopped.
    pub fn start(self, study: Study, dataset: InterpreterDataset) {
        let inner = self.inner.get_value();
        self.end();
        inner.dataset.replace(Some(dataset));
        inner.crashes.set(0);
        self.problem.set(None);
        let run = StudyRun::new(study);
        let (_, trials) = run.done_of();
        self.run.set(Some(Arc::new(run)));
        let processors = window().navigator().hardware_concurrency() as usize;
        // From three processors on, one is left for the page.
        let workers = processors.saturating_sub(usize::from(processors > 2)).max(1);
        for _ in 0..workers.min(trials).min(MAX_WORKERS) {
            self.start_worker();
        }
    }

    /// Stops the study. Results stay.
    pub fn stop(self) {
        self.end();
        self.change(|run| run.is_stopped = true);
    }

    /// Stops all workers. They are dropped later, since one of their messages may be the cause.
    fn end(self) {
        let inner = self.inner.get_value();
        inner.study.set(inner.study.get().wrapping_add(1));
        inner.dataset.take();
        let workers = inner.workers.take();
        set_timeout(move || drop(workers), Duration::ZERO);
    }

    fn give_up(self, sentence: String) {
        self.problem.set(Some(sentence));
        self.stop();
    }

    fn change(self, change: impl FnOnce(&mut StudyRun)) {
        self.run.update(|run| {
            if let Some(run) = run {
                change(Arc::make_mut(run));
            }
        });
    }

    fn start_worker(self) {
        let inner = self.inner.get_value();
        let index = inner.workers.borrow().len();
        match self.new_worker(index) {
            Ok(handle) => {
                inner.workers.borrow_mut().push(StudyWorker { handle, place: None });
                self.deal(index);
            }
            Err(error) => self.give_up(not_started(&error)),
        }
    }

    fn new_worker(self, index: usize) -> Result<WorkerHandle, JsValue> {
        let inner = self.inner.get_value();
        let study = inner.study.get();
        let on_message = move |message| {
            if self.inner.get_value().study.get() == study {
                self.on_message(index, message);
            }
        };
        let handle = WorkerHandle::start("study", &inner.files, None, "", on_message)?;
        if let Some(dataset) = &*inner.dataset.borrow() {
            handle.send(&StudyRequest::SetDataset(dataset.clone()))?;
        }
        Ok(handle)
    }

    /// Gives a worker the next trial, if there is one.
    fn deal(self, index: usize) {
        let inner = self.inner.get_value();
        let mut next = None;
        self.change(|run| next = run.begin_next());
        let mut workers = inner.workers.borrow_mut();
        let Some(worker) = workers.get_mut(index) else { return };
        worker.place = next.as_ref().map(|(place, _)| *place);
        if let Some((_, trial)) = next {
            // If the worker cannot be reached, its `error` event reports this.
            if let Err(error) = worker.handle.send(&StudyRequest::Train(trial)) {
                log::debug!("a trial was not posted: {}", js_error_message(&error));
            }
        }
    }

    fn on_message(self, index: usize, message: WorkerMessage<StudyResponse>) {
        let inner = self.inner.get_value();
        let place = inner.workers.borrow().get(index).and_then(|worker| worker.place);
        let Some(place) = place else { return };
        match message {
            WorkerMessage::Message(StudyResponse::Steps(steps)) => {
                self.change(|run| run.set(place, Outcome::Training(steps)));
            }
            WorkerMessage::Message(StudyResponse::Done(result)) => {
                self.change(|run| run.set(place, Outcome::Done(result)));
                self.deal(index);
                let runs =
                    self.run.with_untracked(|run| run.as_ref().is_some_and(|run| run.is_running()));
                if !runs {
                    self.end();
                }
            }
            WorkerMessage::Message(StudyResponse::Failed(problem)) => {
                self.give_up(problem.message);
            }
            WorkerMessage::Failed(failure) => {
                log::debug!("a worker of the study failed: {}", failure.into_reason());
                self.replace(index, place);
            }
        }
    }

    /// Starts a worker in the place of one that has crashed, which carries out its trial once more.
    fn replace(self, index: usize, place: Place) {
        let inner = self.inner.get_value();
        inner.crashes.set(inner.crashes.get() + 1);
        if inner.crashes.get() >= MAX_CRASHES {
            return self.give_up(
                "The study stopped, since its workers crashed three times. Close other tabs, or \
                 reload the page."
                    .into(),
            );
        }
        self.change(|run| run.set(place, Outcome::Waiting));
        match self.new_worker(index) {
            Ok(handle) => {
                let old =
                    inner.workers.borrow_mut().get_mut(index).map(|worker| {
                        std::mem::replace(worker, StudyWorker { handle, place: None })
                    });
                set_timeout(move || drop(old), Duration::ZERO);
                self.deal(index);
            }
            Err(error) => self.give_up(not_started(&error)),
        }
    }
}

fn not_started(error: &JsValue) -> String {
    let reason = js_error_message(error);
    format!("The browser started no worker for the study: {reason}. Reload the page.")
}
