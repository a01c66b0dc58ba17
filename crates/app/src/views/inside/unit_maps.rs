//! What a layer makes of the image, unit by unit, and pointing at one of them.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use model::{LayerInfo, LayerKind};
use protocol::QuantizedMaps;
use protocol::interpret::{LayerActivations, NetworkActivations, Side, UnitRef};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_key, handle_mouse, live, live_value, memo, view};
use ui::raster::canvas::Raster;
use ui::raster::colors::{diverging_scale, sequential_scale};
use ui::raster::pick::{pixel_at, pointer_fraction};
use ui::raster::slice_canvas::view_box;
use ui::raster::tile_grid::TileGrid;

use super::scene::Scene;
use super::tiles::{comfortable_width, has_room_for_names, next_unit, strongest, tiles};
use super::words::{amount, stage_name, stage_size, unit_name};

/// Maps (or weights) of one layer, in colour.
#[component]
pub(super) fn Maps(
    scene: Scene,
    /// What is shown.
    maps: Signal<Option<QuantizedMaps>>,
    /// Whether 0 is in the middle of the scale.
    signed: bool,
    /// The units that are outlined.
    lit: Signal<Vec<usize>>,
) -> impl IntoView {
    let shape = memo(move || maps.with(|maps| maps.as_ref().map_or([0; 3], |maps| maps.shape)));
    let grid = memo(move || tiles(shape.get(), scene.narrow.get()));
    let size = derived(move || grid.get().size());
    let colours = move || if signed { diverging_scale() } else { sequential_scale() };
    let rgba = derived(move || {
        maps.with(|maps| {
            let maps = maps.as_ref()?;
            tiles(maps.shape, scene.narrow.get()).paint_scaled(maps.shape, &maps.values, colours())
        })
    });
    let path = memo(move || lit.with(|lit| outlines(grid.get(), lit)));
    view! {
        <div
            class="unit-maps"
            style:--width=live_value(move || {
                format!("{:.2}rem", comfortable_width(shape.get(), scene.narrow.get()))
            })
        >
            <Raster size=size rgba=rgba />
            <svg
                class="slice-lines"
                aria-hidden="true"
                preserveAspectRatio="none"
                viewBox=live_value(move || view_box(size.get()))
            >
                {live(move || {
                    let path = path.get();
                    (!path.is_empty()).then(|| view! {
                        <path class="unit-halo" d=path.clone() />
                        <path class="unit-lit" d=path />
                    })
                })}
            </svg>
        </div>
    }
}

/// Rectangles around some tiles.
fn outlines(grid: TileGrid, units: &[usize]) -> String {
    let [height, width] = grid.tile;
    let outline = |unit: &usize| {
        let [top, left] = grid.corner(*unit);
        format!("M{left} {top}h{width}v{height}h-{width}Z")
    };
    units.iter().filter(|unit| **unit < grid.tiles).map(outline).collect()
}

/// What one layer makes of the image on a side of the comparison.
pub(super) fn layer_view<T>(
    scene: Scene,
    side: Side,
    layer: usize,
    read: impl Fn(&LayerActivations) -> T + Send + Sync + 'static,
) -> Signal<Option<T>>
where
    T: PartialEq + Send + Sync + 'static,
{
    let answer = scene.layers.of(side);
    let of = move |view: &NetworkActivations| view.layers.get(layer).map(&read);
    // Maps are read several times for each picture, and large.
    memo(move || answer.with(|view| view.as_ref().and_then(|view| of(view))))
}

/// The unit of a spot that is in that layer.
fn unit_here(unit_ref: Option<UnitRef>, layer: usize) -> Option<usize> {
    unit_ref.filter(|unit_ref| unit_ref.layer == layer).map(|unit_ref| unit_ref.unit)
}

/// The units of a layer that are pointed at or chosen.
pub(super) fn lit(scene: Scene, layer: usize) -> Signal<Vec<usize>> {
    memo(move || {
        let unit_refs = [scene.pointed.get(), scene.chosen.get()];
        unit_refs.into_iter().filter_map(|unit_ref| unit_here(unit_ref, layer)).collect()
    })
}

/// A layer's maps, in which a unit is pointed at and chosen by pointer or keys.
#[component]
pub(super) fn PickMaps(scene: Scene, side: Side, layer: usize, stage: LayerInfo) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let maps = layer_view(scene, side, layer, |view| view.maps.clone());
    let grid = memo(move || tiles(stage.output, scene.narrow.get()));
    let here = move |unit_ref| unit_here(unit_ref, layer);
    let lit = lit(scene, layer);
    let find = move |event: &ev::MouseEvent| {
        let element = place.get_untracked()?;
        let canvas = element.query_selector("canvas").ok()??;
        let grid = grid.get_untracked();
        grid.find(pixel_at(pointer_fraction(event, &canvas), grid.size())?)
    };
    let point = move |unit: Option<usize>| {
        let unit_ref = unit.map(|unit| UnitRef { layer, unit });
        if scene.pointed.get_untracked() != unit_ref {
            scene.pointed.set(unit_ref);
        }
    };
    let choose =
        move |unit: usize, pixel: [usize; 2]| choose(scene, stage, UnitRef { layer, unit }, pixel);
    let on_click = move |event: ev::MouseEvent| {
        if let Some((unit, pixel)) = find(&event) {
            choose(unit, pixel);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let pointed = here(scene.pointed.get_untracked());
        match event.key().as_str() {
            "Enter" | " " => {
                let Some(unit) = pointed else { return };
                let strongest = maps.with_untracked(|maps| strongest(maps.as_ref()?, unit));
                choose(unit, strongest.map_or([0; 2], |(pixel, _)| pixel));
            }
            "Escape" => {
                point(None);
                scene.chosen.set(None);
            }
            key => {
                let from = pointed.or(here(scene.chosen.get_untracked()));
                match next_unit(from, key, grid.get_untracked()) {
                    Some(unit) => point(Some(unit)),
                    None => return,
                }
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let classes = scene.classes();
    // Few units are as wide on a phone.
    let width = format!("{:.2}rem", comfortable_width(stage.output, false));
    let label = move || {
        format!(
            "{}: {}. Move between them with the arrow keys, look closer with Enter.",
            stage_name(stage.kind),
            stage_size(&stage)
        )
    };
    let spoken = move || {
        let unit = here(scene.pointed.get())?;
        let name = classes.with(|classes| unit_name(&stage, unit, classes));
        let found = maps.with(|maps| strongest(maps.as_ref()?, unit));
        Some(match found {
            Some((_, value)) if stage.output[1] * stage.output[2] == 1 => {
                format!("{name}: {}", amount(value))
            }
            Some(([row, column], value)) => format!(
                "{name}: strongest at row {}, column {} with {}",
                row + 1,
                column + 1,
                amount(value)
            ),
            None => name,
        })
    };
    view! {
        <div
            class="unit-pick"
            role="group"
            tabindex="0"
            aria-label=label
            data-testid=format!("maps-{layer}")
            on:keydown=handle_key(on_key)
        >
            <div
                node_ref=place
                on:click=handle_mouse(on_click)
                on:mousemove=handle_mouse(move |event| point(find(&event).map(|(unit, _)| unit)))
                on:mouseleave=handle_mouse(move |_| point(None))
            >
                <Maps scene=scene maps=maps signed=false lit=lit />
            </div>
            {live(move || is_decision(stage).then(|| classes.with(|names| view! {
                <p class="unit-names" aria-hidden="true" style:--width=width.clone()>
                    {names.iter().map(|name| view! { <span>{name.clone()}</span> }).collect_view()}
                </p>
            })))}
            <p class="unit-spoken" aria-live="polite">{live(spoken)}</p>
        </div>
    }
}

/// Whether its units are classes that have room for their names.
fn is_decision(stage: LayerInfo) -> bool {
    stage.kind == LayerKind::Output && has_room_for_names(stage.output)
}

/// Looks closer at a unit: what excites it, and the arithmetic at the pixel of it. A second time lets
/// it go.
fn choose(scene: Scene, stage: LayerInfo, unit_ref: UnitRef, [row, column]: [usize; 2]) {
    let part = stage.traceable_ops.iter().flatten().next().copied();
    // What pooling made smaller was larger when it was convolved.
    let pixel = [row * stage.pool, column * stage.pool];
    let again = scene.chosen.get_untracked() == Some(unit_ref)
        && (part.is_none() || scene.pixel.get_untracked() == pixel);
    if again {
        scene.chosen.set(None);
        return;
    }
    scene.pixel.set(pixel);
    if scene.part.get_untracked().is_none_or(|now| !stage.traceable_ops.contains(&Some(now))) {
        scene.part.set(part);
    }
    scene.chosen.set(Some(unit_ref));
}

/// The ends of a layer's scale.
#[component]
pub(super) fn Ends(scene: Scene, side: Side, layer: usize) -> impl IntoView {
    let ends = layer_view(scene, side, layer, |view| (view.maps.low, view.maps.high));
    live(move || {
        ends.get().map(|(low, high)| {
            view! {
                <p class="layers-scale">
                    <span>{amount(low)}</span>
                    <span class="scale-strip" aria-hidden="true"></span>
                    <span>{amount(high)}</span>
                </p>
            }
        })
    })
}
