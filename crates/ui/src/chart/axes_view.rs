//! Axes of a chart with grid, ticks and names.

use std::fmt::Write;

use leptos::prelude::*;

use super::axis::Axis;
use super::plot_area::{Layout, MARGIN_BOTTOM_PX};
use crate::erased_view::view;

/// Length of a tick.
const TICK_PX: f64 = 4.0;
/// Distance of a label from its axis.
const LABEL_GAP_PX: f64 = 8.0;
/// Offset from the anchor of a text to its baseline: below a line, centered on it, and above it.
const BELOW_EM: &str = "0.76em";
const CENTERED_EM: &str = "0.36em";
const ABOVE_EM: &str = "-0.24em";

/// Draws grid, axes, ticks, labels and names.
pub fn axes_view(layout: Layout, x: &Axis, y: &Axis) -> AnyView {
    let area = layout.area;
    let size = layout.text;
    let mut grid = String::new();
    let mut axes = format!("M{} {}V{}H{}", area.left, area.top, area.bottom, area.right);
    // Writing to a string cannot fail.
    let y_labels = y.ticks(layout.y_ticks).into_iter().map(|value| {
        let at = area.position(x, y, (x.from, value)).1;
        let _ = write!(grid, "M{} {at:.2}H{}", area.left, area.right);
        let _ = write!(axes, "M{} {at:.2}h-{TICK_PX}", area.left);
        let left = area.left - LABEL_GAP_PX;
        view! {
            <text class="chart-label" x=left y=at dy=CENTERED_EM text-anchor="end" font-size=size>
                {y.label(value)}
            </text>
        }
    });
    let y_labels = y_labels.collect_view();
    // Names may be long. One that would overlap the name before it is left out.
    let mut free_from = f64::NEG_INFINITY;
    let right_edge = layout.right_edge();
    let x_labels = x.ticks(layout.x_ticks).into_iter().map(|value| {
        let at = area.position(x, y, (value, y.from)).0;
        let _ = write!(axes, "M{at:.2} {}v{TICK_PX}", area.bottom);
        let below = area.bottom + LABEL_GAP_PX;
        let mut label = x.label(value);
        let half = layout.text_width(&label) / 2.0;
        let (anchor, at, left) = match at + half > right_edge {
            true => ("end", right_edge, right_edge - 2.0 * half),
            false => ("middle", at, at - half),
        };
        if left < free_from && !x.names.is_empty() {
            label.clear();
        } else {
            free_from = left + 2.0 * half + size / 2.0;
        }
        view! {
            <text class="chart-label" x=at y=below dy=BELOW_EM text-anchor=anchor font-size=size>
                {label}
            </text>
        }
    });
    let x_labels = x_labels.collect_view();
    let (center_x, center_y) = area.center();
    view! {
        <path class="chart-grid" fill="none" d=grid />
        <path class="chart-axis" fill="none" d=axes />
        {y_labels}
        {x_labels}
        <text
            class="chart-label"
            x="0"
            y=center_y
            dy=BELOW_EM
            text-anchor="middle"
            font-size=size
            transform=format!("rotate(270 0 {center_y})")
        >
            {layout.vertical_name(y)}
        </text>
        <text
            class="chart-label"
            x=center_x
            y=layout.height - MARGIN_BOTTOM_PX
            dy=ABOVE_EM
            text-anchor="middle"
            font-size=size
        >
            {x.name}
        </text>
    }
}
