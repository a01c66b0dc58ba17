//! Row of one layer in the network editor.

use leptos::prelude::*;
use model::{Layer, LayerKind};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{When, derived, effect, handle_mouse, live, live_value, memo, view};

use super::layer_facts::LayerFacts;
use super::layer_fields::term;
use super::opened_layer::OpenedLayer;
use crate::network_ladder::ladder::Ladder;
use crate::network_ladder::rung_bar::RungBar;

/// Returns the id of the button that opens the settings of a layer.
pub(super) fn toggle_id(index: usize) -> String {
    format!("network-layer-{index}")
}

/// Name, output shape and linear probe accuracy of a layer, and the reason if it does not fit. A
/// click on the name opens its settings beneath.
#[component]
pub(crate) fn LayerRow(
    /// Index of the layer, from 0.
    index: usize,
    /// Number of layers between the pixels and the output.
    length: Signal<usize>,
    /// The layer; `None` briefly while it is being removed.
    layer: Signal<Option<Layer>>,
    /// Output shape, parameter count and error of the layer.
    fact: Signal<LayerFacts>,
    /// Linear probe accuracies of the network.
    ladder: Signal<Ladder>,
    /// Whether the settings are shown.
    open: Signal<bool>,
    /// Disables all controls.
    locked: Signal<bool>,
    /// Called with whether the settings are to be shown.
    #[prop(into)]
    on_open: Callback<bool>,
    /// Called with the changed layer.
    #[prop(into)]
    on_edit: Callback<Layer>,
    /// Called to remove the layer.
    #[prop(into)]
    on_remove: Callback<()>,
    /// Called to swap the layer with the previous one.
    #[prop(into)]
    on_up: Callback<()>,
    /// Creates what an opened layer shows.
    opened: Callback<OpenedLayer, AnyView>,
) -> impl IntoView {
    let term = memo(move || layer.with(|layer| layer.as_ref().map_or("", term)));
    let spoken = move || format!("layer {}, {}", index + 1, term.get());
    let name = memo(move || {
        layer.get().map_or(LayerKind::Dense(index + 1), |layer| layer.kind(index)).name()
    });
    let shape = move || fact.with(|fact| fact.output.map(|shape| shape.to_string()));
    let broken = memo(move || fact.with(|fact| fact.error.clone()));
    let is_broken = memo(move || broken.with(Option::is_some));
    // It stays open when it fits again, since its settings are then being edited.
    effect(move || {
        if is_broken.get() {
            on_open.run(true);
        }
    });
    let settings_id = format!("{}-settings", toggle_id(index));

    view! {
        <li class="network-layer" class:network-layer-broken=is_broken.live() aria-label=spoken>
            <button
                type="button"
                class="network-layer-name"
                id=toggle_id(index)
                aria-expanded=live_value(move || open.get().to_string())
                aria-controls=settings_id.clone()
                title="Settings of this layer"
                data-testid=toggle_id(index)
                on:click=handle_mouse(move |_| on_open.run(!open.get_untracked()))
            >
                <span class="network-layer-title">{name.live()}</span>
                <span class="network-layer-shape">{live(shape)}</span>
            </button>
            <RungBar
                ladder=ladder
                index=derived(move || index + 1)
                count=derived(move || length.get() + 2)
                name=name
            />
            <div class="network-layer-opened" id=settings_id>
                <When holds=open.live()>
                    {opened.run(OpenedLayer { index, layer, fact, locked, on_edit, on_remove, on_up })}
                </When>
            </div>
            <When holds=live_value(move || is_broken.get() && index + 1 < length.get())>
                <span class="visually-hidden">"The layers below cannot be built."</span>
            </When>
            {live(move || broken.get().map(|reason| view! {
                <p class="network-layer-error" role="alert" data-testid="layer-error">{reason}</p>
            }))}
        </li>
    }
}
