//! Small grids of numbers on colours: patch, kernel, products.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use ui::erased_signal::{Callback, Signal};
use ui::erased_view::{handle_pointer, live, live_value, view};
use ui::raster::colors::{hex, sequential_scale};
use ui::raster::pick::{pixel_at, pointer_fraction};

/// Cells a side up to which there is room for numbers.
pub const NUMBERED: usize = 5;

/// One field of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The number, where there is room for it.
    pub text: String,
    /// The colour behind it, in CSS; none is left to the class.
    pub colour: Option<String>,
    /// Its class.
    pub class: &'static str,
}

impl Cell {
    /// A value of the scale of feature maps, in ink that stands out from its colour.
    pub fn on_scale(text: String, value: u8) -> Self {
        let class = if value < 128 { "close-cell close-light" } else { "close-cell close-dark" };
        Self { text, colour: Some(hex(sequential_scale()[usize::from(value)])), class }
    }

    /// A number with a sign, as a share of the largest: blue below 0, orange above.
    pub fn signed(text: String, share: f32) -> Self {
        let pole = if share < 0.0 { "less" } else { "more" };
        let share = if share.is_finite() { share.abs().min(1.0) * 100.0 } else { 0.0 };
        // Mixed in OKLab, both sides get darker in the same steps.
        let colour =
            format!("color-mix(in oklab, var(--close-{pole}) {share:.0}%, var(--close-none))");
        Self { text, colour: Some(colour), class: "close-cell" }
    }

    /// A zero of the padding, or where those do not count, nothing.
    pub fn padding(text: &str) -> Self {
        Self { text: text.into(), colour: None, class: "close-cell close-padding" }
    }
}

/// Numbers in rows and columns, one of which can be pointed at.
#[component]
pub fn Grid(
    /// What the grid is.
    #[prop(into)]
    label: Signal<String>,
    /// Rows and columns.
    size: Signal<[usize; 2]>,
    /// Fields, row by row.
    cells: Signal<Vec<Cell>>,
    /// The field that is pointed at.
    pointed: Signal<Option<usize>>,
    /// Another field, or none, is pointed at.
    #[prop(into)]
    on_point: Callback<Option<usize>>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let on_move = move |event: ev::PointerEvent| {
        let Some(element) = place.get_untracked() else { return };
        let size = size.get_untracked();
        let cell = pixel_at(pointer_fraction(&event, &element), size);
        on_point.run(cell.map(|[row, column]| row * size[1] + column));
    };
    let class = move || {
        let most = size.get().into_iter().max().unwrap_or_default();
        let long = cells.with(|cells| cells.iter().any(|cell| cell.text.chars().count() > 5));
        match most {
            0..=3 if long => "close-grid close-grid-large close-grid-long",
            0..=3 => "close-grid close-grid-large",
            4..=NUMBERED if long => "close-grid close-grid-long",
            4..=NUMBERED => "close-grid",
            _ => "close-grid close-grid-fine",
        }
    };
    let marker = move || {
        let [rows, columns] = size.get();
        // What is pointed at may come from a larger grid.
        let place = pointed.get().filter(|place| *place < rows * columns)?;
        let (row, column) = (place / columns + 1, place % columns + 1);
        let area = format!("{row} / {column} / {} / {}", row + 1, column + 1);
        Some(view! { <span class="close-pointed" style:grid-area=area></span> })
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
            on:pointerleave=handle_pointer(move |_| on_point.run(None))
        >
            {live(move || cells.get().into_iter().map(field).collect_view())}
            {live(marker)}
        </div>
    }
}

fn field(cell: Cell) -> AnyView {
    let Cell { text, colour, class } = cell;
    match colour {
        Some(colour) => view! { <span class=class style:background=colour>{text}</span> },
        None => view! { <span class=class>{text}</span> },
    }
}
