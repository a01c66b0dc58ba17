//! Row of one layer in the table of layers.

use leptos::html::Div;
use leptos::prelude::*;
use model::LayerInfo;
use protocol::interpret::{Side, UnitRef};
use ui::erased_signal::Signal;
use ui::erased_view::{When, derived, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_element_size::use_width_rem;

use super::gradient_flow::gradient_flows;
use super::gradient_flow_bars::GradientFlowBars;
use super::map_cell::MapCell;
use super::probe_cell::ProbeCell;
use super::unit_detail::UnitDetail;
use super::unit_facts::{UnitFacts, name_of};
use super::unit_maps::{ScaleEnds, UnitMaps, highlighted, layer_view};
use super::unit_picker::UnitPicker;
use crate::labels::{layer_size, snapshot_name};
use crate::state::InterpretState;

/// The row of a layer. It is rebuilt when the network changes.
#[component]
pub fn LayerRow(state: InterpretState, layer: usize) -> impl IntoView {
    let info = memo(move || state.run.layers.with(|layers| layers.get(layer).copied()));
    live(move || info.get().map(|info| view! { <LayerCells state=state layer=layer info=info /> }))
}

#[component]
fn LayerCells(state: InterpretState, layer: usize, info: LayerInfo) -> impl IntoView {
    let filters = layer_view(state, Side::Primary, layer, |view| view.filters.clone());
    let filters = derived(move || filters.get().flatten());
    let flow = memo(move || {
        let view = state.answers.layers.of(Side::Primary).get()?;
        gradient_flows(&view).into_iter().nth(layer)
    });
    let hovered = memo(move || {
        let unit =
            state.selection.hovered_unit.get().filter(|unit| unit.layer == layer && layer > 0);
        unit.filter(|unit| state.selection.unit.get() != Some(*unit))
    });
    let place = NodeRef::<Div>::new();
    let width_rem = use_width_rem(move || place.get().map(Into::into));
    let is_marked = move || state.selection.layer.get() == Some(layer);
    let activation = info.activation.map(|activation| activation.name());
    view! {
        <li
            class="layers-row"
            aria-current=live_value(move || is_marked().then_some("true"))
        >
            <div class="layers-about">
                <h3 class="layers-name">{info.kind.name()}</h3>
                <p class="layers-size">{layer_size(&info)}</p>
                {activation.map(|name| view! { <p class="layers-size">{name}</p> })}
                <DeadUnits state=state layer=layer />
            </div>
            <div class="layers-maps" node_ref=place>
                {live(move || filters.with(Option::is_some).then(|| view! {
                    <figure class="layers-filters">
                        <UnitMaps width_rem maps=filters signed=true highlighted=highlighted(state, layer) />
                        <figcaption>
                            <Term name="weights" text="Weights" />" of each unit"
                        </figcaption>
                    </figure>
                }))}
                <UnitPicker state=state side=Side::Primary layer=layer info=info width_rem />
                <ComparedMaps state=state layer=layer info=info width_rem />
                <HoverCard state=state unit=hovered />
            </div>
            <ProbeCell state=state layer=layer info=info />
            <MapCell state=state layer=layer info=info />
            <GradientFlowBars flow=flow />
            <UnitDetail state=state layer=layer info=info />
        </li>
    }
}

/// The fraction of dead units, if there are any.
#[component]
fn DeadUnits(state: InterpretState, layer: usize) -> impl IntoView {
    let epoch = state.epoch();
    let share = memo(move || {
        let key = (state.run.id.get()?, epoch.get(), layer);
        state.answers.probes.with(|probes| probes.get(&key).map(|probe| probe.dead))
    });
    let text = move || {
        let share = share.get().filter(|share| *share > 0.0 && layer > 0)?;
        Some(format!("{} ", format::percent_short(share.into())))
    };
    live(move || {
        text().map(|text| {
            view! {
                <p class="layers-size">{text}<Term name="dead unit" text="dead units" /></p>
            }
        })
    })
}

/// The activations of the compared network, if its layer has the same shape.
#[component]
fn ComparedMaps(
    state: InterpretState,
    layer: usize,
    info: LayerInfo,
    width_rem: Signal<f64>,
) -> impl IntoView {
    let maps = layer_view(state, Side::Compared, layer, |view| view.maps.clone());
    let fits = memo(move || maps.with(|maps| maps.as_ref().map(|maps| maps.shape == info.output)));
    let name = move || Some(snapshot_name(state.selection.compared.get()?, state.run.id.get(), 0));
    live(move || {
        state.selection.compared.get()?;
        Some(match fits.get() {
            Some(true) => view! {
                <p class="layers-side">{live(name)}</p>
                <UnitMaps width_rem maps=maps signed=false highlighted=highlighted(state, layer) />
                <ScaleEnds state=state side=Side::Compared layer=layer />
            },
            Some(false) => view! {
                <p class="hint">"This layer has another shape in the previous run."</p>
            },
            None => view! { <p class="hint">"Computing …"</p> },
        })
    })
}

/// Card with facts about the unit under the pointer.
#[component]
fn HoverCard(state: InterpretState, unit: Signal<Option<UnitRef>>) -> impl IntoView {
    let name = name_of(state, unit);
    view! {
        <When holds=live_value(move || unit.get().is_some())>
            <div class="unit-card" aria-hidden="true">
                <p class="unit-card-name">{name.live()}</p>
                <UnitFacts state=state side=Side::Primary unit=unit />
            </div>
        </When>
    }
}
