//! The lines of a chart as SVG elements.

use leptos::prelude::*;

use super::axis::Axis;
use super::plot_area::Layout;
use super::series::{Series, path};
use crate::erased_view::view;

/// Radius of the dot at a point.
const DOT_RADIUS_PX: &str = "4";
/// Distance between the end of a line and its letter.
const END_LABEL_GAP_PX: f64 = 6.0;

/// Draws a line with its dots and the letter at its end.
pub fn series_view(layout: Layout, x: &Axis, y: &Axis, series: &Series) -> AnyView {
    let positions = series.positions(layout.area, x, y);
    let class = series.ink.class();
    let dot = |(x, y): (f64, f64)| {
        view! { <circle class=class.clone() cx=x cy=y r=DOT_RADIUS_PX /> }
    };
    let dots = series.dots.then(|| positions.iter().copied().map(dot).collect_view());
    let end = positions.last().filter(|_| !series.end_label.is_empty()).map(|(x, y)| {
        let label = series.end_label.clone();
        view! {
            <text class=class.clone() x=x + END_LABEL_GAP_PX y=*y dy="0.36em" font-size=layout.text>
                {label}
            </text>
        }
    });
    view! {
        <path class=class.clone() fill="none" d=path(&positions) />
        {dots}
        {end}
    }
}
