//! Linear probe accuracy of one layer as a bar and a number.

use leptos::prelude::*;
use ui::erased_signal::Signal;
use ui::erased_view::{live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::probability_bars::bar_width;

use super::ladder::{Ladder, LayerAccuracies};

/// The accuracy of a layer as a bar with marks for chance level and for the run before, and as a
/// number.
#[component]
pub(crate) fn RungBar(
    /// The ladder.
    ladder: Signal<Ladder>,
    /// Index of the layer, from 0 for the pixels to `count` − 1 for the output.
    #[prop(into)]
    index: Signal<usize>,
    /// Number of layers of the network shown, with pixels and output.
    #[prop(into)]
    count: Signal<usize>,
    /// Name of the layer.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let rung = memo(move || ladder.with(|ladder| ladder.rung(index.get(), count.get().max(1))));
    let chance = memo(move || ladder.with(Ladder::chance));
    let text = memo(move || name.with(|name| rung_label(name, rung.get())));
    let mark = move |class: &'static str, share: Option<f64>| {
        let share = share?;
        Some(view! { <span class=class style:left=bar_width(share as f32)></span> })
    };
    let shown = memo(move || ladder.with(|ladder| !ladder.is_hidden));
    live(move || {
        shown.get().then(|| view! {
        <span
            class="ladder-rung"
            role="img"
            aria-label=text.live()
            data-testid=live_value(move || format!("ladder-{}", index.get()))
        >
            <span class="ladder-track">
                <span
                    class="ladder-fill"
                    style:width=live_value(move || {
                        bar_width(rung.get().accuracy.unwrap_or(0.0) as f32)
                    })
                ></span>
                {live(move || mark("ladder-chance", chance.get()))}
                {live(move || mark("ladder-before", rung.get().before))}
            </span>
            <span class="ladder-figure">{live(move || format::accuracy(rung.get().accuracy))}</span>
        </span>
    })
    })
}

/// The name of the measure, and the key to the marks on the bars.
#[component]
pub(crate) fn LadderLegend(
    /// The ladder.
    ladder: Signal<Ladder>,
) -> impl IntoView {
    let chance = memo(move || ladder.with(Ladder::chance));
    let has_previous = memo(move || ladder.with(|ladder| ladder.previous.is_some()));
    let chance_text = move || match chance.get() {
        Some(chance) => format!("chance {}", format::percent_short(chance)),
        None => "chance".to_owned(),
    };
    let shown = memo(move || ladder.with(|ladder| !ladder.is_hidden));
    live(move || {
        shown.get().then(|| view! {
        <p class="ladder-legend">
            <Term name="linear probe" text="Linear probe accuracy" />
            <span class="ladder-key">
                <span class="ladder-key-chance" aria-hidden="true"></span>
                {live(chance_text)}
            </span>
            // It keeps its room, so that nothing moves when there is a second run.
            <span class="ladder-key" class:ladder-key-absent=live_value(move || !has_previous.get())>
                <span class="ladder-key-before" aria-hidden="true"></span>
                "run before"
            </span>
        </p>
    })
    })
}

/// Returns the text alternative of a bar.
fn rung_label(name: &str, LayerAccuracies { accuracy, before }: LayerAccuracies) -> String {
    let mut text = match accuracy {
        Some(accuracy) => {
            format!("{name}, linear probe accuracy: {}", format::accuracy(Some(accuracy)))
        }
        None => format!("{name}, linear probe accuracy: not known yet"),
    };
    if before.is_some() {
        text.push_str(&format!(", run before {}", format::accuracy(before)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_alternative_says_what_the_bar_shows() {
        let label = |accuracy, before| rung_label("Dense 3", LayerAccuracies { accuracy, before });
        assert_eq!(label(None, None), "Dense 3, linear probe accuracy: not known yet");
        assert_eq!(
            label(Some(0.9733), Some(0.88)),
            "Dense 3, linear probe accuracy: 97.3 %, run before 88 %"
        );
    }
}
