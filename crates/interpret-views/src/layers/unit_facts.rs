//! Weights, activation histogram and gradient of one unit.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::QuantizedMaps;
use protocol::interpret::{Histogram, Side, UnitActivations, UnitRef};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::unit_maps::UnitMaps;
use crate::labels::{amount, unit_name};
use crate::state::InterpretState;

/// Width of the place for the weights, which the style sheet sets.
const WEIGHTS_WIDTH_REM: f64 = 27.0;

/// Maximum number of weight maps shown. A unit of a deep layer has one per input channel.
const MAX_WEIGHT_MAPS: usize = 24;

/// Weights, histogram and gradient norm of a unit in one of the two networks.
#[component]
pub fn UnitFacts(
    state: InterpretState,
    side: Side,
    unit: Signal<Option<UnitRef>>,
) -> impl IntoView {
    let answer = unit_of(state, side, unit);
    let weights = memo(move || answer.get().map(|answer| first_maps(&answer.weights)));
    let gradient = gradient_norm(state, side, unit);
    let figures = move || {
        let answer = answer.get()?;
        let gradient = gradient.get().map_or_else(|| "–".into(), amount);
        let dead = if answer.dead { "yes: the same value for every test image" } else { "no" };
        let others = format::percent_short(answer.layer_dead.into());
        Some(view! {
            <dl class="unit-figures">
                <dt><Term name="dead unit" /></dt>
                <dd>{dead}</dd>
                <dt>"dead units in its layer"</dt>
                <dd>{others}</dd>
                <dt><Term name="gradient norm" /></dt>
                <dd>{gradient}</dd>
            </dl>
        })
    };
    let histogram =
        move || answer.get().map(|answer| view! { <HistogramBars of=answer.histogram.clone() /> });
    let more = move || {
        let hidden = answer.get()?.weights.shape[0].saturating_sub(MAX_WEIGHT_MAPS);
        let note = format!("and those of {} more", format::plural(hidden, "map", "maps"));
        (hidden > 0).then(|| view! { <p class="hint">{note}</p> })
    };
    view! {
        <div class="unit-facts">
            <figure class="unit-weights">
                <UnitMaps
                    width_rem=Signal::stored(WEIGHTS_WIDTH_REM)
                    maps=weights
                    signed=true
                    highlighted=Signal::stored(Vec::new())
                />
                <figcaption>
                    <Term name="weights" />
                    {live(move || weights.get().map(|w| format!(" from {} to {}", amount(w.low), amount(w.high))))}
                </figcaption>
                {live(more)}
            </figure>
            {live(histogram)}
            {live(figures)}
        </div>
    }
}

/// Returns the answer about a unit, or `None` while the latest answer is about another unit.
pub fn unit_of(
    state: InterpretState,
    side: Side,
    unit: Signal<Option<UnitRef>>,
) -> Signal<Option<Arc<UnitActivations>>> {
    let answer = state.answers.unit.of(side);
    derived(move || answer.get().filter(|found| Some(found.unit_ref) == unit.get()))
}

/// Returns the first [`MAX_WEIGHT_MAPS`] weight maps.
fn first_maps(weights: &QuantizedMaps) -> QuantizedMaps {
    let [count, height, width] = weights.shape;
    let shown = count.min(MAX_WEIGHT_MAPS);
    let values = weights.values.iter().take(shown * height * width).copied().collect();
    QuantizedMaps { shape: [shown, height, width], values, ..*weights }
}

/// Returns the norm of the gradient of the loss with respect to a unit, for the selected image.
fn gradient_norm(
    state: InterpretState,
    side: Side,
    unit: Signal<Option<UnitRef>>,
) -> Signal<Option<f32>> {
    derived(move || {
        let UnitRef { layer, unit } = unit.get()?;
        let view = state.answers.layers.of(side).get()?;
        view.layers.get(layer)?.unit_gradients.get(unit).copied()
    })
}

/// The histogram of a unit's activations.
#[component]
fn HistogramBars(of: Histogram) -> impl IntoView {
    let (low, high) = (amount(of.low), amount(of.high));
    let text = format!("histogram of the activations on the held-out images, from {low} to {high}");
    let path = histogram_path(&of.counts);
    view! {
        <figure class="unit-histogram">
            <svg role="img" aria-label=text viewBox="0 0 120 48" preserveAspectRatio="none">
                <path d=path />
            </svg>
            <figcaption>
                <span>{low}</span>
                <Term name="activation" text="activations on the held-out images" />
                <span>{high}</span>
            </figcaption>
        </figure>
    }
}

/// Returns an SVG path of bars in a box of 120 × 48. The height is proportional to the square root
/// of the count, so that small counts remain visible next to many zeros.
fn histogram_path(counts: &[u32]) -> String {
    let largest = f64::from(counts.iter().copied().max().unwrap_or(0)).max(1.0);
    let width = 120.0 / counts.len().max(1) as f64;
    let bar = |(place, count): (usize, &u32)| {
        let height = 48.0 * (f64::from(*count) / largest).sqrt();
        let (x, inner) = (place as f64 * width, width - 1.0);
        format!("M{x:.1} 48v-{height:.1}h{inner:.1}v{height:.1}Z")
    };
    counts.iter().enumerate().filter(|(_, count)| **count > 0).map(bar).collect()
}

/// Returns the name of a unit.
pub fn name_of(state: InterpretState, unit: Signal<Option<UnitRef>>) -> Signal<String> {
    let classes = state.classes();
    memo(move || {
        let Some(unit) = unit.get() else { return String::new() };
        let layer = state.run.layers.with(|layers| layers.get(unit.layer).copied());
        layer.map_or_else(String::new, |layer| {
            classes.with(|classes| unit_name(&layer, unit.unit, classes))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_start_at_the_bottom_and_the_largest_fills_the_box() {
        assert_eq!(histogram_path(&[1, 0, 4]), "M0.0 48v-24.0h39.0v24.0ZM80.0 48v-48.0h39.0v48.0Z");
        assert_eq!(histogram_path(&[]), "");
        assert_eq!(histogram_path(&[0, 0]), "");
    }

    #[test]
    fn only_so_many_weights_are_shown() {
        let weights =
            QuantizedMaps { shape: [30, 1, 2], low: -1.0, high: 1.0, values: vec![7; 60] };
        let shown = first_maps(&weights);
        assert_eq!(
            (shown.shape, shown.values.len()),
            ([MAX_WEIGHT_MAPS, 1, 2], 2 * MAX_WEIGHT_MAPS)
        );
    }
}
