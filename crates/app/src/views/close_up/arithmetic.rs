//! The patch, the kernel, and what they make: numbers in grids.

use leptos::ev;
use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{derived, handle_key, live, live_value, memo, view};
use ui::glossary_term::Term;
use ui::raster::pick::move_pixel;

use super::figures::{factor, figure, largest};
use super::grid::{Cell, Grid, NUMBERED};
use super::maps::input_range;
use super::picture::level;
use super::plane::weights;
use super::reading::Reading;
use super::scene::Scene;
use super::window::Kind;

/// The grids; the arrow keys go from one number to the next.
#[component]
pub fn Grids(
    scene: Scene,
    /// What stands beside the last grid.
    children: Children,
) -> impl IntoView {
    let kind = memo(move || scene.window.get().map(|window| window.kind));
    let size = memo(move || scene.reading.get().map_or([0; 2], |reading| reading.size()));
    let room = memo(move || size.get().iter().all(|side| *side <= NUMBERED));
    let on_key = move |event: ev::KeyboardEvent| {
        let (key, size) = (event.key(), size.get_untracked());
        let [rows, columns] = size;
        let next = if key == "Escape" {
            None
        } else {
            let from = scene.pointed.get_untracked().filter(|place| *place < rows * columns);
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
        scene.pointed.set(next);
    };
    let with_room = move |text: String| if room.get() { text } else { String::new() };
    let range = input_range(scene);
    let patch = derived(move || {
        let Some(reading) = scene.reading.get() else { return Vec::new() };
        let decimals = scene.figures.get().input;
        let zero = if kind.get() == Some(Kind::MaxPool) { "" } else { "0" };
        let cell = |value: &Option<f32>| match value {
            Some(value) => {
                Cell::on_scale(with_room(figure(*value, decimals)), level(*value, range.get()))
            }
            None => Cell::padding(if room.get() { zero } else { "" }),
        };
        let mut cells: Vec<Cell> = reading.patch.iter().map(cell).collect();
        if let Some(cell) = reading.largest.and_then(|place| cells.get_mut(place)) {
            cell.class = if cell.class.ends_with("light") {
                "close-cell close-largest close-light"
            } else {
                "close-cell close-largest close-dark"
            };
        }
        cells
    });
    let products = derived(move || {
        let Some(reading) = scene.reading.get() else { return Vec::new() };
        let decimals = scene.figures.get().products;
        let most = largest(&reading.products);
        let cell = |(place, value): (usize, &f32)| {
            let cell = Cell::signed(with_room(figure(*value, decimals)), value / most);
            if reading.padded(place) {
                Cell::padding(if room.get() { "0" } else { "" })
            } else {
                cell
            }
        };
        reading.products.iter().enumerate().map(cell).collect()
    });
    let point = move |place: Option<usize>| scene.pointed.set(place);
    let pointed = *scene.pointed;
    let after = move || {
        (kind.get()? != Kind::MaxPool).then(|| {
            view! {
                <span class="close-operator" aria-hidden="true">"×"</span>
                <Kernel scene=scene />
                <div class="close-block close-products">
                    <h4>"= Products"</h4>
                    <Grid
                        label=Signal::stored("products of patch and kernel".to_owned())
                        size=size
                        cells=products
                        pointed=pointed
                        on_point=point
                    />
                </div>
            }
        })
    };
    let class = move || {
        let kernel = scene.window.get().map_or(0, |window| window.kernel);
        let many = (4..=NUMBERED).contains(&kernel);
        if many { "close-grids close-grids-many" } else { "close-grids" }
    };
    view! {
        <div
            class=live_value(class)
            role="group"
            tabindex="0"
            aria-label="numbers of the patch; arrow keys go from one to the next"
            on:keydown=handle_key(on_key)
        >
            <div class="close-block">
                <h4>"Patch"</h4>
                <Grid
                    label=Signal::stored("patch of the input".to_owned())
                    size=size
                    cells=patch
                    pointed=pointed
                    on_point=point
                />
            </div>
            {live(after)}
            {children()}
        </div>
    }
}

/// The whole kernel of the channel; of a transposed convolution with the weights in use marked.
#[component]
fn Kernel(scene: Scene) -> impl IntoView {
    let side = memo(move || scene.window.get().map_or(0, |window| window.kernel));
    // Kernel places of the patch's places, in order.
    let used = memo(move || {
        let (Some(reading), side) = (scene.reading.get(), side.get()) else { return Vec::new() };
        let row = |row: usize| reading.columns.iter().map(move |tap| row * side + tap.weight);
        reading.rows.iter().flat_map(|tap| row(tap.weight)).collect::<Vec<_>>()
    });
    let cells = derived(move || {
        let (Some(close), side) = (scene.close.get(), side.get()) else { return Vec::new() };
        let all = weights(&close.operation).0;
        let own = all.chunks_exact((side * side).max(1)).nth(scene.channel.get());
        let (most, decimals) = (largest(all), scene.figures.get().weights);
        let used = used.get();
        let cell = |(place, weight): (usize, &f32)| {
            let text = if side > NUMBERED { String::new() } else { figure(*weight, decimals) };
            let mut cell = Cell::signed(text, weight / most);
            if !used.contains(&place) {
                cell.class = "close-cell close-idle";
            }
            cell
        };
        own.unwrap_or_default().iter().enumerate().map(cell).collect::<Vec<_>>()
    });
    let pointed = derived(move || used.get().get(scene.pointed.get()?).copied());
    let point = move |cell: Option<usize>| {
        let place = cell.and_then(|cell| used.get_untracked().iter().position(|u| *u == cell));
        scene.pointed.set(place);
    };
    view! {
        <div class="close-block close-kernel">
            <h4><Term name="kernel" text="Kernel" /></h4>
            <Grid
                label=derived(move || format!("kernel, {0} × {0} weights", side.get()))
                size=memo(move || [side.get(); 2])
                cells=cells
                pointed=pointed
                on_point=point
            />
        </div>
    }
}

/// The product that is pointed at, in words; that of the largest value where none is.
pub fn pointed_at(scene: Scene) -> String {
    let Some(reading) = scene.reading.get() else { return String::new() };
    let largest = || {
        Some(format!("The largest value is in {}.", describe(&reading, reading.largest?, scene)?))
    };
    match scene.pointed.get() {
        Some(place) => describe(&reading, place, scene).unwrap_or_default(),
        None => largest().unwrap_or_else(|| {
            "Point at a number, or go there with the arrow keys. Blue is below 0, orange above."
                .into()
        }),
    }
}

fn describe(reading: &Reading, place: usize, scene: Scene) -> Option<String> {
    let figures = scene.figures.get();
    let columns = reading.columns.len().max(1);
    let value = *reading.patch.get(place)?;
    let whose = match value {
        None => "in the padding".to_owned(),
        Some(_) => {
            let row = reading.rows.get(place / columns)?.pixel? + 1;
            let column = reading.columns.get(place % columns)?.pixel? + 1;
            format!("row {row}, column {column}")
        }
    };
    let text = figure(value.unwrap_or(0.0), figures.input);
    let (Some(weight), Some(product)) = (reading.weights.get(place), reading.products.get(place))
    else {
        let counts = if value.is_some() { text } else { "does not count".into() };
        return Some(format!("{whose}: {counts}"));
    };
    let weight = factor(*weight, figures.weights);
    Some(format!("{whose}: {text} · {weight} = {}", figure(*product, figures.products)))
}
