//! A chart that fills its container, with a crosshair controlled by pointer or arrow keys.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;

use super::axes_view::axes_view;
use super::chart_data::{ChartData, nearest_reading};
use super::plot_area::Layout;
use super::series::Ink;
use super::series_view::series_view;
use crate::erased_signal::{RwSignal, Signal};
use crate::erased_view::{handle_focus, handle_key, handle_pointer, live, live_value, memo, view};
use crate::hooks::use_element_size::use_element_size;

/// A chart with a crosshair, and the values at the crosshair above it.
#[component]
pub fn Chart(
    /// Accessible name.
    name: &'static str,
    /// Axes, series and readings.
    data: Signal<ChartData>,
    /// Text above the chart while nothing is pointed at; the last reading by default.
    #[prop(optional)]
    idle: Option<Signal<String>>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let size = use_element_size(move || place.get().map(Into::into));
    let layout = memo(move || Layout::of_size(size.get()));
    let axes = memo(move || data.with(|d| (d.x.clone(), d.y.clone())));
    let axes = move || {
        let layout = layout.get()?;
        Some(axes.with(|(x, y)| axes_view(layout, x, y)))
    };
    let lines = move || {
        let layout = layout.get()?;
        Some(data.with(|d| {
            d.series.iter().map(|series| series_view(layout, &d.x, &d.y, series)).collect_view()
        }))
    };
    // Position of the crosshair as a value on the axis, which remains valid when readings are
    // added.
    let cursor = RwSignal::new(None::<f64>);
    let reading = memo(move || {
        let at = cursor.get()?;
        data.with(|d| nearest_reading(&d.readings, at).map(|index| d.readings[index].clone()))
    });
    let on_move = move |event: ev::PointerEvent| {
        let Some(element) = place.get_untracked() else { return };
        let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
        let Some(Layout { area, .. }) = layout.get_untracked() else { return };
        cursor.set(data.with_untracked(|d| area.value_at(&d.x, x)));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let next = data.with_untracked(|d| {
            let last = d.readings.len().checked_sub(1)?;
            let now = cursor.get_untracked().and_then(|at| nearest_reading(&d.readings, at));
            let index = match (event.key().as_str(), now) {
                ("ArrowLeft", now) => now.map_or(last, |now| now.saturating_sub(1)),
                ("ArrowRight", now) => now.map_or(0, |now| (now + 1).min(last)),
                ("Home", _) => 0,
                ("End", _) => last,
                _ => return None,
            };
            Some(d.readings[index].x)
        });
        if let Some(at) = next {
            event.prevent_default();
            cursor.set(Some(at));
        }
    };
    let crosshair = move || {
        let reading = reading.get()?;
        let Layout { area, .. } = layout.get()?;
        let at = |value| data.with(|d| area.position(&d.x, &d.y, (reading.x, value)));
        let x = at(0.0).0;
        let marks = reading
            .marks
            .iter()
            .filter(|(_, value)| value.is_finite())
            .map(|(ink, value)| {
                let (x, y) = at(*value);
                let class = if *ink == Ink::Test {
                    "chart-cross chart-test"
                } else {
                    "chart-cross chart-train"
                };
                view! {
                    <line class="chart-crosshair" x1=area.left x2=area.right y1=y y2=y />
                    <circle class=class cx=x cy=y r="5" />
                }
            })
            .collect_view();
        Some(view! {
            <line class="chart-crosshair" x1=x x2=x y1=area.top y2=area.bottom />
            {marks}
        })
    };
    let latest = move || match idle {
        Some(idle) => Some(idle.get()),
        None => data.with(|d| d.readings.last().map(|r| r.text.clone())),
    };
    view! {
        <p class="chart-readout" aria-live="off">
            {live(move || reading.get().map(|r| r.text).or_else(latest).unwrap_or_default())}
        </p>
        <div
            class="chart-body"
            node_ref=place
            role="group"
            tabindex="0"
            aria-label=format!("{name}. Left and right arrow keys read values.")
            on:pointermove=handle_pointer(on_move)
            on:pointerdown=handle_pointer(on_move)
            on:pointerleave=handle_pointer(move |_| cursor.set(None))
            on:blur=handle_focus(move |_| cursor.set(None))
            on:keydown=handle_key(on_key)
        >
            <svg
                class="chart-plot"
                aria-hidden="true"
                width=live_value(move || size.get().0)
                height=live_value(move || size.get().1)
            >
                {live(axes)}
                {live(lines)}
            </svg>
            <svg
                class="chart-plot chart-overlay"
                aria-hidden="true"
                width=live_value(move || size.get().0)
                height=live_value(move || size.get().1)
            >
                {live(crosshair)}
            </svg>
        </div>
    }
}
