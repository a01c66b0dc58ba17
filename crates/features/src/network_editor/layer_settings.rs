//! The settings of a layer as fields.

use leptos::prelude::*;
use model::{Activation, Layer, LayerField, Padding, Pooling};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{effect, handle_event, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::inputs;
use ui::inputs::whole;

use super::layer_fields::{
    activation, batch_norm, number, padding, pooling, separable, set_number,
};

/// Numeric settings, with the term in the glossary and the label.
const NUMBERS: [(LayerField, &str, &str); 6] = [
    (LayerField::Channels, "channels", "channels"),
    (LayerField::Units, "units", "units"),
    (LayerField::Kernel, "kernel", "kernel"),
    (LayerField::Stride, "stride", "stride"),
    (LayerField::Pool, "pooling", "pooling"),
    (LayerField::Dropout, "dropout", "dropout %"),
];

/// Fields for the settings that a layer has.
#[component]
pub(crate) fn LayerSettings(
    /// The layer; `None` briefly while it is being removed.
    layer: Signal<Option<Layer>>,
    /// Disables all fields.
    locked: Signal<bool>,
    /// Called with the changed layer.
    on_edit: Callback<Layer>,
) -> impl IntoView {
    let edit = move |change: &dyn Fn(&mut Layer)| {
        let Some(layer) = layer.get_untracked() else { return };
        let mut next = layer.clone();
        change(&mut next);
        if next != layer {
            on_edit.run(next);
        }
    };
    let numbers = NUMBERS.map(|(field, term, label)| {
        view! {
            <Number
                term
                label
                field
                value=memo(move || layer.with(|layer| number(layer.as_ref()?, field)))
                locked
                on_value=move |value| edit(&|layer| set_number(layer, field, value))
            />
        }
    });
    let [channels, units, kernel, stride, pool, dropout] = numbers;
    view! {
        <div class="network-layer-settings">
            {channels}{units}{kernel}{stride}
            <Choice
                term="padding"
                options=Padding::ALL.map(Padding::name).to_vec()
                value=index(layer, &Padding::ALL, padding)
                locked
                on_choice=move |index| edit(&|layer| set(padding(layer), Padding::ALL[index]))
            />
            <Choice
                term="activation"
                options=Activation::ALL.map(Activation::name).to_vec()
                value=index(layer, &Activation::ALL, activation)
                locked
                on_choice=move |index| edit(&|layer| set(activation(layer), Activation::ALL[index]))
            />
            {pool}
            <Choice
                term="average pooling"
                label="kind of pooling"
                options=Pooling::ALL.map(Pooling::name).to_vec()
                value=index(layer, &Pooling::ALL, pooling)
                locked
                on_choice=move |index| edit(&|layer| set(pooling(layer), Pooling::ALL[index]))
            />
            {dropout}
            <Check
                term="batch norm"
                value=flag(layer, batch_norm)
                locked
                on_value=move |on| edit(&|layer| set(batch_norm(layer), on))
            />
            <Check
                term="depthwise separable convolution"
                label="depthwise separable"
                value=flag(layer, separable)
                locked
                on_value=move |on| edit(&|layer| set(separable(layer), on))
            />
        </div>
    }
}

fn set<T>(place: Option<&mut T>, value: T) {
    if let Some(place) = place {
        *place = value;
    }
}

/// Returns the index of a setting's value, or `None` if the layer does not have the setting.
fn index<T: PartialEq + Copy + Send + Sync + 'static>(
    layer: Signal<Option<Layer>>,
    all: &'static [T],
    setting: fn(&mut Layer) -> Option<&mut T>,
) -> Signal<Option<usize>> {
    memo(move || {
        let value = *setting(&mut layer.get()?)?;
        all.iter().position(|option| *option == value)
    })
}

/// Returns the value of a setting, or `None` if the layer does not have the setting.
fn flag(
    layer: Signal<Option<Layer>>,
    setting: fn(&mut Layer) -> Option<&mut bool>,
) -> Signal<Option<bool>> {
    memo(move || setting(&mut layer.get()?).copied())
}

/// A small field for an integer, if the layer has it. Values out of range are applied, and the error
/// is shown at the layer. Text that is not a number is reported here and not applied.
#[component]
fn Number(
    term: &'static str,
    label: &'static str,
    field: LayerField,
    value: Signal<Option<usize>>,
    locked: Signal<bool>,
    #[prop(into)] on_value: Callback<usize>,
) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let text = RwSignal::new(String::new());
    effect(move || {
        text.set(value.get().map(|value| value.to_string()).unwrap_or_default());
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
    let (min, max) = field.range();
    let exists = memo(move || value.get().is_some());
    live(move || {
        exists.get().then(|| {
            let id = inputs::unique_id();
            view! {
                <div class="field-small">
                    <span><Term name=term text=label /></span>
                    <input
                        type="number"
                        inputmode="numeric"
                        min=min
                        max=max
                        step="1"
                        aria-label=label
                        aria-describedby=id.clone()
                        aria-invalid=live_value(move || error.with(|e| e.is_some().to_string()))
                        prop:value=text.live()
                        prop:disabled=locked.live()
                        on:change=handle_event(move |event| apply(event_target_value(&event)))
                    />
                    <span class="field-error" id=id role="alert">{error.live()}</span>
                </div>
            }
        })
    })
}

/// A small menu, if the layer has the setting.
#[component]
fn Choice(
    term: &'static str,
    #[prop(optional)] label: Option<&'static str>,
    options: Vec<&'static str>,
    value: Signal<Option<usize>>,
    locked: Signal<bool>,
    #[prop(into)] on_choice: Callback<usize>,
) -> impl IntoView {
    let label = label.unwrap_or(term);
    let exists = memo(move || value.get().is_some());
    let option = move |(index, name): (usize, &'static str)| {
        view! {
            <option value=index.to_string() selected=live_value(move || value.get() == Some(index))>
                {name}
            </option>
        }
    };
    live(move || {
        exists.get().then(|| {
            view! {
                <div class="field-small">
                    <span><Term name=term text=label /></span>
                    <select
                        aria-label=label
                        prop:disabled=locked.live()
                        on:change=handle_event(move |event| {
                            if let Ok(index) = event_target_value(&event).parse() {
                                on_choice.run(index);
                            }
                        })
                    >
                        {options.iter().copied().enumerate().map(option).collect_view()}
                    </select>
                </div>
            }
        })
    })
}

/// A checkbox, if the layer has the setting.
#[component]
fn Check(
    term: &'static str,
    #[prop(optional)] label: Option<&'static str>,
    value: Signal<Option<bool>>,
    locked: Signal<bool>,
    #[prop(into)] on_value: Callback<bool>,
) -> impl IntoView {
    let label = label.unwrap_or(term);
    let exists = memo(move || value.get().is_some());
    live(move || {
        exists.get().then(|| {
            view! {
                <div class="field-small field-check">
                    <input
                        type="checkbox"
                        aria-label=label
                        prop:disabled=locked.live()
                        prop:checked=live_value(move || value.get() == Some(true))
                        on:change=handle_event(move |event| on_value.run(event_target_checked(&event)))
                    />
                    <span><Term name=term text=label /></span>
                </div>
            }
        })
    })
}
