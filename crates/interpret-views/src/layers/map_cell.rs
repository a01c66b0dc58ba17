//! Table cell with a layer's map of the held-out images.

use std::sync::Arc;

use leptos::prelude::*;
use model::LayerInfo;
use protocol::interpret::{LayerProbe, MapPoint, Snapshot};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, live, memo, view};
use ui::glossary_term::Term;

use super::probe_lookup::{map_title, selected_probe};
use crate::embedding_map::{LargeMap, MapDialog, SmallMap, point_image};
use crate::image_view::evaluated_image;
use crate::network_facts::has_masks;
use crate::state::InterpretState;

/// A layer's small map of the held-out images, with a dialog for the large one.
#[component]
pub fn MapCell(state: InterpretState, layer: usize, info: LayerInfo) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = info.kind.name();
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
            <MapDialog open=open title=Signal::stored(name.clone())>
                <OpenMap state=state layer=layer name=name.clone() pca=pca found=found />
            </MapDialog>
        </div>
    }
}

#[component]
fn OpenMap(
    state: InterpretState,
    layer: usize,
    name: String,
    pca: Signal<Option<Arc<Vec<[f32; 2]>>>>,
    found: Signal<Option<Arc<LayerProbe>>>,
) -> impl IntoView {
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
            name=Signal::stored(name)
            points=state.answers.map_points
            pca=pca
            variance=memo(move || found.get().map_or([0.0; 2], |probe| probe.variance))
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
