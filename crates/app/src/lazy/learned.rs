//! The views of the learned network and the interpreter's client, loaded when the page can train.

use interpret_views::state::InterpretState;
use interpret_views::{ExplainView, LayersView, MistakesView};
use leptos::html::Div;
use leptos::prelude::*;
use store::state::State;
use ui::erased_signal::RwSignal;
use ui::erased_view::{derived, effect, live, memo, view};
use ui::hooks::use_visibility::use_visibility;
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::loader::{Failed, Loading, arriving, load};
use crate::clients::interpreter::client::{Interpreter, InterpreterHost};
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

/// Functions of the part. Behind pointers they can be called without waiting.
#[derive(Clone, Copy)]
struct Learned {
    view: fn(Part, InterpretState) -> AnyView,
    init: fn(Interpreter, InterpreterHost),
    on_state_change: fn(Interpreter, &State),
}

/// The part, as far as it is loaded.
#[derive(Clone, Copy)]
struct LazyLearned {
    loading: RwSignal<Loading<&'static Learned>>,
    interpreter: Interpreter,
}

impl LazyLearned {
    fn load(self) {
        load(self.loading, || Box::pin(arriving(learned())));
    }
}

/// Loads the part when a run stands ready, since the network is idle from then on, and provides it to
/// all [`LearnedView`]s beneath. If it does not load then, the visitor can try again.
pub fn provide_learned(page: Page) {
    let interpreter = page.interpreter;
    let lazy = LazyLearned { loading: RwSignal::new(Loading::Waiting), interpreter };
    provide_context(lazy);
    let transport = page.signals.transport;
    let ready = memo(move || transport.with(|transport| transport.ready));
    effect(move || {
        if ready.get() && matches!(lazy.loading.get_untracked(), Loading::Waiting) {
            lazy.load();
        }
    });
    let host = interpreter_host(page);
    effect(move || {
        if let Loading::Done(learned) = lazy.loading.get() {
            untrack(|| {
                (learned.init)(interpreter, host);
                page.on_state_change(move |state| (learned.on_state_change)(interpreter, state));
            });
        }
    });
}

fn interpreter_host(page: Page) -> InterpreterHost {
    let shown = page.signals.shown;
    InterpreterHost {
        dataset: derived(move || {
            shown.with(|shown| shown.as_ref().map(|shown| shown.content.clone()))
        }),
        selected_slice: *page.signals.segment.selected_slice,
        step_of: (move |run| page.step_of(run)).into(),
        send_command: (move |command| page.send_command(&command)).into(),
        connect_engine: (move |port| page.connect_interpreter(&port)).into(),
    }
}

/// A view of the learned network, as soon as it is loaded.
#[component]
pub fn LearnedView(
    /// The view.
    part: Part,
) -> impl IntoView {
    let lazy = expect_context::<LazyLearned>();
    live(move || match lazy.loading.get() {
        Loading::Done(learned) => (learned.view)(part, lazy.interpreter.state),
        Loading::Failed => view! { <Failed again=move || lazy.load() /> },
        Loading::Waiting | Loading::Begun => view! { <Awaited lazy /> },
    })
}

/// The place of a view that is not loaded yet. When it is seen, loading begins at once.
#[component]
fn Awaited(lazy: LazyLearned) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let seen = RwSignal::new(false);
    use_visibility(place, seen);
    effect(move || {
        if seen.get() {
            lazy.load();
        }
    });
    view! {
        <div class="lazy" node_ref=place>
            <p class="hint">"This part loads when the page can train."</p>
        </div>
    }
}

#[allow(unsafe_code)] // What the macro writes: a function that is imported, and one exported.
#[cfg_attr(feature = "split", wasm_split(learned, fallible))]
fn learned() -> Result<&'static Learned, SplitLoaderError> {
    Ok(&Learned {
        view: part,
        init: Interpreter::init,
        on_state_change: Interpreter::on_state_change,
    })
}

fn part(part: Part, state: InterpretState) -> AnyView {
    match part {
        Part::Layers => view! { <LayersView state /> },
        Part::Why => view! { <ExplainView state /> },
        Part::Mistakes => view! { <MistakesView state /> },
    }
}
