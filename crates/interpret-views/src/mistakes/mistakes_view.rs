//! The held-out images with the largest losses.

use leptos::html::Div;
use leptos::prelude::*;
use protocol::interpret::{Misclassified, Mistake, NetworkRef};
use ui::erased_view::{When, each, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;
use ui::legend::{ClassKey, ErrorKey};

use super::confidence_extremes::ConfidenceExtremes;
use super::mistake_card::MistakeCard;
use crate::labels::snapshot_name;
use crate::network_facts::{has_masks, is_before_training};
use crate::state::InterpretState;

/// The held-out images with the largest losses, the nearest neighbors of the selected one, and for each
/// class the images with the highest and lowest confidence.
#[component]
pub fn MistakesView(
    /// Selection and answers.
    state: InterpretState,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    use_visibility(place, state.visible.mistakes);
    let error = state.answers.mistakes.error;
    let note = memo(move || error.get().or_else(|| missing_input(state).map(str::to_owned)));
    view! {
        <div class="mistakes" node_ref=place data-testid="mistakes">
            {live(move || note.get().map(|note| view! { <p class="note" role="status">{note}</p> }))}
            <When holds=live_value(move || note.with(Option::is_none))>
                <TopLosses state />
                <ConfidenceExtremes state />
            </When>
        </div>
    }
}

/// Returns what is missing before mistakes can be shown.
fn missing_input(state: InterpretState) -> Option<&'static str> {
    if state.run.id.get().is_none() || state.dataset.with(Option::is_none) {
        Some("The mistakes appear here as soon as a network stands ready.")
    } else if state.answers.mistakes.data.with(Option::is_none) {
        Some("Evaluating the held-out images …")
    } else {
        None
    }
}

/// Cards of held-out images, sorted by descending loss.
#[component]
fn TopLosses(state: InterpretState) -> impl IntoView {
    let mistakes = state.answers.mistakes.data;
    let top = memo(move || {
        mistakes
            .with(|found| found.as_ref().map(|found| image_indices(&found.top)))
            .unwrap_or_default()
    });
    let step = memo(move || mistakes.with(|found| found.as_ref().map_or(0, |found| found.step)));
    let has_masks = has_masks(state.dataset);
    let is_before_training = is_before_training(state);
    let when = move || {
        let run = state.run.id.get()?;
        let name = snapshot_name(
            NetworkRef { run, snapshot: state.selection.snapshot.get() },
            Some(run),
            step.get(),
        );
        Some(format!("The network {}", name.trim_start_matches("now, ")))
    };
    let sentence = move || {
        let found = mistakes.with(|found| found.as_ref()?.misclassified.clone())?;
        let classes = state.classes();
        Some(classes.with(|classes| tally(&found, classes)))
    };
    let key = move || {
        has_masks.get().then(|| {
            view! {
                <ClassKey classes=state.classes() with_truth=true />
                <ErrorKey classes=state.classes() />
            }
        })
    };
    view! {
        <section class="mistakes-top">
            <p class="mistakes-head">
                {live(sentence)}
                <span class="mistakes-when">{live(when)}</span>
            </p>
            {live(move || is_before_training.get().then(|| view! {
                <p class="note">"Before training: from random weights, a network can only guess."</p>
            }))}
            {live(key)}
            <ul class="mistake-cards" class:mistake-slices=has_masks.live()>
                {each(move || top.get(), move |index| view! { <MistakeCard state index /> })}
            </ul>
            <p class="hint">
                "The held-out images with the largest "
                <Term name="loss" />
                ", the largest first. Select one: the other views follow, and its "
                <Term name="nearest neighbours" />
                " show which images the network finds similar."
            </p>
        </section>
    }
}

/// Describes how many held-out images are misclassified, and which classes are confused most often.
fn tally(found: &Misclassified, classes: &[String]) -> String {
    let Misclassified { tests, wrong, most_frequent } = found;
    let tests = format::plural(*tests, "held-out image", "held-out images");
    let name = |class: usize| classes.get(class).map_or("?", String::as_str);
    match (wrong, most_frequent) {
        (0, _) | (_, None) => format!("None of {tests} is misclassified."),
        (wrong, Some((truth, predicted, count))) => format!(
            "{} of {tests} {} misclassified, most often {} as {} ({}).",
            format::count(*wrong),
            if *wrong == 1 { "is" } else { "are" },
            name(*truth),
            name(*predicted),
            format::count(*count),
        ),
    }
}

fn image_indices(top: &[Mistake]) -> Vec<usize> {
    top.iter().map(|mistake| mistake.image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tally_names_the_most_frequent_confusion() {
        let classes = ["Hand", "Head"].map(str::to_owned);
        let said = |wrong, most_frequent| {
            tally(&Misclassified { tests: 1200, wrong, most_frequent }, &classes)
        };
        assert_eq!(
            said(14, Some((0, 1, 9))),
            "14 of 1,200 held-out images are misclassified, most often Hand as Head (9)."
        );
        assert!(
            said(1, Some((1, 0, 1))).starts_with("1 of 1,200 held-out images is misclassified,")
        );
        assert_eq!(said(0, None), "None of 1,200 held-out images is misclassified.");
    }
}
