//! Weights, values and gradient of one unit.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::QuantizedMaps;
use protocol::interpret::{Histogram, Side, UnitActivations, UnitRef};
use ui::erased_signal::Signal;
use ui::erased_view::{derived, live, memo, view};
use ui::format;
use ui::glossary_term::Term;

use super::scene::Scene;
use super::unit_maps::Maps;
use super::words::{amount, unit_name};

/// Pictures of weights that are shown: a unit of a deep layer has one for each channel below.
const WEIGHTS: usize = 24;

/// The facts about a unit on one side of the comparison; a line while they are on their way.
#[component]
pub(super) fn UnitFacts(
    scene: Scene,
    side: Side,
    unit_ref: Signal<Option<UnitRef>>,
) -> impl IntoView {
    let unit = unit_of(scene, side, unit_ref);
    let weights = memo(move || unit.get().map(|unit| first(&unit.weights)));
    let gradient = gradient(scene, side, unit_ref);
    let figures = move || {
        let unit = unit.get()?;
        let gradient = gradient.get().map_or_else(|| "–".into(), amount);
        let dead = if unit.dead { "yes: the same value for every test image" } else { "no" };
        let others = format::percent_short(unit.layer_dead.into());
        Some(view! {
            <dl class="unit-figures">
                <dt><Term name="dead unit" /></dt>
                <dd>{dead}</dd>
                <dt>"dead in its layer"</dt>
                <dd>{others}</dd>
                <dt><Term name="gradient norm" /></dt>
                <dd>{gradient}</dd>
            </dl>
        })
    };
    let histogram = move || unit.get().map(|unit| view! { <Bars of=unit.histogram.clone() /> });
    let more = move || {
        let hidden = unit.get()?.weights.shape[0].saturating_sub(WEIGHTS);
        let note = format!("and those of {} more", format::plural(hidden, "map", "maps"));
        (hidden > 0).then(|| view! { <p class="hint">{note}</p> })
    };
    view! {
        <div class="unit-facts">
            <figure class="unit-weights">
                <Maps scene=scene maps=weights signed=true lit=Signal::stored(Vec::new()) />
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

/// The answer about a unit, unless it is about another one.
pub(super) fn unit_of(
    scene: Scene,
    side: Side,
    unit_ref: Signal<Option<UnitRef>>,
) -> Signal<Option<Arc<UnitActivations>>> {
    let answer = scene.unit.of(side);
    derived(move || answer.get().filter(|unit| Some(unit.unit_ref) == unit_ref.get()))
}

/// The first pictures of some weights.
fn first(weights: &QuantizedMaps) -> QuantizedMaps {
    let [count, height, width] = weights.shape;
    let shown = count.min(WEIGHTS);
    let values = weights.values.iter().take(shown * height * width).copied().collect();
    QuantizedMaps { shape: [shown, height, width], values, ..*weights }
}

/// Norm of the loss's gradient with respect to a unit, for the image.
fn gradient(scene: Scene, side: Side, unit_ref: Signal<Option<UnitRef>>) -> Signal<Option<f32>> {
    derived(move || {
        let UnitRef { layer, unit } = unit_ref.get()?;
        let view = scene.layers.of(side).get()?;
        view.layers.get(layer)?.unit_gradients.get(unit).copied()
    })
}

/// How often values fall where, as bars.
#[component]
fn Bars(of: Histogram) -> impl IntoView {
    let (low, high) = (amount(of.low), amount(of.high));
    let text = format!("values on the test images from {low} to {high}");
    let path = bars(&of.counts);
    view! {
        <figure class="unit-histogram">
            <svg role="img" aria-label=text viewBox="0 0 120 48" preserveAspectRatio="none">
                <path d=path />
            </svg>
            <figcaption>
                <span>{low}</span>
                <Term name="activation" text="values on the test images" />
                <span>{high}</span>
            </figcaption>
        </figure>
    }
}

/// Bars in a box of 120 × 48. Heights go with the root, so that a few values beside many zeros can be
/// seen.
fn bars(counts: &[u32]) -> String {
    let largest = f64::from(counts.iter().copied().max().unwrap_or(0)).max(1.0);
    let width = 120.0 / counts.len().max(1) as f64;
    let bar = |(place, count): (usize, &u32)| {
        let height = 48.0 * (f64::from(*count) / largest).sqrt();
        let (x, inner) = (place as f64 * width, width - 1.0);
        format!("M{x:.1} 48v-{height:.1}h{inner:.1}v{height:.1}Z")
    };
    counts.iter().enumerate().filter(|(_, count)| **count > 0).map(bar).collect()
}

/// The name of a unit.
pub(super) fn name_of(scene: Scene, unit_ref: Signal<Option<UnitRef>>) -> Signal<String> {
    let classes = scene.classes();
    memo(move || {
        let Some(unit_ref) = unit_ref.get() else { return String::new() };
        let stage = scene.stages.with(|stages| stages.get(unit_ref.layer).copied());
        stage.map_or_else(String::new, |stage| {
            classes.with(|classes| unit_name(&stage, unit_ref.unit, classes))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_the_ground_and_the_largest_fills_the_box() {
        assert_eq!(bars(&[1, 0, 4]), "M0.0 48v-24.0h39.0v24.0ZM80.0 48v-48.0h39.0v48.0Z");
        assert_eq!(bars(&[]), "");
        assert_eq!(bars(&[0, 0]), "");
    }

    #[test]
    fn only_so_many_weights_are_shown() {
        let weights =
            QuantizedMaps { shape: [30, 1, 2], low: -1.0, high: 1.0, values: vec![7; 60] };
        let shown = first(&weights);
        assert_eq!((shown.shape, shown.values.len()), ([WEIGHTS, 1, 2], 2 * WEIGHTS));
    }
}
