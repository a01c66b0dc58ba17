//! Attributions of the network's prediction for one image.

use leptos::html::Div;
use leptos::prelude::*;
use model::Split;
use protocol::interpret::{Explanation, NetworkRef, Side};
use ui::erased_signal::{RwSignal, Signal};
use ui::erased_view::{When, derived, handle_mouse, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;
use ui::inputs::Choice;
use ui::probability_bars::ProbabilityBars;

use super::attribution_maps::AttributionMaps;
use super::class_choice::ClassChoice;
use crate::image_picker::ImagePicker;
use crate::labels::snapshot_name;
use crate::network_facts::{class_name, has_masks, is_before_training, true_class};
use crate::state::InterpretState;

/// The network's prediction for the selected image, with attributions by several methods.
#[component]
pub fn ExplainView(
    /// Selection and answers.
    state: InterpretState,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    use_visibility(place, state.visible.explanation);
    let error = state.answers.explanation.error;
    let note = memo(move || error.get().or_else(|| missing_input(state).map(str::to_owned)));
    let is_before_training = is_before_training(state);
    view! {
        <div class="explain" node_ref=place data-testid="why">
            <p class="hint">
                "Several "
                <Term name="attribution" text="attributions" />
                " of the same answer: which pixels are evidence for the class, and which against it. \
                 They differ, since each method answers another question."
            </p>
            <div class="explain-top">
                <ImagePicker dataset=state.dataset selected=state.selection.image />
                <Answer state />
            </div>
            {live(move || note.get().map(|note| view! { <p class="note" role="status">{note}</p> }))}
            <When holds=live_value(move || note.with(Option::is_none))>
                {live(move || is_before_training.get().then(|| view! {
                    <p class="note">
                        "Before training: the maps show what the first weights do."
                    </p>
                }))}
                <Explanations state />
            </When>
        </div>
    }
}

/// Returns what is missing before an explanation can be shown.
fn missing_input(state: InterpretState) -> Option<&'static str> {
    if state.run.id.get().is_none() || state.dataset.with(Option::is_none) {
        Some("The explanation appears here as soon as a network stands ready.")
    } else if state.selection.image.get().is_none() {
        Some("Choose an image.")
    } else if state.answers.explanation.of(Side::Primary).with(Option::is_none) {
        Some("The explanation is being computed …")
    } else {
        None
    }
}

/// The class probabilities, and the selection of the class to explain.
#[component]
fn Answer(state: InterpretState) -> impl IntoView {
    let classes = state.classes();
    let probabilities = memo(move || {
        let why = state.answers.explanation.of(Side::Primary);
        why.with(|why| why.as_ref().map(|why| why.probabilities.clone())).unwrap_or_default()
    });
    let has_masks = has_masks(state.dataset);
    let truth = memo(move || {
        let image = state.selection.image.get().filter(|image| image.split != Split::Train)?;
        true_class(state.dataset, image.index)
    });
    let bars = move || {
        let (classes, probabilities) = (classes.get(), probabilities.get());
        (!classes.is_empty() && classes.len() == probabilities.len()).then(|| {
            view! { <ProbabilityBars classes probabilities truth=truth.get() /> }
        })
    };
    view! {
        <div class="explain-answer">
            <p class="explain-answer-name">
                {live(move || if has_masks.get() {
                    view! { <span>"Share of the pixels given to each class"</span> }
                } else {
                    view! { <Term name="probabilities" text="Probabilities" /> }
                })}
            </p>
            {live(bars)}
            <ClassChoice state />
        </div>
    }
}

/// The maps of the selected network and of the compared one, with their controls.
#[component]
fn Explanations(state: InterpretState) -> impl IntoView {
    let bare = RwSignal::new(false);
    let randomized = memo(move || state.selection.target.with(|reason| reason.randomized));
    let check = move || {
        state.answers.explanation.of(Side::Primary).with(|why| why.as_ref().is_some_and(|why| why.randomized)).then(|| {
            view! {
                <p class="note">
                    "The last layer’s weights are random numbers now. An explanation that hardly \
                     changes does not depend on what was learned (Adebayo et al. 2018)."
                </p>
            }
        })
    };
    // Without a comparison, the network needs no label.
    let this = memo(move || {
        let (run, _) = state.run.id.get().zip(state.selection.compared.get())?;
        Some(snapshot_name(
            NetworkRef { run, snapshot: state.selection.snapshot.get() },
            Some(run),
            state.run.step.get(),
        ))
    });
    let comparing = memo(move || {
        let (run, at) = (state.run.id.get(), state.selection.compared.get()?);
        Some(format!("Compared with: {}", snapshot_name(at, run, state.run.step.get())))
    });
    let other_there =
        memo(move || state.answers.explanation.of(Side::Compared).with(Option::is_some));
    view! {
        <div class="explain-controls">
            <Choice
                name="what the pictures show"
                options=vec![(false, "Map over image".to_owned()), (true, "Image only".to_owned())]
                value=bare
                on_choice=move |only: bool| bare.set(only)
            />
            <button
                type="button"
                class="button-secondary explain-randomise"
                aria-pressed=live_value(move || randomized.get().to_string())
                on:click=handle_mouse(move |_| {
                    state.selection.target.update(|reason| reason.randomized = !reason.randomized);
                })
            >
                "Randomise the last layer"
            </button>
        </div>
        {live(check)}
        <ExplanationRow
            state
            side=Side::Primary
            title=derived(move || this.get().map(|name| format!("This network: {name}")))
            bare=bare.into()
        />
        <When holds=live_value(move || comparing.with(Option::is_some))>
            {live(move || if other_there.get() {
                view! { <ExplanationRow state side=Side::Compared title=comparing bare=bare.into() /> }
            } else {
                view! { <p class="hint">"The other explanation is being computed …"</p> }
            })}
        </When>
        <ColorKey />
    }
}

/// The maps of one network, below a sentence about what they explain.
#[component]
fn ExplanationRow(
    state: InterpretState,
    side: Side,
    title: Signal<Option<String>>,
    bare: Signal<bool>,
) -> impl IntoView {
    let has_masks = has_masks(state.dataset);
    let sentence = memo(move || {
        let shared = |why: &Explanation| Some((why.class, *why.probabilities.get(why.class)?));
        let (class, share) =
            state.answers.explanation.of(side).with(|why| shared(why.as_ref()?))?;
        Some(explained(&class_name(state.dataset, class), share.into(), has_masks.get()))
    });
    view! {
        <section class="explain-row">
            {live(move || title.get().map(|title| view! { <h3>{title}</h3> }))}
            <p class="explain-sentence">{sentence.live()}</p>
            <AttributionMaps state side bare />
        </section>
    }
}

/// Describes what the maps explain.
fn explained(class: &str, share: f64, has_masks: bool) -> String {
    let share = format::percent(share);
    if has_masks {
        format!("Evidence for {class}, predicted for {share} of the pixels.")
    } else {
        format!("Evidence for {class}, predicted with a probability of {share}.")
    }
}

/// The legend of the colors.
#[component]
fn ColorKey() -> impl IntoView {
    view! {
        <p class="hint explain-key">
            "Orange is evidence for the class, blue against it; where the attribution is 0, only the \
             image shows. Scales end at the 99th percentile of the map’s magnitudes."
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_what_the_share_is_of() {
        assert!(explained("Hand", 0.973, false).ends_with("a probability of 97.3 %."));
        assert!(explained("anterior", 0.04, true).ends_with("4.0 % of the pixels."));
    }
}
