//! Segmentation scores: Dice as bars, and formatting of scores with their units.

use leptos::prelude::*;
use protocol::CaseClassScore;
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

/// Formats a volume, for example “3.25 ml”, or a dash if there is none.
pub fn milliliters(value: Option<f64>) -> String {
    with_unit(value, 2, "ml")
}

/// Formats predicted and true volume, for example “3.12 / 3.40 ml”.
pub fn volumes(score: &CaseClassScore) -> String {
    format!("{:.2} / {}", score.predicted_ml, milliliters(Some(score.true_ml)))
}

/// Formats in how many slices both masks contain a class, for example “in 4 of 6”: of the slices in
/// which at least one does.
pub fn slice_count(score: &CaseClassScore) -> String {
    format!("in {} of {}", score.slices_in_both, score.slices_in_either)
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
        assert_eq!([Some(3.254), None].map(milliliters), ["3.25 ml", "–"]);
        assert_eq!((share(Some(0.9901)), share(None)), ("99.0 %".into(), "–".into()));
        assert_eq!([Some(0.5), None].map(bar_width), ["50.0%", "0.0%"]);
    }

    #[test]
    fn second_lines_of_a_case() {
        let score = CaseClassScore {
            dice: Some(0.8),
            hausdorff95_mm: Some(2.0),
            slices_in_both: 4,
            slices_in_either: 6,
            predicted_ml: 3.125,
            true_ml: 3.4,
            volume_error_ml: 0.5,
        };
        assert_eq!(slice_count(&score), "in 4 of 6");
        assert_eq!(volumes(&score), "3.12 / 3.40 ml");
    }
}
