//! What an opened layer of the network editor shows: parameters, buttons and settings.

use leptos::prelude::*;
use model::Layer;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_mouse, live, live_value, memo, view};
use ui::glossary_term::Term;

use super::layer_facts::{LayerFacts, parameters_text};
use super::layer_fields::term;
use super::layer_settings::LayerSettings;

/// An opened layer.
#[derive(Clone, Copy)]
pub struct OpenedLayer {
    /// Index of the layer, from 0.
    pub index: usize,
    /// The layer; `None` briefly while it is being removed.
    pub layer: Signal<Option<Layer>>,
    /// Output shape, parameter count and error of the layer.
    pub fact: Signal<LayerFacts>,
    /// Disables all controls.
    pub locked: Signal<bool>,
    /// Called with the changed layer.
    pub on_edit: Callback<Layer>,
    /// Called to remove the layer.
    pub on_remove: Callback<()>,
    /// Called to swap the layer with the previous one.
    pub on_up: Callback<()>,
}

/// Returns the parameters, buttons and settings of a layer.
pub fn opened_layer(opened: OpenedLayer) -> AnyView {
    let OpenedLayer { index, layer, fact, locked, on_edit, on_remove, on_up } = opened;
    let term = memo(move || layer.with(|layer| layer.as_ref().map_or("", term)));
    let spoken = move || format!("layer {}, {}", index + 1, term.get());
    view! {
        <div class="network-layer-facts">
            {live(move || view! { <Term name=term.get() /> })}
            <span class="network-layer-parameters">
                {live(move || fact.with(|fact| fact.parameters.map(parameters_text)))}
            </span>
            <span class="network-layer-buttons">
                <button
                    type="button"
                    class="button-icon"
                    aria-label=live_value(move || format!("Move {} up", spoken()))
                    title="Move up"
                    prop:disabled=live_value(move || locked.get() || index == 0)
                    on:click=handle_mouse(move |_| on_up.run(()))
                >
                    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                        <path class="icon" d="M3.5 9.5 8 5l4.5 4.5" />
                    </svg>
                </button>
                <button
                    type="button"
                    class="button-icon"
                    aria-label=live_value(move || format!("Remove {}", spoken()))
                    title="Remove"
                    prop:disabled=locked.live()
                    on:click=handle_mouse(move |_| on_remove.run(()))
                >
                    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                        <path class="icon" d="M4 4l8 8M12 4l-8 8" />
                    </svg>
                </button>
            </span>
        </div>
        <LayerSettings layer=layer locked=locked on_edit=on_edit />
    }
}
