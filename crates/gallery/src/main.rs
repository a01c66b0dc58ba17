//! A page that shows all widgets of the crate `ui`, for viewing and trying them:
//! `trunk serve crates/gallery/index.html`.

mod pictures;

use std::sync::Arc;

use leptos::prelude::*;
use ui::chart::axis::Axis;
use ui::chart::chart_data::{ChartData, Reading};
use ui::chart::chart_view::Chart;
use ui::chart::series::{Ink, Series};
use ui::chart::smoothing::{moving_average, thin, thin_to_extremes};
use ui::close_button::CloseButton;
use ui::data_slider::DataSlider;
use ui::display_settings::{DisplayControls, DisplaySettings};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{derived, live, view};
use ui::glossary_term::{Explain, Glossary, Term, provide_glossary};
use ui::inputs::{Choice, NumberField, decimal};
use ui::legend::{ClassKey, ErrorKey};
use ui::probability_bars::ProbabilityBars;
use ui::raster::canvas::Raster;
use ui::raster::colors::{diverging_scale, sequential_scale};
use ui::raster::slice_canvas::{ErrorCanvas, SliceCanvas};
use ui::raster::tile_grid::TileGrid;

use crate::pictures::{SIDE, disc, gradient, noisy_losses};

fn main() {
    leptos::mount::mount_to_body(Gallery);
}

#[component]
fn Gallery() -> impl IntoView {
    let explain: Explain =
        |name| (name == "learning rate").then_some("How far a step follows the gradient.");
    provide_glossary(Glossary { explain: Signal::stored(Some(explain)), load: (|()| ()).into() });
    view! {
        <main class="gallery-page">
            <Widget name="Term"><p>"The "<Term name="learning rate" />" is explained."</p></Widget>
            <Widget name="NumberField"><Number /></Widget>
            <Widget name="Choice"><Choices /></Widget>
            <Widget name="DataSlider"><Slider /></Widget>
            <Widget name="CloseButton"><CloseButton on_close=|| () /></Widget>
            <Widget name="ProbabilityBars">
                <ProbabilityBars
                    classes=["Hand", "Chest", "Head"].map(str::to_owned).to_vec()
                    probabilities=vec![0.1, 0.72, 0.18]
                    truth=Some(1)
                />
            </Widget>
            <Widget name="Chart"><Losses /></Widget>
            <Widget name="TileGrid and color scales"><Maps /></Widget>
            <Slices />
        </main>
    }
}

#[component]
fn Widget(name: &'static str, children: Children) -> impl IntoView {
    view! { <section class="gallery-widget"><h2>{name}</h2>{children()}</section> }
}

#[component]
fn Number() -> impl IntoView {
    let value = RwSignal::new(0.001);
    let apply = move |text: String| decimal(&text).map(|number| value.set(number));
    view! {
        <NumberField name="learning rate" value=derived(move || value.get().to_string()) on_text=apply />
    }
}

#[component]
fn Choices() -> impl IntoView {
    let chosen = RwSignal::new("Adam");
    let options = ["SGD", "Adam", "AdamW"].map(|name| (name, name.to_owned())).to_vec();
    view! { <Choice name="optimizer" options=options value=chosen on_choice=move |name| chosen.set(name) /> }
}

#[component]
fn Slider() -> impl IntoView {
    let noise = RwSignal::new(20_u8);
    view! {
        <DataSlider
            name="noise"
            spoken="noise in percent"
            range=0..=100
            value=*noise
            text=|value: u8| format!("{value} %")
            on_value=move |value| noise.set(value)
        />
    }
}

#[component]
fn Losses() -> impl IntoView {
    let losses = noisy_losses(600);
    let smoothed = moving_average(&losses, 15);
    let series = |ink, points| Series { ink, points, dots: false, end_label: String::new() };
    let reading = |(index, value): (usize, &f64)| Reading {
        x: (index + 1) as f64,
        marks: vec![(Ink::Train, *value)],
        text: format!("step {}: {value:.3}", index + 1),
    };
    let data = ChartData {
        x: Axis {
            name: "step",
            short: "step",
            from: 0.0,
            to: 600.0,
            whole: true,
            names: Vec::new(),
        },
        y: Axis {
            name: "loss in nats",
            short: "nats",
            from: 0.0,
            to: 2.5,
            whole: false,
            names: Vec::new(),
        },
        series: vec![
            series(Ink::Raw, thin_to_extremes(&losses)),
            series(Ink::Train, thin(&smoothed)),
        ],
        readings: smoothed.iter().enumerate().map(reading).collect(),
    };
    view! { <Chart name="Loss per step" data=Signal::stored(data) /> }
}

#[component]
fn Maps() -> impl IntoView {
    let grid = TileGrid::new([8, SIDE, SIDE], 8);
    let values: Vec<u8> = (0..8).flat_map(gradient).collect();
    let paint = |scale| Signal::stored(grid.paint_scaled([8, SIDE, SIDE], &values, scale));
    let size = Signal::stored(grid.size());
    view! {
        <Raster size=size rgba=paint(sequential_scale()) />
        <Raster size=size rgba=paint(diverging_scale()) />
    }
}

/// A slice with a mask, its error map, their controls and legends.
#[component]
fn Slices() -> impl IntoView {
    let look = DisplaySettings::new();
    let marker = RwSignal::new(None::<[usize; 2]>);
    let size = Signal::stored([SIDE; 2]);
    let shared = |values: Vec<u8>| Signal::stored(Some(Arc::<[u8]>::from(values)));
    let (pixels, truth, mask) = (shared(gradient(0)), shared(disc(0)), shared(disc(3)));
    let classes = Signal::stored(["background", "front", "back"].map(str::to_owned).to_vec());
    view! {
        <Widget name="DisplayControls"><DisplayControls look=look /></Widget>
        <Widget name="SliceCanvas">
            <SliceCanvas
                size=size
                pixels=pixels
                mask=mask
                truth=truth
                look=look
                label="a slice with its mask".to_owned()
                marker=*marker
                on_pixel=move |pixel| marker.set(Some(pixel))
            />
            <p>{live(move || marker.get().map(|[row, column]| format!("row {row}, column {column}")))}</p>
            <ClassKey classes=classes with_truth=true />
        </Widget>
        <Widget name="ErrorCanvas">
            <ErrorCanvas
                size=size
                pixels=pixels
                truth=truth
                mask=mask
                look=look
                label="errors of the mask".to_owned()
            />
            <ErrorKey classes=classes />
        </Widget>
    }
}
