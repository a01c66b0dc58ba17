//! The table of layers, from the image to the output.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use protocol::interpret::{Side, Snapshot};
use ui::erased_view::{When, each, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;

use super::checkpoint_slider::CheckpointSlider;
use super::layer_row::LayerRow;
use super::probe_lookup::map_title;
use crate::error_note::ErrorNote;
use crate::image_picker::ImagePicker;
use crate::network_facts::has_masks;
use crate::state::InterpretState;

/// One row per layer: activations for the selected image, linear probe accuracy, map of the test
/// images, signal and gradient norm.
#[component]
pub fn LayersView(
    /// Selection and answers.
    state: InterpretState,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    use_visibility(place, state.visible.layers);
    let count = memo(move || state.run.layers.with(|layers| layers.len()));
    // Another network has different rows, even if their number is the same.
    let rows = move || (0..count.get()).collect();
    let empty = move || count.get() == 0;
    let has_masks = has_masks(state.dataset);
    view! {
        <div class="layers" node_ref=place data-testid="layers">
            <div class="layers-head">
                <ImagePicker dataset=state.dataset selected=state.selection.image />
                <CheckpointSlider state=state />
            </div>
            <ErrorNote error=state.answers.layers.error />
            <When holds=live_value(empty)>
                <p class="hint">"The layers appear as soon as there is a network."</p>
            </When>
            <When holds=live_value(move || !empty())>
                <div class="layers-titles">
                    <span>"Layer"</span>
                    <span><Term name="activation" text="Activations" /></span>
                    <span><Term name="linear probe" text="Linear probe accuracy" /></span>
                    <span>{live(move || view! { <Term name="PCA" text=map_title(has_masks.get()) /> })}</span>
                    <span><Term name="backpropagation" text="Signal and gradient norm" /></span>
                </div>
            </When>
            <ol class="layers-rows">
                {each(rows, move |layer| view! { <LayerRow state=state layer=layer /> })}
            </ol>
            <ImageLoss state=state />
        </div>
    }
}

/// Loss of the selected image, whose gradients are shown in the rows.
#[component]
fn ImageLoss(state: InterpretState) -> impl IntoView {
    let view = state.answers.layers.of(Side::Primary);
    let text = move || {
        let view: Arc<_> = view.get()?;
        let of = match state.selection.snapshot.get() {
            Snapshot::Latest => format!(" after step {}", format::count(view.step)),
            Snapshot::Epoch(_) => String::new(),
        };
        Some(format!("{} nats{of}", format::loss(view.loss.into())))
    };
    live(move || {
        text().map(|text| {
            view! {
                <p class="layers-loss" data-testid="layers-loss">
                    <Term name="cross-entropy" text="Loss" />" of this image: "{text}
                </p>
            }
        })
    })
}
