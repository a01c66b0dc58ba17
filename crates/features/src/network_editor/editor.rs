//! Editor of a classifier's layers.

use leptos::prelude::*;
use model::{Architecture, ConvLayer, DenseLayer, FeatureShape, IMAGE_SIDE, Layer, Network};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{When, derived, each, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::layer_facts::{StackFacts, parameters_text};
use super::layer_row::LayerRow;

/// Layers with their settings, output shapes and parameter counts.
#[component]
pub fn NetworkEditor(
    /// The current network.
    #[prop(into)]
    network: Signal<Network>,
    /// Number of classes.
    #[prop(into)]
    classes: Signal<usize>,
    /// Disables all controls.
    #[prop(into)]
    locked: Signal<bool>,
    /// Called with the changed network, which may not be valid.
    #[prop(into)]
    on_change: Callback<Network>,
) -> impl IntoView {
    let facts = memo(move || network.with(|network| StackFacts::new(network, classes.get())));
    let model = derived(move || network.with(|network| network.architecture));
    let length = memo(move || network.with(|network| network.layers.len()));
    let edit = move |change: &dyn Fn(&mut Network)| {
        let mut next = network.get_untracked();
        change(&mut next);
        if network.with_untracked(|network| *network != next) {
            on_change.run(next);
        }
    };
    let is_lab =
        move || network.with(|network| *network == Network::default_for(network.architecture));
    let full = move || locked.get() || length.get() >= Network::MAX_LAYERS;

    view! {
        <div class="network">
            <div class="network-head">
                <Choice
                    name="kind of network"
                    options=[Architecture::Mlp, Architecture::Cnn].map(|model| (model, model.name().to_owned())).to_vec()
                    value=model
                    locked=locked
                    on_choice=move |model| edit(&|network| *network = Network::default_for(model))
                />
                <p class="network-total">
                    {live(move || match facts.with(|facts| facts.parameters) {
                        Some(parameters) => format::count(parameters),
                        None => "–".to_owned(),
                    })}
                    " "<Term name="parameters" />
                </p>
            </div>
            <p class="hint">
                {live(move || crate::glossary::explanation(model.get().name()).unwrap_or_default())}
            </p>
            <ol class="network-layers" aria-label="layers, from image to decision">
                <li class="network-layer">
                    <span class="network-layer-name">"Image"</span>
                    <span class="network-layer-shape">
                        {FeatureShape::Maps(1, IMAGE_SIDE, IMAGE_SIDE).to_string()}
                    </span>
                </li>
                {each(move || (0..length.get()).collect(), move |index| view! {
                    <LayerRow
                        index=index
                        last=derived(move || index + 1 >= length.get())
                        layer=derived(move || {
                            network.with(|network| network.layers.get(index).cloned())
                        })
                        fact=derived(move || {
                            facts.with(|facts| facts.layers.get(index).cloned().unwrap_or_default())
                        })
                        locked=locked
                        on_edit=move |layer: Layer| edit(&|network| {
                            if let Some(place) = network.layers.get_mut(index) {
                                *place = layer.clone();
                            }
                        })
                        on_remove=move |()| edit(&|network| {
                            if index < network.layers.len() {
                                network.layers.remove(index);
                            }
                        })
                        on_up=move |()| edit(&|network| {
                            if index > 0 && index < network.layers.len() {
                                network.layers.swap(index - 1, index);
                            }
                        })
                    />
                })}
                <li class="network-layer">
                    <span class="network-layer-name"><Term name="dense" text="Dense" />" to "<Term name="logits" /></span>
                    <span class="network-layer-shape">{live(move || classes.get())}</span>
                    <span class="network-layer-parameters">
                        {live(move || facts.with(|facts| facts.output.map(parameters_text)))}
                    </span>
                </li>
            </ol>
            <div class="network-actions">
                <When holds=live_value(move || model.get() == Architecture::Cnn)>
                    <button
                        type="button"
                        class="button-secondary"
                        prop:disabled=full
                        on:click=handle_mouse(move |_| edit(&add_convolution))
                    >
                        "Add convolution"
                    </button>
                </When>
                <button
                    type="button"
                    class="button-secondary"
                    prop:disabled=full
                    on:click=handle_mouse(move |_| edit(&|network| {
                        network.layers.push(Layer::Dense(DenseLayer::default()));
                    }))
                >
                    "Add dense layer"
                </button>
                <button
                    type="button"
                    class="button-secondary"
                    prop:disabled=live_value(move || locked.get() || is_lab())
                    on:click=handle_mouse(move |_| edit(&|network| *network = Network::default_for(network.architecture)))
                >
                    "Lab default"
                </button>
            </div>
        </div>
    }
}

/// Inserts a new convolution after the last one, before the dense layers.
fn add_convolution(network: &mut Network) {
    let behind = network.layers.iter().rposition(|layer| matches!(layer, Layer::Conv(_)));
    let place = behind.map_or(0, |index| index + 1);
    network.layers.insert(place, Layer::Conv(ConvLayer::default()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cnn(layers: &[&str]) -> Network {
        let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
        Network { architecture: Architecture::Cnn, layers }
    }

    #[test]
    fn convolutions_are_added_where_they_can_stand() {
        let mut network = cnn(&["conv8k3", "dense5"]);
        add_convolution(&mut network);
        assert!(matches!(network.layers[..], [Layer::Conv(_), Layer::Conv(_), Layer::Dense(_)]));
        let mut network = cnn(&["dense5"]);
        add_convolution(&mut network);
        assert!(matches!(network.layers[..], [Layer::Conv(_), Layer::Dense(_)]));
    }
}
