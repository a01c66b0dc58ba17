//! The feature maps of one block, and selection of a pixel in the output.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use model::UNetBlock;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_key, handle_mouse, live, memo, view};
use ui::raster::canvas::Raster;
use ui::raster::pick::{move_pixel, pixel_at, pointer_fraction};
use ui::raster::pixel_overlay::PixelOverlay;
use ui::raster::tile_grid::TileGrid;

use super::geometry::{grid_percent, level};
use super::state::DiagramState;

/// Maximum number of a block's maps shown in the diagram.
const SHOWN: usize = 8;

/// The first maps of a block, or all of them, each with the receptive field.
#[component]
pub(crate) fn Maps(
    diagram: DiagramState,
    block: UNetBlock,
    #[prop(optional)] all: bool,
) -> impl IntoView {
    let grid = grid(diagram, block, all);
    let size = derived(move || grid.get().size());
    let rgba = derived(move || {
        let grid = grid.get();
        diagram.with_maps(block, |maps| grid.paint(maps.shape, &maps.values)).flatten()
    });
    let lit =
        memo(move || diagram.area(block).map(|area| grid.get().path(&area.rows, &area.columns)));
    let width = move || {
        if all {
            return "100%".to_owned();
        }
        let depth =
            diagram.layers.with(|layers| layers.as_ref().map_or(0, |all| (all.len() - 1) / 2 - 1));
        format!("{:.0}%", grid_percent(grid.get().columns, level(block, depth)))
    };
    view! {
        <div class="raster-tiles" style:width=width>
            <Raster size=size rgba=rgba />
            <Highlight size=size path=lit />
        </div>
    }
}

fn grid(diagram: DiagramState, block: UNetBlock, all: bool) -> Signal<TileGrid> {
    memo(move || {
        let output = diagram.fact(block).map(|fact| fact.output);
        output
            .map(|output| TileGrid::new(output, if all { usize::MAX } else { SHOWN }))
            .unwrap_or_default()
    })
}

/// The receptive field on an image of this size.
#[component]
pub(crate) fn Highlight(
    #[prop(into)] size: Signal<[usize; 2]>,
    #[prop(into)] path: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <PixelOverlay size=size>
            {live(move || path.get().map(|path| view! {
                <path class="raster-halo" d=path.clone() />
                <path class="raster-highlight" d=path />
            }))}
        </PixelOverlay>
    }
}

/// The maps of the head, in which a pixel can be selected by pointer or arrow keys. Escape clears
/// the selection.
#[component]
pub(crate) fn PickMaps(diagram: DiagramState) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let grid = grid(diagram, UNetBlock::Head, false);
    let on_click = move |event: ev::MouseEvent| {
        let Some(element) = place.get_untracked() else { return };
        let grid = grid.get_untracked();
        let place = pixel_at(pointer_fraction(&event, &element), grid.size());
        if let Some((_, pixel)) = place.and_then(|place| grid.find(place)) {
            diagram.picked.set(Some(pixel));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let now = diagram.picked.get_untracked();
        let tile = grid.get_untracked().tile;
        let next = match event.key().as_str() {
            "Escape" if now.is_some() => None,
            key => match move_pixel(now, key, event.shift_key(), tile) {
                Some(pixel) => Some(pixel),
                None => return,
            },
        };
        event.prevent_default();
        event.stop_propagation();
        diagram.picked.set(next);
    };
    let spoken = move || {
        let head = UNetBlock::Head.to_string();
        match diagram.picked.get() {
            None => format!("{head}: pick an output pixel with the arrow keys"),
            Some([row, column]) => {
                format!("{head}: row {}, column {} is picked", row + 1, column + 1)
            }
        }
    };
    view! {
        <div
            class="raster-pick"
            role="group"
            tabindex="0"
            aria-label=spoken
            data-testid="unet-pick"
            on:keydown=handle_key(on_key)
        >
            // Pointer positions are relative to this element, which contains nothing but the maps.
            <div class="maps-pick" node_ref=place on:click=handle_mouse(on_click)>
                <Maps diagram=diagram block=UNetBlock::Head all=true />
            </div>
        </div>
    }
}
