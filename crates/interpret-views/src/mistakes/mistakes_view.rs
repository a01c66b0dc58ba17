//! The test images with the largest losses.

use leptos::html::Div;
use leptos::prelude::*;
use protocol::interpret::{Mistake, NetworkRef};
use ui::erased_view::{When, each, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::hooks::use_visibility::use_visibility;
use ui::legend::{ClassKey, ErrorKey};

use super::confidence_extremes::ConfidenceExtremes;
use super::mistake_card::MistakeCard;
use crate::labels::snapshot_name;
use crate::network_facts::{has_masks, is_untrained};
use crate::state::InterpretState;

/// The test images with the largest losses, the nearest neighbors of the selected one, and for each
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
        Some("Evaluating the test set …")
    } else {
        None
    }
}

/// Cards of test images, sorted by descending loss.
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
    let is_untrained = is_untrained(state);
    let when = move || {
        let run = state.run.id.get()?;
        let name = snapshot_name(
            NetworkRef { run, snapshot: state.selection.snapshot.get() },
            Some(run),
            step.get(),
        );
        Some(format!("The network {}", name.trim_start_matches("now, ")))
    };
    let misclassified = move || {
        let wrong = mistakes.with(|found| {
            let found = found.as_ref()?;
            Some(
                found
                    .top
                    .iter()
                    .filter(|m| m.truth.map(|t| t.0) != m.predicted.map(|p| p.0))
                    .count(),
            )
        });
        tally(wrong.unwrap_or(0), top.with(Vec::len))
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
                <strong>{live(when)}</strong>
                {live(move || (!has_masks.get()).then(misclassified))}
            </p>
            <p class="hint">
                "The test images with the largest "
                <Term name="loss" />
                ", the largest first. Select one: the other views follow, and its "
                <Term name="nearest neighbours" />
                " show which images the network finds similar."
            </p>
            {live(move || is_untrained.get().then(|| view! {
                <p class="note">"This network has not been trained yet, so it can only guess."</p>
            }))}
            {live(key)}
            <ul class="mistake-cards" class:mistake-slices=has_masks.live()>
                {each(move || top.get(), move |index| view! { <MistakeCard state index /> })}
            </ul>
        </section>
    }
}

/// Describes how many of the images with the largest losses are misclassified.
fn tally(wrong: usize, shown: usize) -> String {
    match (wrong, shown) {
        (_, 0) => "There are no test images.".to_owned(),
        (0, _) => {
            "None of these test images is misclassified; their losses are the largest.".to_owned()
        }
        (wrong, shown) if wrong == shown => {
            "All of these test images are misclassified.".to_owned()
        }
        (1, _) => "One of these test images is misclassified.".to_owned(),
        (wrong, _) => format!("{} of these test images are misclassified.", format::count(wrong)),
    }
}

fn image_indices(top: &[Mistake]) -> Vec<usize> {
    top.iter().map(|mistake| mistake.image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correct_answers_among_the_largest_losses_are_not_counted() {
        assert!(tally(12, 12).starts_with("All"));
        assert!(tally(3, 12).starts_with("3 of these"));
        assert!(tally(1, 12).starts_with("One"));
        assert!(tally(0, 12).contains("None of these"));
        assert!(tally(0, 0).contains("no test images"));
    }
}
