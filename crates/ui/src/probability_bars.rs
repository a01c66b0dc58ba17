//! Bar chart of class probabilities.

use leptos::prelude::*;

use crate::erased_view::view;
use crate::format;

/// One bar per class with its probability. The most probable class is highlighted.
#[component]
pub fn ProbabilityBars(
    /// Class names in label order.
    classes: Vec<String>,
    /// Probabilities, one per class, 0 to 1.
    probabilities: Vec<f32>,
    /// The true class, if known.
    #[prop(optional_no_strip)]
    truth: Option<usize>,
) -> impl IntoView {
    let best = largest(&probabilities);
    let rows = classes
        .into_iter()
        .zip(probabilities)
        .enumerate()
        .map(|(class, (name, probability))| {
            view! {
                <li class="bar-row" class:bar-best=best == Some(class) class:bar-truth=truth == Some(class)>
                    <span class="bar-name">{name}</span>
                    <span class="bar-track" aria-hidden="true">
                        <span class="bar-fill" style:width=bar_width(probability)></span>
                    </span>
                    <span class="bar-number">{format::percent(f64::from(probability))}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="bars">{rows}</ul> }
}

/// Returns the index of the largest value, or of the first one if several are equal. Returns `None`
/// if there are no comparable values.
fn largest(values: &[f32]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (index, value) in values.iter().enumerate() {
        if !value.is_nan() && best.is_none_or(|best| *value > values[best]) {
            best = Some(index);
        }
    }
    best
}

/// Returns the CSS width for a fraction, or 0 for NaN.
pub fn bar_width(share: f32) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_stay_between_nothing_and_all() {
        let widths = [0.5, -1.0, 7.0, f32::NAN].map(bar_width);
        assert_eq!(widths, ["50.0%", "0.0%", "100.0%", "0.0%"]);
    }

    #[test]
    fn the_first_of_the_largest_is_marked() {
        assert_eq!(largest(&[f32::NAN, 1.0, 1.0]), Some(1));
        assert_eq!(largest(&[f32::NAN]), None);
    }
}
