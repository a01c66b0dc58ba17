//! The settings of a layer as fields.

use leptos::prelude::*;
use model::{Activation, Layer, LayerField};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, derived, effect, handle_event, live_value, memo, view};
use ui::inputs;
use ui::inputs::whole;

/// Fields for the settings of a layer.
#[component]
pub(crate) fn LayerSettings(
    /// The layer; `None` briefly while it is being removed.
    layer: Signal<Option<Layer>>,
    /// Disables all fields.
    locked: Signal<bool>,
    /// Called with the changed layer.
    on_edit: Callback<Layer>,
) -> impl IntoView {
    let is_conv = memo(move || matches!(layer.get(), Some(Layer::Conv(_))));
    let view = derived(move || layer.get().map(Settings::of).unwrap_or_default());
    let edit = move |change: &dyn Fn(&mut Settings)| {
        let Some(layer) = layer.get_untracked() else { return };
        let mut settings = Settings::of(layer.clone());
        change(&mut settings);
        let next = settings.onto(&layer);
        if next != layer {
            on_edit.run(next);
        }
    };
    let activation = memo(move || view.get().activation);
    view! {
        <div class="network-layer-settings">
            <Number
                label=derived(move || if is_conv.get() { "channels" } else { "units" })
                range=derived(move || if is_conv.get() { LayerField::Channels } else { LayerField::Units })
                value=derived(move || view.get().width)
                locked=locked
                on_value=move |value| edit(&|layer| layer.width = value)
            />
            <When holds=live_value(move || is_conv.get())>
                <Number
                    label="kernel"
                    range=LayerField::Kernel
                    value=derived(move || view.get().kernel)
                    locked=locked
                    on_value=move |value| edit(&|layer| layer.kernel = value)
                />
            </When>
            <label class="field-small">
                <span>"activation"</span>
                <select
                    prop:disabled=locked.live()
                    prop:value=live_value(move || activation.get().slug())
                    on:change=handle_event(move |event| {
                        if let Some(next) = Activation::from_slug(&event_target_value(&event)) {
                            edit(&|layer| layer.activation = next);
                        }
                    })
                >
                    {Activation::ALL.map(|option| view! {
                        <option value=option.slug() selected=live_value(move || activation.get() == option)>
                            {option.name()}
                        </option>
                    }).into_iter().collect_view()}
                </select>
            </label>
            <When holds=live_value(move || is_conv.get())>
                <Number
                    label="pooling"
                    range=LayerField::Pool
                    value=derived(move || view.get().pool)
                    locked=locked
                    on_value=move |value| edit(&|layer| layer.pool = value)
                />
            </When>
            <Number
                label="dropout %"
                range=LayerField::Dropout
                value=derived(move || view.get().dropout)
                locked=locked
                on_value=move |value| edit(&|layer| layer.dropout = value)
            />
            <label class="field-small field-check">
                <input
                    type="checkbox"
                    prop:disabled=locked.live()
                    prop:checked=live_value(move || view.get().batch_norm)
                    on:change=handle_event(move |event| {
                        let on = event_target_checked(&event);
                        edit(&|layer| layer.batch_norm = on);
                    })
                />
                <span>"batch norm"</span>
            </label>
        </div>
    }
}

/// A small field for an integer. Values out of range are applied, and the error is shown at the
/// layer. Text that is not a number is reported here and not applied.
#[component]
fn Number(
    #[prop(into)] label: Signal<&'static str>,
    #[prop(into)] range: Signal<LayerField>,
    value: Signal<usize>,
    locked: Signal<bool>,
    #[prop(into)] on_value: Callback<usize>,
) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let text = RwSignal::new(String::new());
    effect(move || {
        text.set(value.get().to_string());
        error.set(None);
    });
    let apply = move |typed: String| {
        text.set(typed.clone());
        match whole::<usize>(&typed) {
            Ok(number) => {
                error.set(None);
                on_value.run(number);
            }
            Err(sentence) => error.set(Some(sentence)),
        }
    };
    let id = inputs::unique_id();
    view! {
        <label class="field-small">
            <span>{label.live()}</span>
            <input
                type="number"
                inputmode="numeric"
                min=live_value(move || range.get().range().0)
                max=live_value(move || range.get().range().1)
                step="1"
                aria-describedby=id.clone()
                aria-invalid=live_value(move || error.with(|e| e.is_some().to_string()))
                prop:value=text.live()
                prop:disabled=locked.live()
                on:change=handle_event(move |event| apply(event_target_value(&event)))
            />
            <span class="field-error" id=id role="alert">{error.live()}</span>
        </label>
    }
}

/// The numeric settings of either kind of layer.
#[derive(Clone, Debug, Default, PartialEq)]
struct Settings {
    width: usize,
    kernel: usize,
    pool: usize,
    batch_norm: bool,
    activation: Activation,
    dropout: usize,
}

impl Settings {
    fn of(layer: Layer) -> Self {
        match layer {
            Layer::Conv(conv) => Self {
                width: conv.channels,
                kernel: conv.kernel,
                pool: conv.pool,
                batch_norm: conv.batch_norm,
                activation: conv.activation,
                dropout: conv.dropout_percent.into(),
            },
            Layer::Residual(residual) => Self {
                width: residual.channels,
                kernel: residual.kernel,
                pool: residual.pool,
                batch_norm: residual.batch_norm,
                activation: residual.activation,
                dropout: residual.dropout_percent.into(),
            },
            Layer::Dense(dense) => Self {
                width: dense.units,
                kernel: 1,
                pool: 1,
                batch_norm: dense.batch_norm,
                activation: dense.activation,
                dropout: dense.dropout_percent.into(),
            },
            Layer::GlobalAveragePool => Self::default(),
        }
    }

    fn onto(&self, layer: &Layer) -> Layer {
        // Any dropout above 255 is as invalid as 255.
        let dropout_percent = u8::try_from(self.dropout).unwrap_or(u8::MAX);
        match layer {
            Layer::Conv(conv) => Layer::Conv(model::ConvLayer {
                channels: self.width,
                kernel: self.kernel,
                pool: self.pool,
                batch_norm: self.batch_norm,
                activation: self.activation,
                dropout_percent,
                ..conv.clone()
            }),
            Layer::Residual(residual) => Layer::Residual(model::ResidualLayer {
                channels: self.width,
                kernel: self.kernel,
                pool: self.pool,
                batch_norm: self.batch_norm,
                activation: self.activation,
                dropout_percent,
                ..residual.clone()
            }),
            Layer::Dense(_) => Layer::Dense(model::DenseLayer {
                units: self.width,
                batch_norm: self.batch_norm,
                activation: self.activation,
                dropout_percent,
            }),
            Layer::GlobalAveragePool => Layer::GlobalAveragePool,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_go_onto_a_layer_and_come_back() {
        for text in [
            "conv8k3.same.stride2.separable.relu.avgpool2",
            "gap",
            "res8k3.stride2.bn.relu.avgpool2",
            "conv8k3.bn.gelu.pool3.drop25",
            "dense16.sigmoid.drop5",
            "dense1.tanh",
        ] {
            let layer: Layer = text.parse().unwrap();
            assert_eq!(Settings::of(layer.clone()).onto(&layer), layer);
        }
        let layer: Layer = "dense16".parse().unwrap();
        let wild = Settings { dropout: 9000, width: 16, ..Settings::of(layer.clone()) };
        assert_eq!(wild.onto(&layer).to_string(), "dense16.relu.drop255");
    }
}
