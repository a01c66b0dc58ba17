//! Choice of how each layer of one more network starts, and whether it is trained.

use leptos::prelude::*;
use model::graph::Graph;
use model::{DataShape, LayerStart, RunConfig, layers_with_weights};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_event, live, live_value, view};

use crate::network_ladder::ladder::rung_name;

/// Returns the names of the layers with weights, from the image to the output; none of a network that
/// cannot be trained.
pub fn layers_to_choose(config: &RunConfig, shape: DataShape) -> Vec<String> {
    let graph = Graph::of(&config.task, shape);
    let names = |graph: Graph| {
        let layers = layers_with_weights(&graph);
        layers.into_iter().map(|layer| rung_name(graph.layers()[layer].kind)).collect()
    };
    graph.map(names).unwrap_or_default()
}

/// A menu for each layer with weights.
#[component]
pub fn LayerStarts(
    /// Names of the layers.
    layers: Signal<Vec<String>>,
    /// The choice for each layer. Those that are not named are trained.
    chosen: Signal<Vec<LayerStart>>,
    /// Called with the place of a layer and the choice.
    #[prop(into)]
    on_choice: Callback<(usize, LayerStart)>,
    /// Whether nothing can be chosen.
    locked: Signal<bool>,
) -> impl IntoView {
    let menu = move |(place, name): (usize, String)| {
        let present = move || chosen.with(|chosen| chosen.get(place).copied().unwrap_or_default());
        let choose = move |text: String| {
            let start =
                text.parse().ok().and_then(|index: usize| LayerStart::ALL.get(index).copied());
            if let Some(start) = start {
                on_choice.run((place, start));
            }
        };
        let option = move |(index, start): (usize, LayerStart)| {
            let selected = live_value(move || present() == start);
            view! { <option value=index selected=selected>{start.name()}</option> }
        };
        view! {
            <label class="study-layer">
                <span>{name}</span>
                <select
                    prop:disabled=locked.live()
                    on:change=handle_event(move |event| choose(event_target_value(&event)))
                >
                    {LayerStart::ALL.into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
        }
    };
    view! {
        <details class="study-layers" data-testid="study-layers">
            <summary>"One more network, with layers of your choice"</summary>
            <p class="hint">
                "Layers that are kept are not trained. The other network has the same shape, and is trained from another seed first."
            </p>
            <div class="study-layer-list">
                {live(move || layers.get().into_iter().enumerate().map(menu).collect_view())}
            </div>
        </details>
    }
}
