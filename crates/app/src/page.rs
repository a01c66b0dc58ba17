//! The page. It contains the state, and everything that happens goes through [`Page::dispatch`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use features::dataset::image_store::ImageStore;
use leptos::prelude::*;
use model::ImageRef;
use model::permalink::Permalink;
use protocol::embed::EmbedEvent;
use protocol::embed_command::EmbedId;
use protocol::embed_limits::{Refusal, RefusalLimit};
use store::action::Action;
use store::bug_report::bug_report;
use store::reduce::reduce;
use store::state::State;
use wasm_bindgen::JsValue;

use crate::clients::dicom::DicomConverter;
use crate::clients::interpreter::client::Interpreter;
use crate::clients::reader::Reader;
use crate::clients::replicas::Replicas;
use crate::clients::worker_handle::WorkerHandle;
use crate::dataset::cache::DatasetCache;
use crate::embed_events::{EventQueue, emit_queued};
use crate::own_data::kept;
use crate::page_meta::PageFiles;
use crate::signals::page_signals::Signals;
use crate::{console_log, debug_handle, saved_speeds};

/// Minimum interval between two updates of the curves in milliseconds.
const PROGRESS_INTERVAL_MS: f64 = 100.0;

/// A copyable handle to the page for components and callbacks.
#[derive(Clone, Copy)]
pub struct Page {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// The signals that views read.
    pub signals: Signals,
    /// Client of the interpreter.
    pub interpreter: Interpreter,
}

/// State, workers and timers of the page.
pub(crate) struct Inner {
    pub(crate) state: RefCell<State>,
    pub(crate) files: PageFiles,
    /// The compiled module of the engine, which is used for every engine worker.
    pub(crate) module: RefCell<Option<JsValue>>,
    pub(crate) worker: RefCell<Option<WorkerHandle>>,
    pub(crate) replicas: Replicas,
    pub(crate) reader: Reader,
    pub(crate) datasets: RefCell<DatasetCache>,
    pub(crate) event_queue: RefCell<EventQueue>,
    is_emitting: Cell<bool>,
    refusals: RefCell<RefusalLimit<(String, Option<EmbedId>)>>,
    /// Number of edits, so that only the last edit ends the debounce delay.
    pub(crate) edits: Cell<u32>,
    progress_updated_at: Cell<f64>,
    progress_is_due: Cell<bool>,
}

impl Page {
    /// Opens the page at a link. `complaints` describe the parts of the link that were ignored.
    pub(crate) fn open(
        link: Permalink,
        complaints: Vec<String>,
        files: PageFiles,
        build: String,
    ) -> Self {
        if link.debug {
            console_log::init();
        }
        let speeds = saved_speeds::load();
        let mut state = State { speeds, ..State::new(link, build, files.engine_bytes) };
        kept::list(&mut state.packs);
        let signals = Signals::new(&state);
        let interpreter_files = files.interpreter.clone();
        let inner = Inner {
            state: RefCell::new(state),
            reader: Reader::start(files.reader.clone()),
            files,
            module: RefCell::default(),
            worker: RefCell::default(),
            replicas: Replicas::default(),
            datasets: RefCell::default(),
            event_queue: RefCell::default(),
            is_emitting: Cell::new(false),
            refusals: RefCell::default(),
            edits: Cell::new(0),
            progress_updated_at: Cell::new(f64::NEG_INFINITY),
            progress_is_due: Cell::new(false),
        };
        let interpreter = Interpreter::new(interpreter_files);
        let page = Self { inner: StoredValue::new_local(Rc::new(inner)), signals, interpreter };
        debug_handle::install(move || page.with_state(bug_report));
        page.dispatch(Action::Open(complaints));
        page
    }

    pub(crate) fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Applies an action to the state, performs its effects and updates the signals.
    pub fn dispatch(self, action: Action) {
        let inner = self.inner();
        let is_steps =
            matches!(&action, Action::EngineEvent { event: protocol::Event::Steps { .. }, .. });
        if let (Action::EngineEvent { event, .. }, false) = (&action, is_steps) {
            log::debug!("event {}", event.name());
        }
        let effects = reduce(&mut inner.state.borrow_mut(), action);
        for effect in effects {
            self.perform(effect);
        }
        // Step events can arrive thousands of times per second; they update the views later, at
        // intervals.
        if !is_steps {
            self.signals.update(&inner.state.borrow());
        }
        self.update_progress_soon();
        self.emit_events();
    }

    /// Calls a function with the state.
    pub(crate) fn with_state<T>(self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.inner().state.borrow())
    }

    /// Emits an event for course pages.
    pub(crate) fn emit(self, event: EmbedEvent) {
        self.inner().event_queue.borrow_mut().push(event);
        self.emit_events();
    }

    /// Reports a refused message of a course page, or counts it if another was reported a moment
    /// ago. `describe` returns the reason as a sentence, and the message's identifier.
    pub(crate) fn refuse(self, describe: impl FnOnce() -> (String, Option<EmbedId>)) {
        let refusal = self.inner().refusals.borrow_mut().refuse(now(), describe);
        match refusal {
            Refusal::Report(report) => self.emit_refusal(report),
            Refusal::TakeAfter(wait_ms) => {
                let take = move || {
                    let waiting = self.inner().refusals.borrow_mut().take(now());
                    if let Some(report) = waiting {
                        self.emit_refusal(report);
                    }
                };
                set_timeout(take, Duration::from_millis(wait_ms as u64 + 1));
            }
            Refusal::Counted => {}
        }
    }

    fn emit_refusal(self, ((reason, id), count): ((String, Option<EmbedId>), u32)) {
        self.emit(EmbedEvent::Refused { reason, count, id });
    }

    /// Returns the client of the reader.
    pub fn reader(self) -> Reader {
        self.inner().reader
    }

    /// Returns the client of the converter of DICOM files.
    pub fn dicom(self) -> DicomConverter {
        DicomConverter::new(self.inner().files.dicom.clone())
    }

    /// Returns the query string of a link to the current configuration.
    pub fn share_query(self) -> String {
        let inner = self.inner();
        let link = Permalink { embed: false, debug: false, ..inner.state.borrow().link.clone() };
        model::permalink::write(&link)
    }

    /// Returns the gray values of an image of the data set shown.
    pub fn pixels(self, image: ImageRef) -> Option<Vec<u8>> {
        let pixels = |store: &ImageStore| store.pixels(image).map(<[u8]>::to_vec);
        self.signals.shown.with_untracked(|shown| pixels(shown.as_ref()?.images()?))
    }

    fn update_progress_soon(self) {
        let inner = self.inner();
        if inner.progress_is_due.get() {
            return;
        }
        let wait = inner.progress_updated_at.get() + PROGRESS_INTERVAL_MS - now();
        if wait <= 0.0 {
            self.update_progress();
        } else {
            inner.progress_is_due.set(true);
            set_timeout(move || self.update_progress(), Duration::from_millis(wait as u64 + 1));
        }
    }

    fn update_progress(self) {
        let inner = self.inner();
        inner.progress_is_due.set(false);
        inner.progress_updated_at.set(now());
        // `update` is needed as well, since the number of steps decides whether the run can be
        // reset.
        self.signals.update(&inner.state.borrow());
        self.signals.update_progress(&inner.state.borrow());
    }

    fn emit_events(self) {
        let inner = self.inner();
        if inner.is_emitting.replace(true) {
            return;
        }
        emit_queued(|| inner.event_queue.borrow_mut().pop());
        inner.is_emitting.set(false);
        if !inner.event_queue.borrow().is_empty() {
            set_timeout(move || self.emit_events(), Duration::from_millis(16));
        }
    }
}

/// Returns the time since the page was opened in milliseconds.
pub(crate) fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
