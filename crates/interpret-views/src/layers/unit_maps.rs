//! View of a layer's activations, one tile per unit.

use leptos::prelude::*;
use protocol::QuantizedMaps;
use protocol::interpret::{LayerActivations, NetworkActivations, Side, UnitRef};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, live_value, memo, view};
use ui::raster::canvas::Raster;
use ui::raster::colors::{diverging_scale, sequential_scale};
use ui::raster::pixel_overlay::PixelOverlay;
use ui::raster::tile_grid::TileGrid;

use super::unit_grid::{grid_width_rem, unit_grid};
use crate::labels::amount;
use crate::state::InterpretState;

/// Activations (or weights) of all units of a layer as one image.
#[component]
pub fn UnitMaps(
    /// Width of the place for the maps, in rem; 0 while unknown.
    width_rem: Signal<f64>,
    /// The maps, one per tile.
    maps: Signal<Option<QuantizedMaps>>,
    /// Whether the color scale is symmetric around 0.
    signed: bool,
    /// Units to outline.
    highlighted: Signal<Vec<usize>>,
) -> impl IntoView {
    let shape = memo(move || maps.with(|maps| maps.as_ref().map_or([0; 3], |maps| maps.shape)));
    let grid = memo(move || unit_grid(shape.get(), width_rem.get()));
    let size = derived(move || grid.get().size());
    let colors = move || if signed { diverging_scale() } else { sequential_scale() };
    let rgba = derived(move || {
        let grid = grid.get();
        maps.with(|maps| {
            let maps = maps.as_ref()?;
            grid.paint_scaled(maps.shape, &maps.values, colors())
        })
    });
    let path = memo(move || highlighted.with(|highlighted| outlines(grid.get(), highlighted)));
    view! {
        <div
            class="unit-maps"
            style:--width=live_value(move || {
                // Rounded down, so that the maps do not become wider than their place.
                let width = grid_width_rem(shape.get(), width_rem.get());
                format!("{:.2}rem", (width * 100.0).floor() / 100.0)
            })
        >
            <Raster size=size rgba=rgba />
            <PixelOverlay size=size>
                {live(move || {
                    let path = path.get();
                    (!path.is_empty()).then(|| view! {
                        <path class="unit-halo" d=path.clone() />
                        <path class="unit-lit" d=path />
                    })
                })}
            </PixelOverlay>
        </div>
    }
}

/// Returns an SVG path of rectangles around the given tiles.
fn outlines(grid: TileGrid, units: &[usize]) -> String {
    let [height, width] = grid.tile;
    let outline = |unit: &usize| {
        let [top, left] = grid.corner(*unit);
        format!("M{left} {top}h{width}v{height}h-{width}Z")
    };
    units.iter().filter(|unit| **unit < grid.tiles).map(outline).collect()
}

/// Reads one layer from the answer about the selected image, for one of the two networks.
pub fn layer_view<T>(
    state: InterpretState,
    side: Side,
    layer: usize,
    read: impl Fn(&LayerActivations) -> T + Send + Sync + 'static,
) -> Signal<Option<T>>
where
    T: PartialEq + Send + Sync + 'static,
{
    let answer = state.answers.layers.of(side);
    let of = move |view: &NetworkActivations| view.layers.get(layer).map(&read);
    // The maps are large and read several times for each image.
    memo(move || answer.with(|view| view.as_ref().and_then(|view| of(view))))
}

/// Returns the index of a unit if it belongs to the layer.
pub fn unit_in_layer(unit: Option<UnitRef>, layer: usize) -> Option<usize> {
    unit.filter(|unit| unit.layer == layer).map(|unit| unit.unit)
}

/// Returns the hovered and the selected unit if they belong to the layer.
pub fn highlighted(state: InterpretState, layer: usize) -> Signal<Vec<usize>> {
    memo(move || {
        let units = [state.selection.hovered_unit.get(), state.selection.unit.get()];
        units.into_iter().filter_map(|unit| unit_in_layer(unit, layer)).collect()
    })
}

/// The color scale of a layer's activations with the values at its ends.
#[component]
pub fn ScaleEnds(state: InterpretState, side: Side, layer: usize) -> impl IntoView {
    let ends = layer_view(state, side, layer, |view| (view.maps.low, view.maps.high));
    live(move || {
        ends.get().map(|(low, high)| {
            view! {
                <p class="layers-scale">
                    <span>{amount(low)}</span>
                    <span class="layers-scale-strip" aria-hidden="true"></span>
                    <span>{amount(high)}</span>
                </p>
            }
        })
    })
}
