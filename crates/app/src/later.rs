//! What the page loads after itself.
//!
//! `cargo xtask build` takes the code that only the functions behind [`wasm_split`] reach out of the
//! page's module and puts it into modules of their own; `www/later.js` loads them at the first call,
//! with their style sheet.

use std::pin::Pin;

use interpret_views::state::InterpretState;
use interpret_views::{ExplainView, LayersView, MistakesView};
use leptos::html::Div;
use leptos::prelude::*;
use store::state::State;
use ui::display_settings::DisplaySettings;
use ui::erased_signal::RwSignal;
use ui::erased_view::{effect, handle_mouse, live, memo, view};
use ui::hooks::use_visibility::use_visibility;
use ui::spawn::spawn;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::inside::Inside;
use crate::layout::segment::SegmentPanels;
use crate::page::Page;

/// A view of the learned network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the layers have learned.
    Layers,
    /// Why this answer.
    Why,
    /// Where the network is wrong.
    Mistakes,
}

/// The way into what looks into networks. Functions behind pointers can be called without waiting.
#[derive(Clone, Copy)]
struct Learned {
    view: fn(Part, InterpretState) -> AnyView,
    attend: fn(Inside, Page),
    follow: fn(Inside, &State),
}

/// The way into the segmentation lab.
type Segment = fn(Page, DisplaySettings) -> AnyView;

#[derive(Clone, Copy)]
enum Loading<T> {
    Waiting,
    Begun,
    Done(T),
    Failed,
}

impl<T> Loading<T> {
    fn done(self) -> Option<T> {
        match self {
            Loading::Done(found) => Some(found),
            _ => None,
        }
    }
}

/// Everything that is loaded later. A copy is as good as the original.
#[derive(Clone, Copy)]
pub struct Later {
    learned: RwSignal<Loading<&'static Learned>>,
    segment: RwSignal<Loading<Segment>>,
}

impl Default for Later {
    fn default() -> Self {
        Self { learned: RwSignal::new(Loading::Waiting), segment: RwSignal::new(Loading::Waiting) }
    }
}

impl Later {
    /// Loads what looks into networks when a run stands ready: from then on the line is free. What
    /// then does not load is left to the visitor.
    pub fn attend(self, page: Page) {
        let transport = page.signals.transport;
        let ready = memo(move || transport.with(|transport| transport.ready));
        effect(move || {
            if ready.get() && matches!(self.learned.get_untracked(), Loading::Waiting) {
                self.load_learned();
            }
        });
        effect(move || {
            if let Loading::Done(learned) = self.learned.get() {
                untrack(|| {
                    (learned.attend)(page.inside, page);
                    (learned.follow)(page.inside, &page.inner().state.borrow());
                });
            }
        });
    }

    /// Tells what looks into networks, once it is here, of the run on the stage.
    pub fn follow(self, inside: Inside, state: &State) {
        if let Some(learned) = self.learned.get_untracked().done() {
            (learned.follow)(inside, state);
        }
    }

    fn load_learned(self) {
        load(self.learned, || Box::pin(learned()));
    }

    fn load_segment(self) {
        load(self.segment, || Box::pin(segment()));
    }
}

type Arriving<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// Loads something, unless it is here or on its way.
fn load<T: Copy + Send + Sync + 'static>(
    loading: RwSignal<Loading<T>>,
    begin: impl FnOnce() -> Arriving<T>,
) {
    if let Loading::Begun | Loading::Done(_) = loading.get_untracked() {
        return;
    }
    loading.set(Loading::Begun);
    let arriving = begin();
    spawn(async move {
        loading.set(match arriving.await {
            Ok(found) => Loading::Done(found),
            Err(_) => Loading::Failed,
        });
    });
}

/// A view of the learned network, as soon as it is loaded.
#[component]
pub fn LearnedLater(
    /// Whose network.
    page: Page,
    /// Which view.
    part: Part,
) -> impl IntoView {
    let (later, state) = (page.later, page.inside.state);
    live(move || match later.learned.get() {
        Loading::Done(learned) => (learned.view)(part, state),
        Loading::Failed => view! { <Failed again=move || later.load_learned() /> },
        Loading::Waiting | Loading::Begun => view! { <Awaited later /> },
    })
}

/// The panels of the segmentation lab, as soon as they are loaded.
#[component]
pub fn SegmentLater(
    /// Whose panels.
    page: Page,
    /// Outlives them.
    look: DisplaySettings,
) -> impl IntoView {
    let later = page.later;
    later.load_segment();
    live(move || match later.segment.get() {
        Loading::Done(panels) => panels(page, look),
        Loading::Failed => view! { <Failed again=move || later.load_segment() /> },
        Loading::Waiting | Loading::Begun => view! { <div class="later"></div> },
    })
}

#[component]
fn Failed(again: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="later" role="status">
            <p>"This part of the page did not load. If that goes on, reload the page."</p>
            <button type="button" class="button" on:click=handle_mouse(move |_| again())>
                "Try again"
            </button>
        </div>
    }
}

/// The place of a view that is not here yet. Whoever looks at it gets it at once.
#[component]
fn Awaited(later: Later) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let seen = RwSignal::new(false);
    use_visibility(place, seen);
    effect(move || {
        if seen.get() {
            later.load_learned();
        }
    });
    view! {
        <div class="later" node_ref=place>
            <p class="hint">"This part loads when the page can train."</p>
        </div>
    }
}

#[allow(unsafe_code)] // What the macro writes: a function that is imported, and one exported.
#[wasm_split(learned, fallible)]
fn learned() -> Result<&'static Learned, SplitLoaderError> {
    Ok(&Learned { view: part, attend: Inside::attend, follow: Inside::follow })
}

fn part(part: Part, state: InterpretState) -> AnyView {
    match part {
        Part::Layers => view! { <LayersView state /> },
        Part::Why => view! { <ExplainView state /> },
        Part::Mistakes => view! { <MistakesView state /> },
    }
}

#[allow(unsafe_code)]
#[wasm_split(segment, fallible)]
fn segment() -> Result<Segment, SplitLoaderError> {
    Ok(|page, look| view! { <SegmentPanels page look /> })
}
