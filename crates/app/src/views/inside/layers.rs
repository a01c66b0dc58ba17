//! The layers from image to decision, one row each.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use model::LayerInfo;
use protocol::interpret::{Side, Snapshot, UnitRef};
use ui::erased_signal::Signal;
use ui::erased_view::{When, derived, each, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;

use super::answer::slices;
use super::flow::flows;
use super::flow_bars::FlowBars;
use super::picker::ImagePicker;
use super::rung::{Climbed, MapOfLayer, examples};
use super::scene::{Scene, Topic};
use super::time::TimeTravel;
use super::unit_detail::{Refusal, UnitDetail};
use super::unit_facts::{UnitFacts, name_of};
use super::unit_maps::{Ends, Maps, PickMaps, layer_view, lit};
use super::words::{moment_name, stage_name, stage_size};

/// What every layer makes of an image, how well the class can be read off it, and what comes back.
#[component]
pub fn Layers(
    /// What is looked at, and what is known of it.
    scene: Scene,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    use_visibility(place, scene.layers_seen);
    let count = memo(move || scene.stages.with(|stages| stages.len()));
    // Another network has other rows, also where it has as many.
    let rows = move || (0..count.get()).collect();
    let empty = move || count.get() == 0;
    let segments = slices(scene);
    view! {
        <div class="layers" node_ref=place data-testid="layers">
            <div class="layers-head">
                <ImagePicker scene=scene />
                <TimeTravel scene=scene />
            </div>
            <Refusal scene=scene topic=Topic::Layers />
            <When holds=live_value(empty)>
                <p class="hint">"The layers appear as soon as there is a network."</p>
            </When>
            <When holds=live_value(move || !empty())>
                <div class="layers-titles">
                    <span>"layer"</span>
                    <span>"what it makes of the image"</span>
                    <span><Term name="linear probe" text="class read off it" /></span>
                    <span>{live(move || view! { <Term name="PCA" text=examples(segments.get()) /> })}</span>
                    <span><Term name="backpropagation" text="what flows" /></span>
                </div>
            </When>
            <ol class="layers-rows">
                {each(rows, move |layer| view! { <RowOf scene=scene layer=layer /> })}
            </ol>
            <Loss scene=scene />
        </div>
    }
}

/// The row of a layer, made anew when the network is another one.
#[component]
fn RowOf(scene: Scene, layer: usize) -> impl IntoView {
    let stage = memo(move || scene.stages.with(|stages| stages.get(layer).copied()));
    live(move || stage.get().map(|stage| view! { <Row scene=scene layer=layer stage=stage /> }))
}

#[component]
fn Row(scene: Scene, layer: usize, stage: LayerInfo) -> impl IntoView {
    let filters = layer_view(scene, Side::Primary, layer, |view| view.filters.clone());
    let filters = derived(move || filters.get().flatten());
    let flow = memo(move || {
        let view = scene.layers.of(Side::Primary).get()?;
        flows(&view).into_iter().nth(layer)
    });
    let pointed = memo(move || {
        let unit_ref = scene.pointed.get().filter(|unit_ref| unit_ref.layer == layer && layer > 0);
        unit_ref.filter(|unit_ref| scene.chosen.get() != Some(*unit_ref))
    });
    let activation = stage.activation.map(|activation| activation.name());
    view! {
        <li class="layers-row">
            <div class="layers-about">
                <h3 class="layers-name">{stage_name(stage.kind)}</h3>
                <p class="layers-size">{stage_size(&stage)}</p>
                {activation.map(|name| view! { <p class="layers-size">{name}</p> })}
                <Dead scene=scene layer=layer />
            </div>
            <div class="layers-maps">
                {live(move || filters.with(Option::is_some).then(|| view! {
                    <figure class="layers-filters">
                        <Maps scene=scene maps=filters signed=true lit=lit(scene, layer) />
                        <figcaption>
                            <Term name="weights" text="weights" />": what each unit looks for"
                        </figcaption>
                    </figure>
                }))}
                <PickMaps scene=scene side=Side::Primary layer=layer stage=stage />
                <Ends scene=scene side=Side::Primary layer=layer />
                <OtherMaps scene=scene layer=layer stage=stage />
                <HoverCard scene=scene unit_ref=pointed />
            </div>
            <Climbed scene=scene layer=layer stage=stage />
            <MapOfLayer scene=scene layer=layer stage=stage />
            <FlowBars flow=flow />
            <UnitDetail scene=scene layer=layer stage=stage />
        </li>
    }
}

/// Share of dead units, where there are any.
#[component]
fn Dead(scene: Scene, layer: usize) -> impl IntoView {
    let epoch = scene.epoch();
    let share = memo(move || {
        let key = (scene.run.get()?, epoch.get(), layer);
        scene.rungs.with(|rungs| rungs.get(&key).map(|rung| rung.dead))
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

/// The same of the network that is compared with, where its layer is of that shape.
#[component]
fn OtherMaps(scene: Scene, layer: usize, stage: LayerInfo) -> impl IntoView {
    let maps = layer_view(scene, Side::Compared, layer, |view| view.maps.clone());
    let fits = memo(move || maps.with(|maps| maps.as_ref().map(|maps| maps.shape == stage.output)));
    let name = move || Some(moment_name(scene.compare.get()?, scene.run.get(), 0));
    live(move || {
        scene.compare.get()?;
        Some(match fits.get() {
            Some(true) => view! {
                <p class="side-name">{live(name)}</p>
                <Maps scene=scene maps=maps signed=false lit=lit(scene, layer) />
                <Ends scene=scene side=Side::Compared layer=layer />
            },
            Some(false) => view! {
                <p class="hint">"This layer is another one in the run before."</p>
            },
            None => view! { <p class="hint">"On its way."</p> },
        })
    })
}

/// What is under the pointer, in short.
#[component]
fn HoverCard(scene: Scene, unit_ref: Signal<Option<UnitRef>>) -> impl IntoView {
    let name = name_of(scene, unit_ref);
    view! {
        <When holds=live_value(move || unit_ref.get().is_some())>
            <div class="unit-card" aria-hidden="true">
                <p class="unit-card-name">{name.live()}</p>
                <UnitFacts scene=scene side=Side::Primary unit_ref=unit_ref />
            </div>
        </When>
    }
}

/// How wrong the network is about the image, which is what flows back.
#[component]
fn Loss(scene: Scene) -> impl IntoView {
    let view = scene.layers.of(Side::Primary);
    let text = move || {
        let view: Arc<_> = view.get()?;
        let of = match scene.moment.get() {
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
