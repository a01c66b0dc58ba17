//! The ladder as a list of its own, and the sentence beneath a ladder.

use leptos::html::Div;
use leptos::prelude::*;
use model::LayerKind;
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{derived, each, live, memo, view};
use ui::hooks::use_visibility::use_visibility;

use super::ladder::{Ladder, rung_name};
use super::rung_bar::{LadderLegend, RungBar};

/// The linear probe accuracy of each layer with its name, and what they say.
#[component]
pub fn LadderView(
    /// The ladder.
    #[prop(into)]
    ladder: Signal<Ladder>,
    /// Layers of the network shown, from the pixels to the output.
    #[prop(into)]
    layers: Signal<Vec<LayerKind>>,
    /// Set to whether the ladder is on the screen.
    visible: RwSignal<bool>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    use_visibility(place, visible);
    let count = memo(move || layers.with(Vec::len));
    view! {
        <div class="ladder" node_ref=place>
            <LadderLegend ladder=ladder />
            <ol class="ladder-rungs" aria-label="linear probe accuracy, from the pixels to the output">
                {each(move || (0..count.get()).collect(), move |index| {
                    let name = memo(move || {
                        let kind = layers.with(|layers| layers.get(index).copied());
                        kind.map(rung_name).unwrap_or_default()
                    });
                    view! {
                        <li class="ladder-row">
                            <span class="ladder-name">{name.live()}</span>
                            <RungBar ladder=ladder index=derived(move || index) count=count name=name />
                        </li>
                    }
                })}
            </ol>
            <LadderSentence ladder=ladder />
        </div>
    }
}

/// What the probes say, in plain words.
#[component]
pub(crate) fn LadderSentence(
    /// The ladder.
    ladder: Signal<Ladder>,
) -> impl IntoView {
    let text = memo(move || ladder.with(|ladder| ladder.sentence.clone()));
    let shown = memo(move || ladder.with(|ladder| !ladder.is_hidden));
    live(move || {
        shown.get().then(|| {
            view! {
                <p class="ladder-sentence" data-testid="ladder-sentence">{text.live()}</p>
            }
        })
    })
}
