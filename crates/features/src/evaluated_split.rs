//! The split on which networks are evaluated, for the words of the views.

use leptos::prelude::*;
use model::Split;
use ui::erased_signal::Signal;
use ui::erased_view::{live, view};
use ui::glossary_term::Term;

#[derive(Clone, Copy)]
struct Provided(Signal<Split>);

/// Provides the split to all views below the calling component.
pub fn provide_evaluated_split(split: Signal<Split>) {
    provide_context(Provided(split));
}

/// Returns the split from [`provide_evaluated_split`], or the test set without it.
pub fn use_evaluated_split() -> Signal<Split> {
    use_context::<Provided>().map_or_else(|| Signal::stored(Split::Test), |provided| provided.0)
}

/// The name of the split, as “validation set”, with its explanation.
#[component]
pub fn EvaluatedSet() -> impl IntoView {
    let split = use_evaluated_split();
    live(move || {
        let name = set_term(split.get());
        view! { <Term name=name /> }
    })
}

/// “Validation accuracy” or “test accuracy”, with its explanation.
#[component]
pub fn EvaluatedAccuracy(
    /// Whether it begins with a capital letter.
    #[prop(optional)]
    capital: bool,
) -> impl IntoView {
    let split = use_evaluated_split();
    live(move || {
        let name = accuracy_term(split.get());
        let text = match (capital, split.get()) {
            (false, _) => name,
            (true, Split::Validation) => "Validation accuracy",
            (true, _) => "Test accuracy",
        };
        view! { <Term name=name text=text /> }
    })
}

/// Returns the term for accuracy on a split.
pub fn accuracy_term(split: Split) -> &'static str {
    match split {
        Split::Train => "training accuracy",
        Split::Validation => "validation accuracy",
        Split::Test => "test accuracy",
    }
}

/// Returns the term for a split.
pub fn set_term(split: Split) -> &'static str {
    match split {
        Split::Train => "training set",
        Split::Validation => "validation set",
        Split::Test => "test set",
    }
}
