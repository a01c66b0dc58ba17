//! Segmentation scores: Dice as bars, and formatting of scores with their units.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, memo, view};
use ui::format;
use ui::legend::foreground;
use ui::raster::colors::{class_color, hex};

/// Dice of each foreground class as a thin bar with its value.
#[component]
pub fn DiceBars(
    /// Class names in label order.
    classes: Signal<Vec<String>>,
    /// Dice of each foreground class; `None` where there is nothing to score.
    dice: Signal<Vec<Option<f64>>>,
) -> impl IntoView {
    let rows = move || {
        foreground(&classes.get())
            .into_iter()
            .enumerate()
            .map(|(index, (label, name))| {
                let value = memo(move || dice.with(|dice| dice.get(index).copied().flatten()));
                let color = class_color(label).map(hex).unwrap_or_default();
                view! {
                    <li class="dice-row">
                        <span class="dice-name">{name}</span>
                        <span class="dice-number">{live(move || figure(value.get()))}</span>
                        <span class="dice-track" aria-hidden="true">
                            <span
                                class="dice-fill"
                                style:width=live_value(move || bar_width(value.get()))
                                style:background=color
                            ></span>
                        </span>
                    </li>
                }
            })
            .collect_view()
    };
    view! { <ul class="dice-bars" aria-label="Dice">{live(rows)}</ul> }
}

/// Formats Dice or another fraction with three decimals, or a dash if there is nothing to score.
pub fn figure(value: Option<f64>) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{value:.3}"),
        _ => "–".into(),
    }
}

/// Returns the CSS width for an optional fraction.
fn bar_width(value: Option<f64>) -> String {
    ui::probability_bars::bar_width(value.unwrap_or(0.0) as f32)
}

/// Formats a length, for example “4.7 mm”, or a dash if there is none.
pub fn millimeters(value: Option<f64>) -> String {
    with_unit(value, 1, "mm")
}

/// Formats a volume, for example “3.25 ml”.
pub fn milliliters(value: f64) -> String {
    with_unit(Some(value), 2, "ml")
}

fn with_unit(value: Option<f64>, decimals: usize, unit: &str) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{value:.decimals$} {unit}"),
        _ => "–".into(),
    }
}

/// Formats a fraction of pixels, for example “97.3 %”, or a dash if there are none.
pub fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), format::percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_scored_is_a_dash() {
        assert_eq!([Some(0.8126), Some(0.0), None].map(figure), ["0.813", "0.000", "–"]);
        assert_eq!(figure(Some(f64::NAN)), "–");
        assert_eq!([Some(4.66), None, Some(f64::INFINITY)].map(millimeters), ["4.7 mm", "–", "–"]);
        assert_eq!(milliliters(3.254), "3.25 ml");
        assert_eq!((share(Some(0.9901)), share(None)), ("99.0 %".into(), "–".into()));
        assert_eq!([Some(0.5), None].map(bar_width), ["50.0%", "0.0%"]);
    }
}
