//! Legends for the colors of classes and errors.

use leptos::prelude::*;

use crate::erased_signal::Signal;
use crate::erased_view::{live, view};
use crate::raster::colors::{
    FALSE_NEGATIVE_COLOR, FALSE_POSITIVE_COLOR, FALSE_POSITIVE_LIGHT_COLOR, WRONG_CLASS_COLOR,
    class_color, hex,
};

/// A legend of the foreground classes.
#[component]
pub fn ClassKey(
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
    /// Whether to add the dashed contour of the ground truth.
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
        <ul class="legend" aria-label="colours of the classes">
            {live(items)}
            {with_truth.then(|| view! {
                <li>
                    <svg class="legend-line" viewBox="0 0 24 4" aria-hidden="true">
                        <path d="M0 2H24" />
                    </svg>
                    "dashed: truth"
                </li>
            })}
        </ul>
    }
}

/// A legend of the three kinds of wrong pixels. The third one is shown only with two or more
/// foreground classes.
#[component]
pub fn ErrorKey(
    /// Class names in label order.
    #[prop(into)]
    classes: Signal<Vec<String>>,
) -> impl IntoView {
    let [false_negative, false_positive, light, wrong_class] =
        [FALSE_NEGATIVE_COLOR, FALSE_POSITIVE_COLOR, FALSE_POSITIVE_LIGHT_COLOR, WRONG_CLASS_COLOR]
            .map(hex);
    let checks =
        format!("repeating-conic-gradient({false_positive} 0 25%, {light} 0 50%) 0 0 / 50% 50%");
    view! {
        <ul class="legend" aria-label="colours of the errors">
            <li><span class="legend-swatch" style:background=false_negative></span>"false negative"</li>
            <li><span class="legend-swatch" style:background=checks></span>"false positive"</li>
            {live(move || (classes.with(Vec::len) > 2).then(|| view! {
                <li><span class="legend-swatch" style:background=wrong_class.clone()></span>"wrong class"</li>
            }))}
        </ul>
    }
}

/// A square in the color of one class.
#[component]
pub fn Swatch(
    /// Label of the class.
    class: u8,
) -> impl IntoView {
    let color = class_color(class).map(hex).unwrap_or_default();
    view! { <span class="legend-swatch" aria-hidden="true" style:background=color></span> }
}

/// Returns the labels and names of all classes except the background.
pub fn foreground(classes: &[String]) -> Vec<(u8, String)> {
    (0_u8..=255).zip(classes.iter().cloned()).skip(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_background_needs_no_key() {
        let classes = ["background", "anterior", "posterior"].map(str::to_owned);
        let expected = [(1, "anterior".to_owned()), (2, "posterior".to_owned())];
        assert_eq!(foreground(&classes), expected);
        assert_eq!(foreground(&[]), []);
    }
}
