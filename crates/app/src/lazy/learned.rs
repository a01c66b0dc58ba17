//! Lazy part with the views of the learned network and the interpreter's client. It is loaded when
//! a run is ready.

use std::sync::Arc;

use interpret_views::images::Images;
use interpret_views::query_client::QueryClient;
use interpret_views::run_signals::RunSignals;
use interpret_views::state::InterpretState;
use interpret_views::visibility::Visibility;
use interpret_views::{ExplainView, LayersView, MistakesView};
use leptos::prelude::*;
use model::graph::Graph;
use model::permalink::Hideable;
use model::{DataShape, layer_table};
use protocol::interpret::{FeatureMapsQuery, NetworkRef, NoveltyQuery, Snapshot};
use protocol::{DeviceInfo, DeviceKind, RunId, RunState};
use store::action::Action;
use store::checkpoints::WatchedWeights;
use store::engine::EngineStatus;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{derived, effect, live, memo, view};
use wasm_split_helpers::SplitLoaderError;
#[cfg(feature = "split")]
use wasm_split_helpers::wasm_split;

use super::ladder::provide_ladder;
use super::loader::{Awaited, Failed, LazyPart, Loading, arriving};
use crate::clients::interpreter::client::InterpreterHost;
use crate::course_page::lockable::is_hidden;
use crate::page::Page;
use crate::signals::network_signals::NetworkSignals;
use crate::signals::segment_signals::SegmentSignals;

/// A view of the learned network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Layers of the network, and what they have learned.
    Layers,
    /// Explanation of a prediction.
    Why,
    /// Test images with the largest losses.
    Mistakes,
}

/// Functions of the lazy part. Through function pointers, they can be called without waiting.
#[derive(Clone, Copy)]
struct Learned {
    view: fn(Part, InterpretState) -> AnyView,
    open: fn(Page, InterpreterHost) -> InterpretState,
}

/// The lazy part, and what it made.
#[derive(Clone, Copy)]
struct LazyLearned {
    part: LazyPart<&'static Learned>,
    /// State of the views, once the part is loaded.
    state: RwSignal<Option<InterpretState>>,
}

/// Loads the part when a run is ready, and provides it to all [`LearnedView`]s below this component.
/// If loading fails, the visitor can try again.
pub fn provide_learned(page: Page) {
    let lazy_part = LazyPart::new(|| Box::pin(arriving(learned())));
    let state = RwSignal::new(None);
    provide_context(LazyLearned { part: lazy_part, state });
    lazy_part.load_when_ready(page);
    let host = interpreter_host(page);
    effect(move || {
        if let Loading::Done(learned) = lazy_part.get() {
            state.set(Some(untrack(|| (learned.open)(page, host))));
        }
    });
}

fn interpreter_host(page: Page) -> InterpreterHost {
    let shown = page.signals.shown;
    InterpreterHost {
        dataset: memo(move || {
            shown.with(|shown| shown.as_ref().map(|shown| shown.content.clone()))
        }),
        network: page.signals.network,
        shares_cores: memo(move || shares_cores(page)),
        dispatch: (move |action| page.dispatch(action)).into(),
        connect_engine: (move |port| page.connect_interpreter(&port)).into(),
    }
}

/// Returns whether a run trains on all cores. From three on, one is left for page and interpreter.
fn shares_cores(page: Page) -> bool {
    const ALL_IN_USE: f64 = 2.0;
    let on_cpu = page.signals.engine.with(|engine| {
        matches!(engine, EngineStatus::Ready(DeviceInfo { kind: DeviceKind::Cpu, .. }))
    });
    let trains = page.signals.transport.with(|transport| transport.state == RunState::Running);
    on_cpu && trains && window().navigator().hardware_concurrency() <= ALL_IN_USE
}

/// A view of the learned network, shown when the part is loaded.
#[component]
pub fn LearnedView(
    /// The view.
    part: Part,
) -> impl IntoView {
    let lazy = expect_context::<LazyLearned>();
    live(move || match (lazy.part.get(), lazy.state.get()) {
        (Loading::Done(learned), Some(state)) => (learned.view)(part, state),
        (Loading::Failed, _) => view! { <Failed again=move || lazy.part.load() /> },
        _ => view! { <Awaited begin=move || lazy.part.load() /> },
    })
}

#[allow(unsafe_code)] // What the macro writes: a function that is imported, and one exported.
#[cfg_attr(feature = "split", wasm_split(learned, fallible))]
fn learned() -> Result<&'static Learned, SplitLoaderError> {
    Ok(&Learned { view: part, open })
}

fn part(part: Part, state: InterpretState) -> AnyView {
    match part {
        Part::Layers => view! { <LayersView state /> },
        Part::Why => view! { <ExplainView state /> },
        Part::Mistakes => view! { <MistakesView state /> },
    }
}

/// Connects the state of the views with the interpreter and the page.
fn open(page: Page, host: InterpreterHost) -> InterpretState {
    let client = page.interpreter.open(host);
    let NetworkSignals { run, step, epochs, previous, .. } = host.network;
    let layers = memo(move || {
        let table = run.with(|run| {
            let run = run.as_ref()?;
            let shape = DataShape { classes: run.classes, size: run.size };
            Some(layer_table(&Graph::of(&run.task, shape).ok()?))
        });
        Arc::new(table.unwrap_or_default())
    });
    let run = RunSignals {
        id: memo(move || run.with(|run| run.as_ref().map(|run| run.id))),
        step: memo(move || step.get().unwrap_or(0)),
        epochs: *epochs,
        previous: *previous,
        layers,
    };
    let dataset = memo(move || host.dataset.get().map(Images::new));
    let mut state = InterpretState::new(client, run, dataset);
    let (probes, hidden) = (state.answers.probes, is_hidden(page, Hideable::Probes));
    state.answers.probes = derived(move || match hidden.get() {
        true => Arc::default(),
        false => probes.get(),
    });
    state.selection.layer = page.signals.network.layer;
    effect(move || {
        if let Some(unit) = state.selection.unit.get() {
            state.selection.layer.set(Some(unit.layer));
        }
    });
    let segment = page.signals.segment;
    provide_feature_maps(segment, client, run.id);
    provide_ladder(page.signals.network, state);
    let novelty_image = provide_novelty(page, client, run.id);
    effect(move || {
        if let Some(image) = segment.selected_slice.get() {
            state.selection.image.set(Some(image));
        }
    });
    let Visibility { layers, explanation, mistakes, .. } = state.visible;
    let watched = memo(move || {
        if layers.get()
            || explanation.get()
            || mistakes.get()
            || novelty_image.with(Option::is_some)
        {
            WatchedWeights::AllSteps
        } else if segment.selected_slice.get().is_some() {
            WatchedWeights::LivePredictions
        } else {
            WatchedWeights::None
        }
    });
    effect(move || {
        let watched = watched.get();
        untrack(|| host.dispatch.run(Action::WatchWeights(watched)));
    });
    state
}

/// Asks how unusual the image is that the visitor lets the network predict, and passes it to the
/// view of the prediction. Returns the image while its answer is on the screen.
fn provide_novelty(
    page: Page,
    client: QueryClient,
    run: Signal<Option<RunId>>,
) -> Signal<Option<Vec<u8>>> {
    let prediction = page.signals.prediction;
    let pixels =
        memo(move || prediction.with(|shown| shown.as_ref().map(|shown| shown.pixels.clone())));
    let visible = page.signals.network.prediction_visible;
    let wanted = memo(move || pixels.get().filter(|_| visible.get()));
    let result = client.query(move || {
        let network = NetworkRef { run: run.get()?, snapshot: Snapshot::Latest };
        let pixels = wanted.get()?;
        Some((network, NoveltyQuery { pixels }))
    });
    // An answer about another image, or of another network, must not stand beside the prediction.
    effect(move || {
        run.track();
        pixels.track();
        result.clear();
    });
    effect(move || page.signals.network.novelty.set(result.data.get()));
    wanted
}

/// Asks for the feature maps of the selected slice, and passes them to the U-Net diagram.
fn provide_feature_maps(segment: SegmentSignals, client: QueryClient, run: Signal<Option<RunId>>) {
    let result = client.query(move || {
        let network = NetworkRef { run: run.get()?, snapshot: Snapshot::Latest };
        let pixels = segment.slice_pixels.get()?.to_vec();
        Some((network, FeatureMapsQuery { pixels }))
    });
    // Maps of the previous slice may stay until the answer arrives, but not maps of another
    // network.
    let is_asked = memo(move || segment.slice_pixels.with(Option::is_some));
    effect(move || {
        run.track();
        is_asked.track();
        result.clear();
    });
    effect(move || segment.feature_maps.set(result.data.get()));
    let error = result.with_failure(client.failure).error;
    effect(move || segment.feature_maps_error.set(error.get()));
}
