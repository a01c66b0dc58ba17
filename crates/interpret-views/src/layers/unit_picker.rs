//! Hovering and selecting a unit in a layer's activations.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use model::{LayerInfo, LayerKind};
use protocol::interpret::{Side, UnitRef};
use ui::erased_signal::Signal;
use ui::erased_view::{handle_key, handle_mouse, live, live_value, memo, view};
use ui::raster::pick::{pixel_at, pointer_fraction};
use ui::raster::tile_grid::TileGrid;
use web_sys::HtmlElement;

use super::unit_grid::{grid_width_rem, has_room_for_names, next_unit, strongest, unit_grid};
use super::unit_maps::{ScaleEnds, UnitMaps, highlighted, layer_view, unit_in_layer};
use crate::labels::{amount, layer_size, unit_name};
use crate::state::InterpretState;

/// A layer's activations, in which units can be hovered and selected by pointer or keyboard.
#[component]
pub fn UnitPicker(
    state: InterpretState,
    side: Side,
    layer: usize,
    info: LayerInfo,
    /// Width of the place for the maps, in rem; 0 while unknown.
    width_rem: Signal<f64>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let strip = NodeRef::<Div>::new();
    let maps = layer_view(state, side, layer, |view| view.maps.clone());
    let grid = memo(move || unit_grid(info.output, width_rem.get()));
    let here = move |unit| unit_in_layer(unit, layer);
    let highlighted = highlighted(state, layer);
    let unit_at = move |event: &ev::MouseEvent| {
        let element = place.get_untracked()?;
        let canvas = element.query_selector("canvas").ok()??;
        let grid = grid.get_untracked();
        grid.find(pixel_at(pointer_fraction(event, &canvas), grid.size())?)
    };
    let hover = move |unit: Option<usize>| {
        let unit = unit.map(|unit| UnitRef { layer, unit });
        if state.selection.hovered_unit.get_untracked() != unit {
            state.selection.hovered_unit.set(unit);
        }
    };
    let select = move |unit: usize, pixel: [usize; 2]| {
        select_unit(state, info, UnitRef { layer, unit }, pixel)
    };
    let on_click = move |event: ev::MouseEvent| {
        if let Some((unit, pixel)) = unit_at(&event) {
            select(unit, pixel);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let hovered = here(state.selection.hovered_unit.get_untracked());
        match event.key().as_str() {
            "Enter" | " " => {
                let Some(unit) = hovered else { return };
                let strongest = maps.with_untracked(|maps| strongest(maps.as_ref()?, unit));
                select(unit, strongest.map_or([0; 2], |(pixel, _)| pixel));
            }
            "Escape" => {
                hover(None);
                state.selection.unit.set(None);
            }
            key => {
                let from = hovered.or(here(state.selection.unit.get_untracked()));
                match next_unit(from, key, grid.get_untracked()) {
                    Some(unit) => {
                        hover(Some(unit));
                        if let Some(strip) = strip.get_untracked() {
                            scroll_to(&strip, unit, grid.get_untracked());
                        }
                    }
                    None => return,
                }
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let classes = state.classes();
    let width =
        live_value(move || format!("{:.2}rem", grid_width_rem(info.output, width_rem.get())));
    let label = move || {
        format!(
            "{}: {}. Move between them with the arrow keys, select one with Enter.",
            info.kind.name(),
            layer_size(&info)
        )
    };
    let spoken = move || {
        let unit = here(state.selection.hovered_unit.get())?;
        let name = classes.with(|classes| unit_name(&info, unit, classes));
        let found = maps.with(|maps| strongest(maps.as_ref()?, unit));
        Some(match found {
            Some((_, value)) if info.output[1] * info.output[2] == 1 => {
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
            node_ref=strip
            role="group"
            tabindex="0"
            aria-label=label
            data-testid=format!("maps-{layer}")
            on:keydown=handle_key(on_key)
        >
            <div
                node_ref=place
                on:click=handle_mouse(on_click)
                on:mousemove=handle_mouse(move |event| hover(unit_at(&event).map(|(unit, _)| unit)))
                on:mouseleave=handle_mouse(move |_| hover(None))
            >
                <UnitMaps width_rem maps=maps signed=false highlighted=highlighted />
            </div>
            {live(move || has_class_names(info).then(|| classes.with(|names| view! {
                <p class="unit-names" aria-hidden="true" style:--width=width.clone()>
                    {names.iter().map(|name| view! { <span>{name.clone()}</span> }).collect_view()}
                </p>
            })))}
        </div>
        <div class="unit-below">
            <ScaleEnds state=state side=side layer=layer />
            <p class="unit-spoken" aria-live="polite">{live(spoken)}</p>
        </div>
    }
}

/// Scrolls a line of units sideways until a unit is in sight.
fn scroll_to(strip: &HtmlElement, unit: usize, grid: TileGrid) {
    let tile = strip.scroll_width() / i32::try_from(grid.columns).unwrap_or(1).max(1);
    let left = tile * i32::try_from(unit % grid.columns).unwrap_or(0);
    let (start, width) = (strip.scroll_left(), strip.client_width());
    if left < start || left + tile > start + width {
        strip.set_scroll_left(left - (width - tile) / 2);
    }
}

/// Returns whether the units of a layer are classes and there is room for their names.
fn has_class_names(info: LayerInfo) -> bool {
    info.kind == LayerKind::Output && has_room_for_names(info.output)
}

/// Selects a unit and the output pixel of its first operation. If it is selected already, deselects
/// it.
fn select_unit(state: InterpretState, info: LayerInfo, unit: UnitRef, [row, column]: [usize; 2]) {
    let operation = info.traceable_ops.iter().flatten().next().copied();
    // The output of the convolution is larger than the pooled one by the pooling factor.
    let pixel = [row * info.pool, column * info.pool];
    let again = state.selection.unit.get_untracked() == Some(unit)
        && (operation.is_none() || state.selection.pixel.get_untracked() == pixel);
    if again {
        state.selection.unit.set(None);
        return;
    }
    state.selection.pixel.set(pixel);
    if state
        .selection
        .operation
        .get_untracked()
        .is_none_or(|now| !info.traceable_ops.contains(&Some(now)))
    {
        state.selection.operation.set(operation);
    }
    state.selection.unit.set(Some(unit));
}
