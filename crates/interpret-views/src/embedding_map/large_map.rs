//! The large scatter plot of the layers, with its controls.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::interpret::{Embedding, MapPoint};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, effect, live, memo, view};
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::epoch_scrubber::EpochScrubber;
use super::fitted_positions::fitted_positions;
use super::labels::{pca_note, tsne_note, walk_name};
use super::layer_slider::LayerSlider;
use super::layer_walk::{LayerWalk, WalkLayer};
use super::map_context::MapContext;
use super::map_legend::MapLegend;
use super::map_view::MapView;
use super::projection::Projection;
use super::thumbnails::GrayImage;
use super::tween::tweened;

/// The maps of all layers by PCA, or that of one layer by t-SNE, with a legend and sliders over the
/// layers and the epochs.
#[component]
pub fn LargeMap(
    /// Index of the layer that is shown first, and by t-SNE.
    layer: usize,
    /// All layers with their maps by PCA, from the image to the output.
    #[prop(into)]
    layers: Signal<Vec<WalkLayer>>,
    /// The points.
    #[prop(into)]
    points: Signal<Arc<Vec<MapPoint>>>,
    /// Current positions by t-SNE; `None` until there is an answer for `layer` and the epoch.
    #[prop(into)]
    embedding: Signal<Option<Arc<Embedding>>>,
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Whether class 0 is the background, as in masks.
    #[prop(optional)]
    background: bool,
    /// Epochs whose networks are stored, in ascending order.
    #[prop(into)]
    epochs: Signal<Vec<usize>>,
    /// The selected epoch.
    epoch: RwSignal<usize>,
    /// Returns the image of a point: the whole image, or the surroundings of a pixel.
    #[prop(into)]
    thumbnail: Callback<MapPoint, Option<GrayImage>>,
    /// Called when t-SNE is selected, and again when the epoch changes.
    #[prop(into)]
    on_tsne: Callback<()>,
    /// Called with the point that was picked.
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
    // Position chosen on the slider, and position shown, in layers from the image.
    let position = RwSignal::new(layer as f64);
    let shown = memo(move || if tsne.get() { layer as f64 } else { position.get() });
    let walk = memo(move || {
        let map = |layer: &WalkLayer| Some(layer.probe.as_ref()?.map.clone());
        LayerWalk::new(layers.with(|layers| layers.iter().map(map).collect()), layer)
    });
    let place = memo(move || walk.with(|walk| walk.place(shown.get())));
    let by_pca = derived(move || walk.with(|walk| walk.positions(place.get())));
    let by_tsne = fitted_positions(derived(move || {
        embedding.with(|found| found.as_ref().map(|found| Arc::new(found.map.clone())))
    }));
    // Until t-SNE has started, the points stay at their PCA positions.
    let target = derived(move || {
        let has_begun = tsne.get() && by_tsne.with(|positions| !positions.is_empty());
        if has_begun { by_tsne.get() } else { by_pca.get() }
    });
    let map = MapContext {
        points,
        target,
        positions: tweened(target, *position),
        classes,
        background,
        thumbnail,
        highlighted_class: RwSignal::new(None),
        selected: RwSignal::new(None),
    };
    let between = "the interpolation between";
    let name = memo(move || layers.with(|layers| walk_name(layers, place.get(), between)));
    let note = memo(move || match projection.get() {
        Projection::Pca => layers.with(|layers| pca_note(layers, place.get())),
        Projection::Tsne => embedding.with(|found| tsne_note(found.as_deref())),
    });
    let options = [Projection::Pca, Projection::Tsne]
        .map(|projection| (projection, projection.name().to_owned()))
        .to_vec();
    view! {
        <div class="embedding">
            <MapView map=map name=name on_pick=on_pick />
            <div class="embedding-side">
                <div class="embedding-way">
                    <Choice
                        name="projection"
                        options=options
                        value=projection
                        on_choice=move |chosen| projection.set(chosen)
                    />
                    <p class="embedding-note">
                        {live(move || view! { <Term name=projection.get().name() /> })}
                        {note.live()}
                    </p>
                </div>
                <MapLegend map=map />
            </div>
            <LayerSlider
                layers=layers
                position=position
                shown=shown
                place=place
                disabled=tsne
            />
            <EpochScrubber epochs=epochs epoch=epoch disabled=tsne />
        </div>
    }
}
