//! A layer's rung of the ladder, and its map of the test images.

use std::sync::Arc;

use leptos::prelude::*;
use model::LayerInfo;
use protocol::RunId;
use protocol::interpret::{LayerProbe, NetworkRef, Snapshot};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{effect, live, memo, view};
use ui::glossary_term::Term;

use super::answer::slices;
use super::picker::test;
use super::scene::{Rungs, Scene};
use super::words::stage_name;
use crate::views::ladder::{LargeMap, LayerMap, MapDialog, RungBar};

/// The rung of a layer at an epoch.
fn rung(scene: Scene, layer: usize) -> Signal<Option<Arc<LayerProbe>>> {
    let epoch = scene.epoch();
    memo(move || {
        let key = (scene.run.get()?, epoch.get(), layer);
        scene.rungs.with(|rungs| nearest(rungs, key))
    })
}

/// The rung at an epoch, or while it is on its way the one before.
fn nearest(rungs: &Rungs, (run, epoch, layer): (RunId, usize, usize)) -> Option<Arc<LayerProbe>> {
    let of_layer = rungs.range((run, 0, 0)..=(run, epoch, usize::MAX));
    of_layer.rev().find(|((_, _, of), _)| *of == layer).map(|(_, rung)| rung.clone())
}

/// Accuracy of a layer's probe, epoch by epoch.
fn history(rungs: &Rungs, run: RunId, layer: usize) -> Vec<(usize, f64)> {
    let of_run = rungs.range((run, 0, 0)..=(run, usize::MAX, usize::MAX));
    let of_layer = of_run.filter(|((_, _, of), _)| *of == layer);
    of_layer.map(|((_, epoch, _), rung)| (*epoch, rung.accuracy)).collect()
}

/// What a probe is scored on, and a map shows.
pub(super) fn examples(segments: bool) -> &'static str {
    if segments { "test pixels" } else { "test images" }
}

/// How well the class can be read off a layer.
#[component]
pub(super) fn Climbed(scene: Scene, layer: usize, stage: LayerInfo) -> impl IntoView {
    let found = rung(scene, layer);
    let other = move || {
        let NetworkRef { run, snapshot: Snapshot::Epoch(epoch) } = scene.compare.get()? else {
            return None;
        };
        scene.rungs.with(|rungs| Some(rungs.get(&(run, epoch, layer))?.accuracy))
    };
    let history = memo(move || {
        let run = scene.run.get();
        scene.rungs.with(|rungs| run.map(|run| history(rungs, run, layer)).unwrap_or_default())
    });
    let classes = scene.classes();
    let chance = memo(move || 1.0 / classes.with(Vec::len).max(1) as f64);
    let (accuracy, other) = (memo(move || found.get().map(|rung| rung.accuracy)), memo(other));
    let (epoch, slices) = (scene.epoch(), slices(scene));
    view! {
        <div class="layers-rung" data-testid=format!("rung-{layer}")>
            <p class="layers-label"><Term name="linear probe" text="class read off it" /></p>
            {live(move || view! {
                <RungBar
                    accuracy=accuracy
                    chance=chance.get()
                    other=other
                    history=history
                    epoch=epoch
                    label=stage_name(stage.kind)
                    of=examples(slices.get())
                />
            })}
        </div>
    }
}

/// Where a layer puts the test images.
#[component]
pub(super) fn MapOfLayer(scene: Scene, layer: usize, stage: LayerInfo) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = stage_name(stage.kind);
    let found = rung(scene, layer);
    let map = memo(move || found.get().map(|rung| Arc::new(rung.map.clone())));
    let slices = slices(scene);
    view! {
        <div class="layers-place">
            <p class="layers-label">
                {live(move || view! { <Term name="PCA" text=examples(slices.get()) /> })}
            </p>
            {live(move || view! {
                <LayerMap
                    name=stage_name(stage.kind)
                    points=scene.points
                    map=map
                    background=slices.get()
                    on_open=move |()| open.set(true)
                />
            })}
            <MapDialog open=open title=Signal::stored(name.clone())>
                <OpenMap scene=scene layer=layer name=name.clone() map=map found=found />
            </MapDialog>
        </div>
    }
}

#[component]
fn OpenMap(
    scene: Scene,
    layer: usize,
    name: String,
    map: Signal<Option<Arc<Vec<[f32; 2]>>>>,
    found: Signal<Option<Arc<LayerProbe>>>,
) -> impl IntoView {
    let shown = scene.epoch();
    let epoch = RwSignal::new(shown.get_untracked());
    // The map's scrubber and the page's move together.
    effect(move || {
        let to = epoch.get();
        if shown.get_untracked() != to {
            scene.moment.set(Snapshot::Epoch(to));
        }
    });
    effect(move || {
        let now = shown.get();
        if epoch.get_untracked() != now {
            epoch.set(now);
        }
    });
    on_cleanup(move || scene.embed.set(None));
    let embedding = memo(move || scene.embedding.get().filter(|map| map.layer == layer));
    view! {
        <LargeMap
            name=Signal::stored(name)
            points=scene.points
            map=map
            variance=memo(move || found.get().map_or([0.0; 2], |rung| rung.variance))
            embedding=embedding
            classes=scene.classes()
            background=slices(scene).get_untracked()
            epochs=scene.epochs
            epoch=epoch
            thumbnail=move |point| scene.album.with_untracked(|a| a.as_ref()?.thumbnail(point))
            on_tsne=move |()| {
                scene.embedding.set(None);
                scene.embed.set(Some(layer));
            }
            on_pick=move |point: protocol::interpret::MapPoint| {
                scene.image.set(Some(test(point.image)));
            }
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rungs(all: &[(u32, usize, usize, f64)]) -> Rungs {
        let rung = |layer, accuracy| LayerProbe {
            layer,
            accuracy,
            map: Vec::new(),
            variance: [0.0; 2],
            dead: 0.0,
        };
        all.iter()
            .map(|&(run, epoch, layer, a)| ((RunId(run), epoch, layer), Arc::new(rung(layer, a))))
            .collect()
    }

    #[test]
    fn a_history_is_of_one_run_and_one_layer() {
        let all = rungs(&[(1, 0, 1, 0.2), (2, 0, 1, 0.3), (2, 0, 2, 0.4), (2, 3, 1, 0.9)]);
        assert_eq!(history(&all, RunId(2), 1), [(0, 0.3), (3, 0.9)]);
        assert!(history(&all, RunId(3), 1).is_empty());
    }

    #[test]
    fn while_a_rung_is_on_its_way_the_one_before_is_shown() {
        let all = rungs(&[(2, 0, 1, 0.3), (2, 3, 1, 0.9), (2, 3, 2, 0.8)]);
        let at = |epoch| nearest(&all, (RunId(2), epoch, 1)).map(|rung| rung.accuracy);
        assert_eq!([at(0), at(2), at(3), at(9)], [Some(0.3), Some(0.3), Some(0.9), Some(0.9)]);
        assert_eq!(nearest(&all, (RunId(1), 9, 1)), None);
    }
}
