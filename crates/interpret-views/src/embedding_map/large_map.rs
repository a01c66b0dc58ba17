//! The large scatter plot of a layer, with its controls.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::interpret::{Embedding, MapPoint};
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{derived, effect, live, memo, view};
use ui::glossary_term::Term;
use ui::inputs::Choice;

use super::epoch_scrubber::EpochScrubber;
use super::fitted_positions::fitted_positions;
use super::labels::projection_note;
use super::map_context::MapContext;
use super::map_legend::MapLegend;
use super::map_positions::Position;
use super::map_view::MapView;
use super::projection::Projection;
use super::thumbnails::GrayImage;
use super::tween::tweened;

/// A layer's map by PCA or t-SNE, with a legend and a slider over the epochs.
#[component]
pub fn LargeMap(
    /// Name of the layer.
    #[prop(into)]
    name: Signal<String>,
    /// The points.
    #[prop(into)]
    points: Signal<Arc<Vec<MapPoint>>>,
    /// Positions by PCA; `None` while unknown.
    #[prop(into)]
    pca: Signal<Option<Arc<Vec<Position>>>>,
    /// Fractions of the variance explained by the two principal components.
    #[prop(into)]
    variance: Signal<[f32; 2]>,
    /// Current positions by t-SNE; `None` until there is an answer for this layer and epoch.
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
    let by_pca = fitted_positions(pca);
    let by_tsne = fitted_positions(derived(move || {
        embedding.with(|found| found.as_ref().map(|found| Arc::new(found.map.clone())))
    }));
    // Until t-SNE has started, the points stay at their PCA positions.
    let target = derived(move || {
        let begun = by_tsne.with(|positions| !positions.is_empty());
        if tsne.get() && begun { by_tsne.get() } else { by_pca.get() }
    });
    let map = MapContext {
        points,
        target,
        positions: tweened(target),
        classes,
        background,
        thumbnail,
        highlighted_class: RwSignal::new(None),
        selected: RwSignal::new(None),
    };
    let note = memo(move || {
        let variance = variance.get();
        embedding.with(|found| projection_note(projection.get(), variance, found.as_deref()))
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
            <EpochScrubber epochs=epochs epoch=epoch disabled=tsne />
        </div>
    }
}
