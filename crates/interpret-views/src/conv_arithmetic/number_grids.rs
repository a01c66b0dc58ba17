//! View of the patch, the kernel and their products as grids of numbers.

use leptos::ev;
use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_key, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::raster::pick::move_pixel;

use super::decimals::{format_factor, format_value, largest_magnitude};
use super::input_map::input_range;
use super::number_grid::{Cell, MAX_NUMBERED_SIDE, NumberGrid};
use super::output_plane::weights;
use super::pixel_trace::PixelTrace;
use super::sliding_window::WindowKind;
use super::state::ConvArithmeticState;
use super::value_image::scale_step;

/// The grids of numbers. Arrow keys move from one number to the next.
#[component]
pub fn NumberGrids(
    state: ConvArithmeticState,
    /// Content shown next to the last grid.
    children: Children,
) -> impl IntoView {
    let kind = memo(move || state.window.get().map(|window| window.kind));
    let size =
        memo(move || state.pixel_trace.get().map_or([0; 2], |pixel_trace| pixel_trace.size()));
    let room = memo(move || size.get().iter().all(|side| *side <= MAX_NUMBERED_SIDE));
    let on_key = move |event: ev::KeyboardEvent| {
        let (key, size) = (event.key(), size.get_untracked());
        let [rows, columns] = size;
        let next = if key == "Escape" {
            None
        } else {
            let from = state.hovered.get_untracked().filter(|place| *place < rows * columns);
            let from = from.map(|place| [place / columns, place % columns]);
            match move_pixel(from, &key, false, size) {
                Some([row, column]) => Some(row * columns + column),
                None => return,
            }
        };
        if next.is_some() {
            event.prevent_default();
            event.stop_propagation();
        }
        state.hovered.set(next);
    };
    let with_room = move |text: String| if room.get() { text } else { String::new() };
    let range = input_range(state);
    let patch = derived(move || {
        let Some(pixel_trace) = state.pixel_trace.get() else { return Vec::new() };
        let decimals = state.decimals.get().input;
        let zero = if kind.get() == Some(WindowKind::MaxPool) { "" } else { "0" };
        let cell = |value: &Option<f32>| match value {
            Some(value) => Cell::on_scale(
                with_room(format_value(*value, decimals)),
                scale_step(*value, range.get()),
            ),
            None => Cell::padding(if room.get() { zero } else { "" }),
        };
        let mut cells: Vec<Cell> = pixel_trace.patch.iter().map(cell).collect();
        if let Some(cell) = pixel_trace.largest.and_then(|place| cells.get_mut(place)) {
            cell.class = if cell.class.ends_with("light") {
                "conv-cell conv-largest conv-light"
            } else {
                "conv-cell conv-largest conv-dark"
            };
        }
        cells
    });
    let products = derived(move || {
        let Some(pixel_trace) = state.pixel_trace.get() else { return Vec::new() };
        let decimals = state.decimals.get().products;
        let most = largest_magnitude(&pixel_trace.products);
        let cell = |(place, value): (usize, &f32)| {
            let cell = Cell::signed(with_room(format_value(*value, decimals)), value / most);
            if pixel_trace.is_padding(place) {
                Cell::padding(if room.get() { "0" } else { "" })
            } else {
                cell
            }
        };
        pixel_trace.products.iter().enumerate().map(cell).collect()
    });
    let hover = move |place: Option<usize>| state.hovered.set(place);
    let hovered = *state.hovered;
    let after = move || {
        (kind.get()? != WindowKind::MaxPool).then(|| {
            view! {
                <span class="conv-operator" aria-hidden="true">"×"</span>
                <KernelGrid state=state />
                <div class="conv-block conv-products">
                    <h4>"= Products"</h4>
                    <NumberGrid
                        label=Signal::stored("products of patch and kernel".to_owned())
                        size=size
                        cells=products
                        hovered=hovered
                        on_hover=hover
                    />
                </div>
            }
        })
    };
    let class = move || {
        let kernel = state.window.get().map_or(0, |window| window.kernel);
        let many = (4..=MAX_NUMBERED_SIDE).contains(&kernel);
        if many { "conv-grids conv-grids-many" } else { "conv-grids" }
    };
    view! {
        <div
            class=live_value(class)
            role="group"
            tabindex="0"
            aria-label="numbers of the patch; arrow keys go from one to the next"
            on:keydown=handle_key(on_key)
        >
            <div class="conv-block">
                <h4>"Patch"</h4>
                <NumberGrid
                    label=Signal::stored("patch of the input".to_owned())
                    size=size
                    cells=patch
                    hovered=hovered
                    on_hover=hover
                />
            </div>
            {live(after)}
            {children()}
        </div>
    }
}

/// The whole kernel of the channel. For a transposed convolution, the weights in use are
/// highlighted.
#[component]
fn KernelGrid(state: ConvArithmeticState) -> impl IntoView {
    let side = memo(move || state.window.get().map_or(0, |window| window.kernel));
    // Index in the kernel for each index in the patch.
    let used = memo(move || {
        let (Some(pixel_trace), side) = (state.pixel_trace.get(), side.get()) else {
            return Vec::new();
        };
        let row = |row: usize| pixel_trace.columns.iter().map(move |tap| row * side + tap.weight);
        pixel_trace.rows.iter().flat_map(|tap| row(tap.weight)).collect::<Vec<_>>()
    });
    let cells = derived(move || {
        let (Some(op_trace), side) = (state.op_trace.get(), side.get()) else { return Vec::new() };
        let all = weights(&op_trace.operation).0;
        let own = all.chunks_exact((side * side).max(1)).nth(state.channel.get());
        let (most, decimals) = (largest_magnitude(all), state.decimals.get().weights);
        let used = used.get();
        let cell = |(place, weight): (usize, &f32)| {
            let text = if side > MAX_NUMBERED_SIDE {
                String::new()
            } else {
                format_value(*weight, decimals)
            };
            let mut cell = Cell::signed(text, weight / most);
            if !used.contains(&place) {
                cell.class = "conv-cell conv-idle";
            }
            cell
        };
        own.unwrap_or_default().iter().enumerate().map(cell).collect::<Vec<_>>()
    });
    let hovered = derived(move || used.get().get(state.hovered.get()?).copied());
    let hover = move |cell: Option<usize>| {
        let place = cell.and_then(|cell| used.get_untracked().iter().position(|u| *u == cell));
        state.hovered.set(place);
    };
    view! {
        <div class="conv-block conv-kernel">
            <h4><Term name="kernel" text="Kernel" /></h4>
            <NumberGrid
                label=derived(move || format!("kernel, {0} × {0} weights", side.get()))
                size=memo(move || [side.get(); 2])
                cells=cells
                hovered=hovered
                on_hover=hover
            />
        </div>
    }
}

/// Describes the hovered product, or that of the largest value if none is hovered.
pub fn hovered_text(state: ConvArithmeticState) -> String {
    let Some(pixel_trace) = state.pixel_trace.get() else { return String::new() };
    let largest = || {
        Some(format!(
            "The largest value is in {}.",
            describe_value(&pixel_trace, pixel_trace.largest?, state)?
        ))
    };
    match state.hovered.get() {
        Some(place) => describe_value(&pixel_trace, place, state).unwrap_or_default(),
        None => largest().unwrap_or_else(|| {
            "Point at a number, or go there with the arrow keys. Blue is below 0, orange above."
                .into()
        }),
    }
}

/// Describes the value or product at an index in the patch.
fn describe_value(
    pixel_trace: &PixelTrace,
    place: usize,
    state: ConvArithmeticState,
) -> Option<String> {
    let decimals = state.decimals.get();
    let columns = pixel_trace.columns.len().max(1);
    let value = *pixel_trace.patch.get(place)?;
    let whose = match value {
        None => "in the padding".to_owned(),
        Some(_) => {
            let row = pixel_trace.rows.get(place / columns)?.pixel? + 1;
            let column = pixel_trace.columns.get(place % columns)?.pixel? + 1;
            format!("row {row}, column {column}")
        }
    };
    let text = format_value(value.unwrap_or(0.0), decimals.input);
    let (Some(weight), Some(product)) =
        (pixel_trace.weights.get(place), pixel_trace.products.get(place))
    else {
        let counts = if value.is_some() { text } else { "does not count".into() };
        return Some(format!("{whose}: {counts}"));
    };
    let weight = format_factor(*weight, decimals.weights);
    Some(format!("{whose}: {text} · {weight} = {}", format_value(*product, decimals.products)))
}
