//! Where a layer puts the test images, to be explored.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::interpret::{Embedding, MapPoint};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, effect, live, memo, view};
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::atlas::Atlas;
use super::layer_map::goal;
use super::legend::Legend;
use super::map_view::MapView;
use super::motion::moving;
use super::places::Place;
use super::projection::Projection;
use super::scrubber::Scrubber;
use super::thumbnails::Picture;
use super::words::projection_note;

/// A layer's map by PCA or t-SNE, with a legend and the way through the epochs.
#[component]
pub fn LargeMap(
    /// What the layer is called.
    #[prop(into)]
    name: Signal<String>,
    /// What the points are.
    #[prop(into)]
    points: Signal<Arc<Vec<MapPoint>>>,
    /// Where PCA puts them; none while not known.
    #[prop(into)]
    map: Signal<Option<Arc<Vec<Place>>>>,
    /// Shares of the variance along the two principal components.
    #[prop(into)]
    variance: Signal<[f32; 2]>,
    /// Where t-SNE puts them so far; none before there is an answer for this layer and epoch.
    #[prop(into)]
    embedding: Signal<Option<Arc<Embedding>>>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Whether class 0 is the background, as in masks.
    #[prop(optional)]
    background: bool,
    /// Epochs whose networks are kept, in order.
    #[prop(into)]
    epochs: Signal<Vec<usize>>,
    /// The one that is looked at.
    epoch: RwSignal<usize>,
    /// A point's image: the whole one, or what is around a pixel.
    #[prop(into)]
    thumbnail: Callback<MapPoint, Option<Picture>>,
    /// A map by t-SNE is wanted, of this layer at this epoch.
    #[prop(into)]
    on_tsne: Callback<()>,
    /// A point was picked.
    #[prop(into)]
    on_pick: Callback<MapPoint>,
) -> impl IntoView {
    let projection = RwSignal::new(Projection::Pca);
    let tsne = memo(move || projection.get() == Projection::Tsne);
    effect(move || {
        epoch.track();
        if tsne.get() {
            on_tsne.run(());
        }
    });
    let by_pca = goal(map);
    let by_tsne = goal(derived(move || {
        embedding.with(|embedding| embedding.as_ref().map(|told| Arc::new(told.map.clone())))
    }));
    // Until t-SNE has begun its points stay where PCA put them.
    let goal = derived(move || {
        let begun = by_tsne.with(|places| !places.is_empty());
        if tsne.get() && begun { by_tsne.get() } else { by_pca.get() }
    });
    let atlas = Atlas {
        points,
        goal,
        places: moving(goal),
        classes,
        background,
        thumbnail,
        lit: RwSignal::new(None),
        chosen: RwSignal::new(None),
    };
    let note = memo(move || {
        let variance = variance.get();
        embedding.with(|told| projection_note(projection.get(), variance, told.as_deref()))
    });
    let options =
        [Projection::Pca, Projection::Tsne].map(|way| (way, way.name().to_owned())).to_vec();
    view! {
        <div class="large-map">
            <MapView atlas=atlas name=name on_pick=on_pick />
            <div class="map-side">
                <div class="map-way">
                    <Choice
                        name="projection"
                        options=options
                        value=projection
                        on_choice=move |way| projection.set(way)
                    />
                    <p class="map-note">
                        {live(move || view! { <Term name=projection.get().name() /> })}
                        {note.live()}
                    </p>
                </div>
                <Legend atlas=atlas />
            </div>
            <Scrubber epochs=epochs epoch=epoch still=tsne />
        </div>
    }
}
