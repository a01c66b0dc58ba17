//! Table cell with a layer's map of the held-out images, which opens the maps of all layers.

use std::sync::Arc;

use leptos::prelude::*;
use model::LayerInfo;
use protocol::interpret::{MapPoint, Snapshot};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, live, memo, view};
use ui::glossary_term::Term;

use super::probe_lookup::{map_title, selected_probe, walk_layers};
use crate::embedding_map::{LargeMap, MapDialog, SmallMap, point_image};
use crate::image_view::evaluated_image;
use crate::network_facts::has_masks;
use crate::state::InterpretState;

/// A layer's small map of the held-out images, with a dialog for the large one.
#[component]
pub fn MapCell(state: InterpretState, layer: usize, info: LayerInfo) -> impl IntoView {
    let open = RwSignal::new(false);
    let found = selected_probe(state, layer);
    let pca = memo(move || found.get().map(|probe| Arc::new(probe.map.clone())));
    let has_masks = has_masks(state.dataset);
    view! {
        <div class="layers-place">
            <p class="layers-label">
                {live(move || view! { <Term name="PCA" text=map_title(has_masks.get()) /> })}
            </p>
            {live(move || view! {
                <SmallMap
                    name=info.kind.name()
                    points=state.answers.map_points
                    pca=pca
                    background=has_masks.get()
                    on_open=move |()| open.set(true)
                />
            })}
            <MapDialog open=open title=Signal::stored("Maps of the layers".to_owned())>
                <OpenMap state=state layer=layer />
            </MapDialog>
        </div>
    }
}

#[component]
fn OpenMap(state: InterpretState, layer: usize) -> impl IntoView {
    let shown = state.epoch();
    let epoch = RwSignal::new(shown.get_untracked());
    // The epoch slider of the map and the checkpoint slider of the table are kept in sync.
    effect(move || {
        let to = epoch.get();
        if shown.get_untracked() != to {
            state.selection.snapshot.set(Snapshot::Epoch(to));
        }
    });
    effect(move || {
        let now = shown.get();
        if epoch.get_untracked() != now {
            epoch.set(now);
        }
    });
    on_cleanup(move || state.selection.tsne_layer.set(None));
    let embedding =
        memo(move || state.answers.embedding.data.get().filter(|map| map.layer == layer));
    view! {
        <LargeMap
            layer=layer
            layers=walk_layers(state)
            points=state.answers.map_points
            embedding=embedding
            classes=state.classes()
            background=has_masks(state.dataset).get_untracked()
            epochs=state.run.epochs
            epoch=epoch
            thumbnail=move |point| state.dataset.with_untracked(|data| point_image(data.as_ref()?, point))
            on_tsne=move |()| state.selection.tsne_layer.set(Some(layer))
            on_pick=move |point: MapPoint| {
                state.selection.image.set(Some(evaluated_image(state.dataset, point.image)));
            }
        />
    }
}
