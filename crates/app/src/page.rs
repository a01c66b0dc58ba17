//! The page at work: it holds the state, and everything that happens goes through
//! [`Page::dispatch`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use features::dataset::image_store::ImageStore;
use leptos::prelude::*;
use model::ImageRef;
use model::permalink::Permalink;
use protocol::RunId;
use store::action::Action;
use store::reduce::reduce;
use store::state::State;
use wasm_bindgen::JsValue;

use crate::course::{Outbox, tell};
use crate::effects::{Packs, remembered_speeds};
use crate::inside::Inside;
use crate::later::Later;
use crate::link::{EngineFiles, WorkerLink};
use crate::read::Reader;
use crate::signals::Signals;

/// Milliseconds between two drawings of the curves.
const TICK_MS: f64 = 100.0;

/// The handle that components and callbacks carry around.
#[derive(Clone, Copy)]
pub struct Page {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// What the views read.
    pub signals: Signals,
    /// What looks into networks.
    pub inside: Inside,
    /// What is loaded when the page can train.
    pub later: Later,
}

/// The page's belongings that are no plain data.
pub(crate) struct Inner {
    pub(crate) state: RefCell<State>,
    pub(crate) files: EngineFiles,
    /// The compiled engine, for the first worker and all that follow.
    pub(crate) module: RefCell<Option<JsValue>>,
    pub(crate) worker: RefCell<Option<WorkerLink>>,
    pub(crate) reader: Reader,
    /// The packs that can be opened.
    pub(crate) packs: RefCell<Packs>,
    pub(crate) outbox: RefCell<Outbox>,
    telling: Cell<bool>,
    /// Counts edits, so that only the last one settles.
    pub(crate) edits: Cell<u32>,
    ticked: Cell<f64>,
    tick_is_due: Cell<bool>,
}

impl Page {
    /// Opens the page at a link. `complaints` are the parts of it that were ignored, `reader` is the
    /// script of the reader's worker, `interpreter` that of the interpreter's.
    pub fn open(
        link: Permalink,
        complaints: Vec<String>,
        files: EngineFiles,
        reader: &str,
        interpreter: String,
        build: String,
    ) -> Self {
        let speeds = remembered_speeds();
        let state = State { speeds, ..State::new(link, build, files.bytes) };
        let signals = Signals::new(&state);
        let inner = Inner {
            state: RefCell::new(state),
            files,
            module: RefCell::default(),
            worker: RefCell::default(),
            reader: Reader::start(reader),
            packs: RefCell::default(),
            outbox: RefCell::default(),
            telling: Cell::new(false),
            edits: Cell::new(0),
            ticked: Cell::new(f64::NEG_INFINITY),
            tick_is_due: Cell::new(false),
        };
        let inside = Inside::new(interpreter);
        let later = Later::default();
        let page = Self { inner: StoredValue::new_local(Rc::new(inner)), signals, inside, later };
        later.attend(page);
        page.dispatch(Action::Open(complaints));
        page
    }

    pub(crate) fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Takes an action: into the state, out to the world, onto the page.
    pub fn dispatch(self, action: Action) {
        let inner = self.inner();
        let is_step =
            matches!(&action, Action::EngineEvent { event: protocol::Event::Steps { .. }, .. });
        let effects = reduce(&mut inner.state.borrow_mut(), action);
        for effect in effects {
            self.run(effect);
        }
        // Thousands of steps a second must not each wake the views.
        if !is_step {
            self.signals.show(&inner.state.borrow());
            self.later.follow(self.inside, &inner.state.borrow());
        }
        self.tick_soon();
        self.tell();
    }

    /// The reader of packs and of the visitor's files.
    pub fn reader(self) -> Reader {
        self.inner().reader
    }

    /// A link to this very run.
    pub fn share_query(self) -> String {
        let inner = self.inner();
        let link = Permalink { embed: false, ..inner.state.borrow().link.clone() };
        model::permalink::write(&link)
    }

    /// The gray values of an image of the data that the page shows.
    pub fn pixels(self, image: ImageRef) -> Option<Vec<u8>> {
        let pixels = |store: &ImageStore| store.pixels(image).map(<[u8]>::to_vec);
        self.signals.shown.with_untracked(|shown| pixels(shown.as_ref()?.images()?))
    }

    /// Steps that a run has made; 0 where it is not the one on the stage.
    pub fn step_of(self, run: Option<RunId>) -> usize {
        let inner = self.inner();
        let state = inner.state.borrow();
        state.run.as_ref().filter(|now| Some(now.id) == run).map_or(0, |run| run.step())
    }

    fn tick_soon(self) {
        let inner = self.inner();
        if inner.tick_is_due.get() {
            return;
        }
        let wait = inner.ticked.get() + TICK_MS - now();
        if wait <= 0.0 {
            self.tick();
        } else {
            inner.tick_is_due.set(true);
            set_timeout(move || self.tick(), Duration::from_millis(wait as u64 + 1));
        }
    }

    fn tick(self) {
        let inner = self.inner();
        inner.tick_is_due.set(false);
        inner.ticked.set(now());
        // The step count also decides whether there is something to reset.
        self.signals.show(&inner.state.borrow());
        self.signals.tick(&inner.state.borrow());
    }

    fn tell(self) {
        let inner = self.inner();
        if inner.telling.replace(true) {
            return;
        }
        tell(|| inner.outbox.borrow_mut().pop());
        inner.telling.set(false);
        if !inner.outbox.borrow().is_empty() {
            set_timeout(move || self.tell(), Duration::from_millis(16));
        }
    }
}

fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
