//! View of a grid of numbers on colored cells.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_pointer, live, live_value, view};
use ui::raster::colors::{hex, sequential_scale};
use ui::raster::pick::{pixel_at, pointer_fraction};

/// Maximum side of a grid whose cells are large enough for numbers.
pub const MAX_NUMBERED_SIDE: usize = 5;

/// One cell of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Number to display; empty if the cell is too small.
    pub text: String,
    /// Background color in CSS; `None` leaves it to the class.
    pub color: Option<String>,
    /// The CSS class.
    pub class: &'static str,
}

impl Cell {
    /// Creates a cell colored by the sequential scale, with a text color of sufficient contrast.
    pub fn on_scale(text: String, value: u8) -> Self {
        let class = if value < 128 { "conv-cell conv-light" } else { "conv-cell conv-dark" };
        Self { text, color: Some(hex(sequential_scale()[usize::from(value)])), class }
    }

    /// Creates a cell for a signed number, colored blue if negative and orange if positive. `share`
    /// is its ratio to the largest magnitude.
    pub fn signed(text: String, share: f32) -> Self {
        let pole = if share < 0.0 { "less" } else { "more" };
        let share = if share.is_finite() { share.abs().min(1.0) * 100.0 } else { 0.0 };
        // Mixed in OKLab, so that both signs become darker in equal steps.
        let color =
            format!("color-mix(in oklab, var(--conv-{pole}) {share:.0}%, var(--conv-none))");
        Self { text, color: Some(color), class: "conv-cell" }
    }

    /// Creates a cell for zero padding, or an empty one if padding is not part of the computation.
    pub fn padding(text: &str) -> Self {
        Self { text: text.into(), color: None, class: "conv-cell conv-padding" }
    }
}

/// A grid of numbers, one of which can be hovered.
#[component]
pub fn NumberGrid(
    /// Accessible name of the grid.
    #[prop(into)]
    label: Signal<String>,
    /// Number of rows and columns.
    size: Signal<[usize; 2]>,
    /// Cells in row-major order.
    cells: Signal<Vec<Cell>>,
    /// Index of the hovered cell.
    hovered: Signal<Option<usize>>,
    /// Called with the index of the hovered cell, or with `None`.
    #[prop(into)]
    on_hover: Callback<Option<usize>>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let on_move = move |event: ev::PointerEvent| {
        let Some(element) = place.get_untracked() else { return };
        let size = size.get_untracked();
        let cell = pixel_at(pointer_fraction(&event, &element), size);
        on_hover.run(cell.map(|[row, column]| row * size[1] + column));
    };
    let class = move || {
        let most = size.get().into_iter().max().unwrap_or_default();
        let long = cells.with(|cells| cells.iter().any(|cell| cell.text.chars().count() > 5));
        match most {
            0..=3 if long => "conv-grid conv-grid-large conv-grid-long",
            0..=3 => "conv-grid conv-grid-large",
            4..=MAX_NUMBERED_SIDE if long => "conv-grid conv-grid-long",
            4..=MAX_NUMBERED_SIDE => "conv-grid",
            _ => "conv-grid conv-grid-fine",
        }
    };
    let marker = move || {
        let [rows, columns] = size.get();
        // The index may be from a larger grid.
        let place = hovered.get().filter(|place| *place < rows * columns)?;
        let (row, column) = (place / columns + 1, place % columns + 1);
        let area = format!("{row} / {column} / {} / {}", row + 1, column + 1);
        Some(view! { <span class="conv-pointed" style:grid-area=area></span> })
    };
    view! {
        <div
            class=live_value(class)
            role="img"
            aria-label=label.live()
            style:--columns=live_value(move || size.get()[1].max(1).to_string())
            node_ref=place
            on:pointermove=handle_pointer(on_move)
            on:pointerdown=handle_pointer(on_move)
            on:pointerleave=handle_pointer(move |_| on_hover.run(None))
        >
            {live(move || cells.get().into_iter().map(cell_view).collect_view())}
            {live(marker)}
        </div>
    }
}

fn cell_view(cell: Cell) -> AnyView {
    let Cell { text, color, class } = cell;
    match color {
        Some(color) => view! { <span class=class style:background=color>{text}</span> },
        None => view! { <span class=class>{text}</span> },
    }
}
