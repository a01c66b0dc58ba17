//! The layer stack and its editor.

use leptos::prelude::*;
use model::{
    Architecture, ConvLayer, DenseLayer, FeatureShape, IMAGE_SIDE, Layer, Network, NetworkError,
};
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{When, derived, each, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::layer_row::LayerRow;

/// Layers with their settings, output shapes and parameter counts.
#[component]
pub fn NetworkEditor(
    /// The present stack.
    #[prop(into)]
    network: Signal<Network>,
    /// Classes to tell apart.
    #[prop(into)]
    classes: Signal<usize>,
    /// Whether nothing may be changed now.
    #[prop(into)]
    locked: Signal<bool>,
    /// The stack shall be another one; it may be one that cannot be built.
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
                {live(move || crate::views::glossary::explanation(model.get().name()).unwrap_or_default())}
            </p>
            <ol class="net-layers" aria-label="layers, from image to decision">
                <li class="net-layer">
                    <span class="net-layer-name">"Image"</span>
                    <span class="net-layer-shape">
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
                <li class="net-layer">
                    <span class="net-layer-name"><Term name="dense" text="Dense" />" to "<Term name="logits" /></span>
                    <span class="net-layer-shape">{live(move || classes.get())}</span>
                    <span class="net-layer-parameters">
                        {live(move || facts.with(|facts| facts.output.map(parameters_text)))}
                    </span>
                </li>
            </ol>
            <div class="network-actions">
                <When holds=live_value(move || model.get() == Architecture::Cnn)>
                    <button
                        type="button"
                        class="quiet-button"
                        prop:disabled=full
                        on:click=handle_mouse(move |_| edit(&add_convolution))
                    >
                        "Add convolution"
                    </button>
                </When>
                <button
                    type="button"
                    class="quiet-button"
                    prop:disabled=full
                    on:click=handle_mouse(move |_| edit(&|network| {
                        network.layers.push(Layer::Dense(DenseLayer::default()));
                    }))
                >
                    "Add dense layer"
                </button>
                <button
                    type="button"
                    class="quiet-button"
                    prop:disabled=live_value(move || locked.get() || is_lab())
                    on:click=handle_mouse(move |_| edit(&|network| *network = Network::default_for(network.architecture)))
                >
                    "Lab default"
                </button>
            </div>
        </div>
    }
}

/// A new convolution stands behind the last one, before the dense layers.
fn add_convolution(network: &mut Network) {
    let behind = network.layers.iter().rposition(|layer| matches!(layer, Layer::Conv(_)));
    let place = behind.map_or(0, |index| index + 1);
    network.layers.insert(place, Layer::Conv(ConvLayer::default()));
}

/// “2,510 parameters”
pub(super) fn parameters_text(parameters: usize) -> String {
    format::plural(parameters, "parameter", "parameters")
}

/// What is known of one layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LayerFacts {
    /// What it puts out; none behind a layer that does not fit.
    pub output: Option<FeatureShape>,
    /// Its learned values.
    pub parameters: Option<usize>,
    /// Why the stack cannot be built, at the layer that breaks it.
    pub error: Option<String>,
}

/// What is known of a stack, also of one that cannot be built: everything before the layer that
/// breaks it.
#[derive(Clone, Debug, PartialEq)]
struct StackFacts {
    layers: Vec<LayerFacts>,
    output: Option<usize>,
    parameters: Option<usize>,
}

impl StackFacts {
    fn new(network: &Network, classes: usize) -> Self {
        let fits = |summary: model::LayerSummary| LayerFacts {
            output: Some(summary.output),
            parameters: Some(summary.parameters),
            error: None,
        };
        match network.summary(classes) {
            Ok(summary) => {
                let mut layers: Vec<_> = summary.layers.into_iter().collect();
                let output = layers.pop();
                Self {
                    layers: layers.into_iter().map(fits).collect(),
                    output: output.map(|output| output.parameters),
                    parameters: Some(summary.parameters),
                }
            }
            Err(NetworkError { layer, reason }) => {
                let before = Network {
                    architecture: network.architecture,
                    layers: network.layers[..layer].to_vec(),
                };
                let mut layers: Vec<LayerFacts> = before
                    .summary(classes)
                    .map(|summary| summary.layers.into_iter().take(layer).map(fits).collect())
                    .unwrap_or_default();
                layers.resize(network.layers.len(), LayerFacts::default());
                layers[layer].error = Some(capitalised(&reason.to_string()));
                Self { layers, output: None, parameters: None }
            }
        }
    }
}

fn capitalised(sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cnn(layers: &[&str]) -> Network {
        let layers = layers.iter().map(|layer| layer.parse().unwrap()).collect();
        Network { architecture: Architecture::Cnn, layers }
    }

    #[test]
    fn the_labs_network_is_known_layer_by_layer() {
        let facts = StackFacts::new(&Network::default_for(Architecture::Cnn), 6);
        let shapes: Vec<String> =
            facts.layers.iter().map(|layer| layer.output.unwrap().to_string()).collect();
        assert_eq!(shapes, ["10 × 30 × 30", "20 × 13 × 13", "320", "50"]);
        assert_eq!((facts.output, facts.parameters), (Some(306), Some(1_103_556)));
        assert_eq!(facts.layers[0].parameters.map(parameters_text).unwrap(), "260 parameters");
    }

    #[test]
    fn a_stack_that_cannot_be_built_says_why_where_it_breaks() {
        let facts =
            StackFacts::new(&cnn(&["conv8k5.pool4", "conv8k11.pool4", "conv8k5", "dense5"]), 6);
        assert!(facts.layers[0].output.is_some() && facts.layers[1].output.is_some());
        let reason = facts.layers[2].error.clone().unwrap();
        assert!(reason.starts_with("A 5×5 kernel does not fit into a 1×1 map."), "{reason}");
        assert_eq!(facts.layers[3], LayerFacts::default());
        assert_eq!((facts.output, facts.parameters), (None, None));
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
