//! Editor of a classifier's layers.

use leptos::html::Div;
use leptos::prelude::*;
use model::{
    Architecture, ConvLayer, DenseLayer, FeatureShape, IMAGE_SIDE, Layer, LayerKind, Network,
    ResidualLayer,
};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, derived, each, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::{Term, explanation_of};
use ui::hooks::use_visibility::use_visibility;
use ui::inputs::Choice;
use wasm_bindgen::JsCast;

use super::layer_facts::{StackFacts, millions_text, parameters_text};
use super::layer_row::{LayerRow, toggle_id};
use super::open_layers::OpenLayers;
use super::opened_layer::OpenedLayer;
use crate::network_ladder::ladder::{Ladder, rung_name};
use crate::network_ladder::ladder_view::LadderSentence;
use crate::network_ladder::rung_bar::{LadderLegend, RungBar};

/// Layers with output shapes and linear probe accuracies, what the latter say, and the settings of
/// the layers, folded.
#[component]
pub fn NetworkEditor(
    /// The current network.
    #[prop(into)]
    network: Signal<Network>,
    /// Number of classes.
    #[prop(into)]
    classes: Signal<usize>,
    /// Linear probe accuracies of the network.
    #[prop(into)]
    ladder: Signal<Ladder>,
    /// Set to whether the layers are on the screen.
    ladder_visible: RwSignal<bool>,
    /// Disables all controls.
    #[prop(into)]
    locked: Signal<bool>,
    /// Creates what an opened layer shows.
    #[prop(into)]
    opened: Callback<OpenedLayer, AnyView>,
    /// Called with the changed network, which may not be valid.
    #[prop(into)]
    on_change: Callback<Network>,
) -> impl IntoView {
    let facts = memo(move || network.with(|network| StackFacts::new(network, classes.get())));
    let model = derived(move || network.with(|network| network.architecture));
    let length = memo(move || network.with(|network| network.layers.len()));
    // With pixels and output.
    let count = derived(move || length.get() + 2);
    let open = RwSignal::<OpenLayers>::default();
    let place = NodeRef::<Div>::new();
    use_visibility(place, ladder_visible);
    let edit = move |change: &dyn Fn(&mut Network)| {
        let mut next = network.get_untracked();
        change(&mut next);
        if network.with_untracked(|network| *network != next) {
            on_change.run(next);
        }
    };
    let is_lab =
        move || network.with(|network| *network == Network::default_for(network.architecture));
    let full = derived(move || locked.get() || length.get() >= Network::MAX_LAYERS);

    let add = move |layer: Layer| {
        let place = network.with_untracked(|network| place_of_new(&layer, network));
        open.update(|open| open.insert_layer(place));
        edit(&|network| network.layers.insert(place, layer.clone()));
    };
    let replace = move |next: Network| {
        open.set(OpenLayers::default());
        edit(&|network| *network = next.clone());
    };

    view! {
        <div class="network">
            <div class="network-head">
                <Choice
                    name="kind of network"
                    options=Architecture::ALL.map(|model| (model, model.name().to_owned())).to_vec()
                    value=model
                    locked=locked
                    on_choice=move |model| replace(Network::default_for(model))
                />
                <p class="network-total">
                    {live(move || match facts.with(|facts| facts.parameters) {
                        Some(parameters) => format::count(parameters),
                        None => "–".to_owned(),
                    })}
                    " "<Term name="parameters" />
                </p>
                <p class="network-cost">
                    {live(move || match facts.with(|facts| facts.multiply_adds) {
                        Some(number) => millions_text(number),
                        None => "–".to_owned(),
                    })}
                    " "<Term name="multiply-adds" />
                </p>
            </div>
            <div class="network-ladder" node_ref=place>
            <LadderLegend ladder=ladder />
            <ol class="network-layers" aria-label="layers, from the pixels to the output">
                <li class="network-layer">
                    <span class="network-layer-name">
                        <span class="network-layer-title">{rung_name(LayerKind::Image)}</span>
                        <span class="network-layer-shape">
                            {FeatureShape::Maps(1, IMAGE_SIDE, IMAGE_SIDE).to_string()}
                        </span>
                    </span>
                    <RungBar
                        ladder=ladder
                        index=0
                        count=count
                        name=rung_name(LayerKind::Image)
                    />
                </li>
                {each(move || (0..length.get()).collect(), move |index| view! {
                    <LayerRow
                        index=index
                        length=length
                        layer=derived(move || {
                            network.with(|network| network.layers.get(index).cloned())
                        })
                        fact=derived(move || {
                            facts.with(|facts| facts.layers.get(index).cloned().unwrap_or_default())
                        })
                        ladder=ladder
                        opened=opened
                        open=memo(move || open.with(|open| open.contains(index)))
                        locked=locked
                        on_open=move |now| open.update(|open| open.set(index, now))
                        on_edit=move |layer: Layer| edit(&|network| {
                            if let Some(place) = network.layers.get_mut(index) {
                                *place = layer.clone();
                            }
                        })
                        on_remove=move |()| {
                            open.update(|open| open.remove_layer(index));
                            edit(&|network| {
                                if index < network.layers.len() {
                                    network.layers.remove(index);
                                }
                            });
                            focus_layer(index.min(length.get_untracked().saturating_sub(1)));
                        }
                        on_up=move |()| {
                            if index == 0 || index >= length.get_untracked() {
                                return;
                            }
                            open.update(|open| open.move_layer_up(index));
                            edit(&|network| network.layers.swap(index - 1, index));
                            focus_layer(index - 1);
                        }
                    />
                })}
                <li class="network-layer">
                    <span
                            class="network-layer-name"
                            title=live_value(move || facts.with(|facts| {
                                facts.output.map(parameters_text).unwrap_or_default()
                            }))
                        >
                        <span class="network-layer-title">{rung_name(LayerKind::Output)}</span>
                        <span class="network-layer-shape">
                            {live(move || format::plural(classes.get(), "logit", "logits"))}
                        </span>
                    </span>
                    <RungBar
                        ladder=ladder
                        index=derived(move || count.get() - 1)
                        count=count
                        name=rung_name(LayerKind::Output)
                    />
                </li>
            </ol>
            </div>
            <LadderSentence ladder=ladder />
            <div class="network-actions">
                <When holds=live_value(move || model.get() != Architecture::Mlp)>
                    <Add
                        name="convolution"
                        disabled=full
                        on_click=move |()| add(Layer::Conv(ConvLayer::default()))
                    />
                    <Add
                        name="residual block"
                        disabled=full
                        on_click=move |()| add(Layer::Residual(ResidualLayer::default()))
                    />
                    <Add
                        name="global average pooling"
                        disabled=derived(move || {
                            full.get() || network.with(|network| network.layers.contains(&Layer::GlobalAveragePool))
                        })
                        on_click=move |()| add(Layer::GlobalAveragePool)
                    />
                </When>
                <Add
                    name="dense layer"
                    disabled=full
                    on_click=move |()| add(Layer::Dense(DenseLayer::default()))
                />
                <button
                    type="button"
                    class="button-secondary"
                    prop:disabled=live_value(move || locked.get() || is_lab())
                    on:click=handle_mouse(move |_| {
                        replace(Network::default_for(model.get_untracked()));
                    })
                >
                    "Lab default"
                </button>
            </div>
            <p class="hint">{explanation_of(move || model.get().name()).live()}</p>
        </div>
    }
}

/// A button that adds a layer.
#[component]
fn Add(
    /// The kind of layer.
    name: &'static str,
    disabled: Signal<bool>,
    #[prop(into)] on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button-secondary"
            prop:disabled=disabled.live()
            on:click=handle_mouse(move |_| on_click.run(()))
        >
            "Add "{name}
        </button>
    }
}

/// Returns the index at which a new layer is inserted: one that computes feature maps, or pools them,
/// after the last one with feature maps, a dense layer at the end.
fn place_of_new(layer: &Layer, network: &Network) -> usize {
    let has_maps = |layer: &Layer| matches!(layer, Layer::Conv(_) | Layer::Residual(_));
    match layer {
        Layer::Dense(_) => network.layers.len(),
        _ => network.layers.iter().rposition(has_maps).map_or(0, |index| index + 1),
    }
}

/// Moves the focus to the row of a layer, since the button that was pressed has moved or gone.
fn focus_layer(index: usize) {
    if let Some(row) = document().get_element_by_id(&toggle_id(index))
        && let Some(button) = row.dyn_ref::<web_sys::HtmlElement>()
    {
        // Fails only if the row has just been removed.
        let _ = button.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cnn(layers: &[&str]) -> Network {
        let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
        Network { architecture: Architecture::Cnn, layers }
    }

    #[test]
    fn layers_are_added_where_they_can_stand() {
        let conv = Layer::Conv(ConvLayer::default());
        let dense = Layer::Dense(DenseLayer::default());
        let network = cnn(&["conv8k3", "dense5"]);
        assert_eq!(place_of_new(&conv, &network), 1);
        assert_eq!(place_of_new(&dense, &network), 2);
        assert_eq!(place_of_new(&conv, &cnn(&["dense5"])), 0);
        let pooled = cnn(&["conv8k3", "res8", "gap", "dense5"]);
        assert_eq!(place_of_new(&Layer::Residual(ResidualLayer::default()), &pooled), 2);
        assert_eq!(place_of_new(&Layer::GlobalAveragePool, &network), 1);
    }
}
