//! Buttons of the layers, which light up their lines.

use export::Program;
use leptos::prelude::*;
use model::LayerKind;
use std::sync::Arc;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{handle_mouse, live, live_value, view};

use super::spans::line_numbers;

/// A button for each layer that has lines. A second press lets go of the layer.
#[component]
pub fn LayerChoice(
    /// The layers of the network.
    layers: Signal<Vec<LayerKind>>,
    /// The program.
    program: Signal<Option<Arc<Program>>>,
    /// Index of the chosen layer.
    chosen: RwSignal<Option<usize>>,
) -> impl IntoView {
    let buttons = move || {
        let program = program.get()?;
        let has_lines = |layer: &usize| !program.lines_of_layer(*layer).is_empty();
        let kinds = layers.get();
        let layers = kinds.into_iter().enumerate().filter(|(index, _)| has_lines(index));
        let button = |(index, kind): (usize, LayerKind)| {
            let is_chosen = move || chosen.get() == Some(index);
            let press = move |_| chosen.set(if is_chosen() { None } else { Some(index) });
            view! {
                <button
                    type="button"
                    class="button-small"
                    data-testid=format!("code-layer-{index}")
                    aria-pressed=live_value(move || is_chosen().to_string())
                    on:click=handle_mouse(press)
                >
                    {kind.name()}
                </button>
            }
        };
        Some(layers.map(button).collect_view())
    };
    let told = move || {
        let (program, layer) = (program.get()?, chosen.get()?);
        let name = layers.with(|layers| layers.get(layer).map(|kind| kind.name()))?;
        let ranges = program.lines_of_layer(layer);
        (!ranges.is_empty()).then(|| format!("{name}: {}", line_numbers(&ranges)))
    };
    view! {
        <div class="code-layers" role="group" aria-label="Layers, to find their lines">
            {live(buttons)}
        </div>
        <p class="hint code-told" aria-live="polite" data-testid="code-told">
            {live(move || told().unwrap_or_else(|| {
                "Choose a layer, or click one of its lines, to find it here and in Layers.".into()
            }))}
        </p>
    }
}
