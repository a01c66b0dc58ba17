//! What the colours mean, and Dice as bars.

use leptos::prelude::*;

use super::super::format;
use super::colours::{INVENTED, INVENTED_LIGHT, MISSED, MIXED_UP, class_colour, hex};
use crate::reactive::Signal;
use crate::views::erase::{live, live_value, memo, view};

/// The names of the foreground classes with their hues.
#[component]
pub fn ClassKey(
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Whether dashed contours show the truth beside the prediction.
    #[prop(optional)]
    with_truth: bool,
) -> impl IntoView {
    let items = move || {
        foreground(&classes.get())
            .into_iter()
            .map(|(label, name)| view! { <li><Swatch class=label />{name}</li> })
            .collect_view()
    };
    view! {
        <ul class="seg-key" aria-label="colours of the classes">
            {live(items)}
            {with_truth.then(|| view! {
                <li>
                    <svg class="key-line" viewBox="0 0 24 4" aria-hidden="true">
                        <path d="M0 2H24" />
                    </svg>
                    "dashed: truth"
                </li>
            })}
        </ul>
    }
}

/// The three kinds of wrong pixels; the last only where there are two structures to mix up.
#[component]
pub fn ErrorKey(
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    let [missed, invented, light, mixed] = [MISSED, INVENTED, INVENTED_LIGHT, MIXED_UP].map(hex);
    let checks = format!("repeating-conic-gradient({invented} 0 25%, {light} 0 50%) 0 0 / 50% 50%");
    view! {
        <ul class="seg-key" aria-label="colours of the errors">
            <li><span class="key-swatch" style:background=missed></span>"missed"</li>
            <li><span class="key-swatch" style:background=checks></span>"invented"</li>
            {live(move || (classes.with(Vec::len) > 2).then(|| view! {
                <li><span class="key-swatch" style:background=mixed.clone()></span>"wrong part"</li>
            }))}
        </ul>
    }
}

/// The hue of one class.
#[component]
pub(super) fn Swatch(class: u8) -> impl IntoView {
    let colour = class_colour(class).map(hex).unwrap_or_default();
    view! { <span class="key-swatch" aria-hidden="true" style:background=colour></span> }
}

/// Labels and names of all classes but the background.
pub(super) fn foreground(classes: &[String]) -> Vec<(u8, String)> {
    (0_u8..=255).zip(classes.iter().cloned()).skip(1).collect()
}

/// Dice of each foreground class as a thin bar with its number.
#[component]
pub(super) fn DiceBars(
    /// Class names in label order.
    classes: Signal<Vec<String>>,
    /// One a foreground class; `None` where there is nothing to score.
    dice: Signal<Vec<Option<f64>>>,
) -> impl IntoView {
    let rows = move || {
        foreground(&classes.get())
            .into_iter()
            .enumerate()
            .map(|(index, (label, name))| {
                let value = memo(move || dice.with(|dice| dice.get(index).copied().flatten()));
                let colour = class_colour(label).map(hex).unwrap_or_default();
                view! {
                    <li class="dice-row">
                        <span class="dice-name">{name}</span>
                        <span class="dice-number">{live(move || figure(value.get()))}</span>
                        <span class="dice-track" aria-hidden="true">
                            <span
                                class="dice-fill"
                                style:width=live_value(move || bar_width(value.get()))
                                style:background=colour
                            ></span>
                        </span>
                    </li>
                }
            })
            .collect_view()
    };
    view! { <ul class="dice-bars" aria-label="Dice">{live(rows)}</ul> }
}

/// Dice or another share with three decimals; a dash where there is nothing to score.
pub(super) fn figure(value: Option<f64>) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{value:.3}"),
        _ => "–".into(),
    }
}

/// The CSS width of a share that may not be there.
fn bar_width(value: Option<f64>) -> String {
    super::super::bars::bar_width(value.unwrap_or(0.0) as f32)
}

/// “4.7 mm”; a dash where there is no such length.
pub(super) fn millimetres(value: Option<f64>) -> String {
    with_unit(value, 1, "mm")
}

/// “3.25 ml”
pub(super) fn millilitres(value: f64) -> String {
    with_unit(Some(value), 2, "ml")
}

fn with_unit(value: Option<f64>, decimals: usize, unit: &str) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{value:.decimals$} {unit}"),
        _ => "–".into(),
    }
}

/// “97.3 %” of pixels; a dash where there are none.
pub(super) fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), format::percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_scored_is_a_dash() {
        assert_eq!([Some(0.8126), Some(0.0), None].map(figure), ["0.813", "0.000", "–"]);
        assert_eq!(figure(Some(f64::NAN)), "–");
        assert_eq!([Some(4.66), None, Some(f64::INFINITY)].map(millimetres), ["4.7 mm", "–", "–"]);
        assert_eq!(millilitres(3.254), "3.25 ml");
        assert_eq!((share(Some(0.9901)), share(None)), ("99.0 %".into(), "–".into()));
        assert_eq!([Some(0.5), None].map(bar_width), ["50.0%", "0.0%"]);
    }

    #[test]
    fn the_background_needs_no_key() {
        let classes = ["background", "anterior", "posterior"].map(str::to_owned);
        let expected = [(1, "anterior".to_owned()), (2, "posterior".to_owned())];
        assert_eq!(foreground(&classes), expected);
        assert_eq!(foreground(&[]), []);
    }
}
